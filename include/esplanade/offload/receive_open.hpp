// A NIC's receive side, step 2: ICVs verified and text decrypted where it stands. Headers, IV, trailer and ICV stay.
//
//   BEFORE   | IP | AH | SPI | seq | IV | ciphertext | ICV |
//   AFTER    | IP | AH | SPI | seq | IV | plaintext  | ICV |      or octet for octet what arrived, and a status
#pragma once

#include <esplanade/offload/receive_find.hpp>
#include <esplanade/transform/esp_open.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// Whether a portion that did not open counts as a tunnel's (U-17): what is inside is known only when it opens, unless a UDP
/// layout, AH's next header or text in clear says so. Otherwise it is what this bundle last carried.
template <class Context> [[nodiscard]] ESPLANADE_COLD bool counts_as_tunnel(Context& c, std::size_t i) noexcept {
  const auto& s = c.state[i];
  using config = typename Context::profile;
  if (s.portion == 2) return false;
  const auto& b = *s.bundle;
  if (b.udp_esp.has(udp_esp_layout::transport)) return false;
  if (b.tunnel_layout || b.udp_esp.has(udp_esp_layout::udp_transport_over_tunnel)) return true;
  const auto names_packet = [](octet protocol) { return protocol == protocol_number::ipv4 || protocol == protocol_number::ipv6; };
  if (s.esp_at == 0) return names_packet(s.next_behind_ah);
  const auto& esp = b.esp.sizes;
  const cipher_family family = config::suites.sizes[esp.suite].family;
  if (family == cipher_family::null || family == cipher_family::aes_gmac) {
    octet scratch[1]{};
    return s.length > s.esp_at + icv_octets<config>(esp) && names_packet(*peek(c.packet(i), s.base + s.length - icv_octets<config>(esp) - 1, 1, scratch));
  }
  if (!c.gates->has(offload_feature::transport)) return true;
  return b.carries_packets.load(order::relaxed) != 0;
}

/// What the host is told of a portion that did not open (F100 to F106).
template <class Context> ESPLANADE_COLD verdict note_failure(Context& c, std::size_t i, protocol_kind protocol, verdict why) noexcept {
  auto& s = c.state[i];
  switch (why) {
    case verdict::icv_mismatch:
      if (counts_as_tunnel(c, i)) s.result.status = protocol == protocol_kind::ah ? crypto_status::tunnel_ah_failed : crypto_status::tunnel_esp_failed;
      else s.result.status = protocol == protocol_kind::ah ? crypto_status::transport_ah_failed : crypto_status::transport_esp_failed;
      break;
    case verdict::runt:
    case verdict::bad_header:
    case verdict::bad_alignment:
    case verdict::bad_padding: s.result.status = crypto_status::invalid_packet_syntax; break;
    default: s.result.status = crypto_status::generic_error; break;
  }
  return why;
}

[[nodiscard]] ESPLANADE_INLINE verdict verdict_of(job_status status) noexcept {
  return status == job_status::done ? verdict::forwarded : status == job_status::forged ? verdict::icv_mismatch : verdict::crypto_failed;
}

}  // namespace detail

/// Verifies AH, where the portion has it. The packet stays as it arrived (F97).
///   Errors   runt, bad_header (AH is not as long as its SA says), beyond_ah, not_writable, too_many_segments, icv_mismatch, crypto_failed
///   Cost     one load of the plumbed high word: a packet is verified under exactly this one (U-18, F113)
struct verify_ah_stage final : detail::opening_stage<detail::device_stage, on_forged::restore> {
  static constexpr const char* name = "verify_ah";
  static constexpr const char* because = "AH stands outside the ESP of its bundle (ipsecov2.md 2.7)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::device_ah_opened;
  static constexpr fact excludes = fact::device_ah_opened;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    if (c.state[i].ah_at == 0) return verdict::forwarded;
    const verdict v = job_for(c, i);
    return v == verdict::forwarded ? v : detail::note_failure(c, i, protocol_kind::ah, v);
  }
  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    if (c.state[i].ah_at == 0) return verdict::forwarded;
    const verdict v = detail::verdict_of(c.job_of(i).status);
    return v == verdict::forwarded ? v : detail::note_failure(c, i, protocol_kind::ah, v);
  }

 private:
  template <class Context> static ESPLANADE_INLINE verdict job_for(Context& c, std::size_t i) noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    auto& p = c.packet(i);
    s.element = &s.bundle->ah;
    const std::size_t size = ah_octets_of<config>(s.element->core(), s.version);
    if (s.length < s.ah_at + size) return verdict::runt;
    octet scratch[ah_fixed_octets]{};
    const octet* const ah = peek(p, s.base + std::size_t{s.ah_at}, ah_fixed_octets, scratch);
    if (ah[1] != ah_length_field(size)) return verdict::bad_header;
    if (!is_writable(p)) return verdict::not_writable;
    s.number = s.element->number_of(load_be32(ah + 8));
    return detail::make_ah_job(c, i, s.ah_at, size, ah_end::receiver, s.base);
  }
};
inline constexpr verify_ah_stage verify_ah{};

/// Opens ESP, where the portion has it, in place (F96). Replay is the host's: a packet opens as often as it comes (F112).
///   Errors   runt, bad_alignment, not_writable, too_many_segments, icv_mismatch, crypto_failed: the packet is as it arrived
struct open_in_place_stage final : detail::opening_stage<detail::device_stage, on_forged::restore> {
  static constexpr const char* name = "open_in_place";
  static constexpr const char* because = "verifies and decrypts where the text stands; nothing is stripped (ipsecov2.md 5.4)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::device_opened;
  static constexpr fact excludes = fact::device_opened;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    if (c.state[i].esp_at == 0) return verdict::forwarded;
    const verdict v = job_for(c, i);
    if (v == verdict::forwarded) [[likely]] return v;
    return detail::note_failure(c, i, protocol_kind::esp, v);
  }
  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    if (c.state[i].esp_at == 0) return verdict::forwarded;
    const verdict v = detail::verdict_of(c.job_of(i).status);
    if (v == verdict::forwarded) [[likely]] return v;
    return detail::note_failure(c, i, protocol_kind::esp, v);
  }

 private:
  template <class Context> static ESPLANADE_INLINE verdict job_for(Context& c, std::size_t i) noexcept {
    auto& s = c.state[i];
    if (s.length < s.esp_at + esp_header_octets) return verdict::runt;
    s.element = &s.bundle->esp;
    octet scratch[4]{};
    s.number = s.element->number_of(load_be32(peek(c.packet(i), s.base + s.esp_at + 4u, 4, scratch)));
    return detail::make_open_job(c, i, s.base);
  }
};
inline constexpr open_in_place_stage open_in_place{};

}  // namespace v0
}  // namespace esplanade
