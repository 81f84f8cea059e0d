// A NIC's receive side, step 1: from a portion's headers to the bundle that it is under.
//
//   1 walk the headers to AH or ESP, through UDP   2 SPI, then destination   3 the gates   4 the protocols of the bundle are the packet's
#pragma once

#include <esplanade/net/udp.hpp>
#include <esplanade/offload/device_context.hpp>
#include <esplanade/offload/receive_gates.hpp>
#include <esplanade/transform/ah_crypto.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// Reads a packet from `from` on, up to `length` octets. What its first segment holds is a pointer away.
template <class P> class portion_reader {
 public:
  ESPLANADE_INLINE portion_reader(const P& p, std::size_t from, std::size_t length) noexcept : packet_(p), from_(from), length_(length) {
    const const_octets front = front_of(p);
    front_ = front.data();
    near_ = front.size() < from ? 0 : front.size() - from < length ? front.size() - from : length;
  }
  [[nodiscard]] ESPLANADE_INLINE portion_reader another() const noexcept { return portion_reader(packet_, from_, length_); }
  ESPLANADE_INLINE const octet* operator()(std::size_t offset, std::size_t n) noexcept {
    if (offset <= near_ && n <= near_ - offset) [[likely]] {
      const octet* const at = front_ + from_ + offset;
      assume(n == 0 || at != nullptr);
      return at;
    }
    if (offset > length_ || n > length_ - offset || n > sizeof scratch_) return nullptr;
    return further(packet_, from_ + offset, n, scratch_);
  }

 private:
  static ESPLANADE_COLD const octet* further(const P& packet, std::size_t at, std::size_t n, octet* scratch) noexcept { return peek(packet, at, n, scratch); }
  const P& packet_;
  std::size_t from_, length_, near_;
  const octet* front_;
  octet scratch_[40];
};

inline constexpr std::size_t headers_max = 0xff00;  ///< in front of IPsec, so that offsets behind them have 16 bits

/// Where the first IPsec header of a portion stands. Offsets count from its IP header.
struct ipsec_place {
  verdict why = verdict::forwarded;  ///< else there is none to be looked at
  protocol_kind first = protocol_kind::esp;
  bool in_udp = false;
  bool sound = true;                 ///< no length contradicts another; else it may still name a bundle
  std::uint32_t at = 0, end = 0;
};

/// ESP in UDP: by the destination port alone (U-15). IKE and keep-alives are not ours (F114).
template <class P, OctetReader Reader> ESPLANADE_COLD ipsec_place find_in_udp(Reader& read, ipsec_place place) noexcept {
  place.why = verdict::not_protected;
  const octet* udp = read(place.at, udp_header_octets);
  if (udp == nullptr || !udp_port_of<P>::has(load_be16(udp + 2))) return place;
  const std::size_t length = load_be16(udp + 4);
  if (length < udp_header_octets + udp_marker_octets) return place;  // a keep-alive, or nothing
  const octet* marker = read(place.at + udp_header_octets, udp_marker_octets);
  if (marker == nullptr || udp_content_of({marker, udp_marker_octets}) != udp_content::esp) return place;
  place.sound = place.sound && length <= place.end - place.at;
  if (place.sound) place.end = static_cast<std::uint32_t>(place.at + length);
  place.at += udp_header_octets;
  place.in_udp = true;
  place.why = verdict::forwarded;
  return place;
}

/// Finds it behind the headers that `at` describes.
template <class P, OctetReader Reader> [[nodiscard]] ESPLANADE_INLINE ipsec_place find_ipsec(Reader& read, const ip_layout& at, const receive_gates<P>& gates) noexcept {
  ipsec_place place{.at = at.header_length, .end = at.total_length};
  if (at.status != verdict::forwarded) [[unlikely]] {
    place.sound = false;
    if (at.header_length < ipv4_header_octets) return {.why = at.status};
  }
  if (at.header_length > headers_max) [[unlikely]] return {.why = verdict::bad_header};
  const auto refused = [&place](verdict why) {
    place.why = why;
    return place;
  };
  if (at.fragment) return refused(verdict::ip_fragment);
  if (at.protocol == protocol_number::ah) place.first = protocol_kind::ah;
  else if (at.protocol == protocol_number::udp && !gates.udp_esp.empty()) return find_in_udp<P>(read, place);
  else if (at.protocol != protocol_number::esp) return refused(verdict::not_protected);
  return place;
}

/// Whether a bundle takes ESP in UDP, or without it, outermost or inside another (ipsecov2.md 2.4).
template <class Bundle> [[nodiscard]] ESPLANADE_INLINE bool laid_out(const Bundle& b, const Bundle* around, bool in_udp) noexcept {
  using enum udp_esp_layout;
  if (around != nullptr) return may_nest(b.udp_esp, around->udp_esp) && in_udp == b.udp_esp.has(udp_transport_over_tunnel);
  if (b.udp_esp.empty()) [[likely]] return !in_udp;
  return in_udp != b.udp_esp.has(udp_transport_over_tunnel);
}

/// What came of looking for a bundle.
struct find_outcome {
  verdict why = verdict::forwarded;
  crypto_status status = crypto_status::success;  ///< of a bundle that was found, when it cannot be what the packet is under
  bool found = false;                             ///< false: the packet passes, `why` says for what reason
};

/// Puts slot i under the bundle of the portion at `s.base`, of which `s.length` octets are there.
template <class Context> [[nodiscard]] ESPLANADE_INLINE find_outcome find_bundle_of(Context& c, std::size_t i, unsigned portion) noexcept {
  using config = typename Context::profile;
  auto& s = c.state[i];
  const auto& gates = *c.gates;
  const std::size_t available = s.length;
  portion_reader read(c.packet(i), s.base, available);
  return visit_ip(read, available, [&](const ip_layout& at) ESPLANADE_INLINE_LAMBDA -> find_outcome {
    const ipsec_place place = find_ipsec<config>(read, at, gates);
    if (place.why != verdict::forwarded) return {place.why};
    const std::size_t fixed = header_octets(at.version);
    const octet* const spi_at = read(place.at, place.first == protocol_kind::ah ? 8 : 4);  // the SPI; what lacks behind it is status 6
    if (spi_at == nullptr) return {verdict::runt};
    const octet behind_ah = spi_at[0];
    const std::uint32_t spi = load_be32(spi_at + (place.first == protocol_kind::ah ? 4 : 0));
    const octet* const addressed = read(at.version == family::ipv4 ? 16 : 24, address::octets_of(at.version));
    if (addressed == nullptr) return {verdict::runt};
    const address destination = address::from(at.version, addressed);

    // The SPI names a bundle (F94); one of the other protocol alone is found too, so that the host learns of it (F105).
    auto* bundle = c.lane->store.by_spi(spi, place.first, destination);
    const bool of_its_protocol = bundle != nullptr;
    if (bundle == nullptr) bundle = c.lane->store.by_spi(spi, place.first == protocol_kind::ah ? protocol_kind::esp : protocol_kind::ah, destination);
    if (bundle == nullptr || !laid_out(*bundle, portion == 1 ? nullptr : s.tunnel, place.in_udp)) return {verdict::no_sa};
    if (!gates.serves(at.version) || !c.serves(*bundle)) return {verdict::beyond_device};
    if (at.header_length != fixed && !gates.has(at.version == family::ipv4 ? offload_feature::ipv4_options : offload_feature::ipv6_extension_headers)) return {verdict::beyond_device};
    // What mode AH is in its own Next Header says; of ESP only what it holds does (U-17).
    if (place.first == protocol_kind::ah && !gates.has(offload_feature::transport) && behind_ah != protocol_number::esp && behind_ah != protocol_number::ipv4 && behind_ah != protocol_number::ipv6) [[unlikely]]
      return {verdict::beyond_device};

    s.bundle = bundle;
    s.version = at.version;
    s.length = place.end;
    if (!of_its_protocol) return {verdict::no_sa, crypto_status::invalid_protocol, true};
    if (!place.sound || place.end > available) return {verdict::runt, crypto_status::invalid_packet_syntax, true};
    if (place.first == protocol_kind::esp) {
      s.esp_at = static_cast<std::uint16_t>(place.at);
      if (bundle->ah.sizes.installed) return {verdict::no_sa, crypto_status::invalid_protocol, true};
      return {verdict::forwarded, crypto_status::success, true};
    }
    s.ah_at = static_cast<std::uint16_t>(place.at);
    s.next_behind_ah = behind_ah;
    const bool esp_inside = behind_ah == protocol_number::esp;
    if (esp_inside != bundle->esp.sizes.installed) return {verdict::no_sa, crypto_status::invalid_protocol, true};
    if (esp_inside) {
      s.esp_at = static_cast<std::uint16_t>(place.at + ah_octets_of<config>(bundle->ah.sizes, at.version));
      const auto& sa = bundle->esp.sizes;
      const octet* const esp = read(s.esp_at, esp_header_octets);
      if (esp == nullptr || place.end < s.esp_at + esp_header_octets + iv_octets<config>(sa) + alignment_octets<config>(sa) + icv_octets<config>(sa))
        return {verdict::runt, crypto_status::invalid_packet_syntax, true};
      if (load_be32(esp) != bundle->esp.sizes.spi) return {verdict::no_sa, crypto_status::generic_error, true};
    }
    return {verdict::forwarded, crypto_status::success, true};
  });
}

/// Notes on slot i that a bundle was found for this portion: whatever comes of it, the host is told (F107).
template <class Context> [[nodiscard]] ESPLANADE_INLINE verdict note_portion(Context& c, std::size_t i, unsigned portion, const find_outcome& outcome) noexcept {
  auto& s = c.state[i];
  s.portion = static_cast<std::uint8_t>(portion);
  s.result.done = true;
  s.result.next_done = portion == 2;
  s.result.status = outcome.status;
  if (s.bundle->asked_to_go.load(order::relaxed) != 0) s.result.delete_requested = true;
  return outcome.why;
}

}  // namespace detail

/// Finds the bundle of the outermost portion. Packets that are nobody's, or that a gate is closed for, leave the list here and
/// are handed up untouched with words of zeros (F93, F95, F110, F111, F114).
///   Errors   not_ip, not_protected, ip_fragment, runt, bad_header, no_sa, beyond_device: passed. no_sa and runt with a status in
///            the result: SPI and destination are a bundle's, and protocols or lengths are not (F104, F105)
///   Source   ipsecov2.md 5.2, 5.5
struct match_bundle_stage final : detail::device_stage {
  static constexpr const char* name = "match_bundle";
  static constexpr const char* because = "SPI, then destination, name the bundle (ipsecov2.md 5.2)";
  static constexpr fact needs = fact::none;
  static constexpr fact gives = fact::sa_selected;
  static constexpr bool begins_level = true;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    const detail::find_outcome outcome = detail::find_bundle_of(c, i, 1);
    return outcome.found ? detail::note_portion(c, i, 1, outcome) : outcome.why;
  }
};
inline constexpr match_bundle_stage match_bundle{};

}  // namespace v0
}  // namespace esplanade
