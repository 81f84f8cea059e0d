// Inbound, step 1: from the packet's SPI to its SA, batched.
//
//   1 walk the outer headers to ESP or AH, through UDP and WESP where the profile knows them   2 refuse IP fragments, trim link padding   3 ask the store for the whole batch
#pragma once

#include <esplanade/net/ah.hpp>
#include <esplanade/transform/encapsulation.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// Finds the inbound SA of every ESP or AH packet, as the profile's suites say. Begins an SA level: behind remove_outer_header it serves the next SA of a bundle.
///   Errors   not_ip, runt, bad_header; not_protected (neither: bypass or drop is the caller's policy); ip_fragment
///            (RFC 4303 3.4.1, RFC 4302 3.4.1: reassembly comes first); no_sa
///            UDP and WESP: keep_alive, bad_checksum, bad_wesp; no_sa also when the SA is not for this encapsulation or port
///   Source   RFC 4303 3.4.1, 3.4.2; RFC 4302 3.4.1, 3.4.2
struct find_sa_stage final : detail::transform_stage {
  static constexpr const char* name = "find_sa";
  static constexpr const char* because = "the SPI names the SA (RFC 4303 3.4.2)";
  static constexpr fact needs = fact::none;
  static constexpr fact gives = fact::sa_selected;
  static constexpr bool begins_level = true;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    auto& s = c.state[i];
    auto& p = c.packet(i);
    using traits = packet_traits<typename Context::packet_type>;
    packet_reader read(p, s.length);
    return visit_ip(read, s.length, [&](const ip_layout& at) ESPLANADE_INLINE_LAMBDA -> verdict {
      if (at.status != verdict::forwarded) return at.status;
      if (at.fragment) return verdict::ip_fragment;
      using config = typename Context::profile;
      detail::wrapping w;
      const bool ah = has_ah<config> && (!has_esp<config> || at.protocol == protocol_number::ah);
      if (ah) {
        if (at.protocol != protocol_number::ah) return verdict::not_protected;
        if (at.total_length < at.header_length + ah_fixed_octets) return verdict::runt;
        if constexpr (encapsulates<config>) {
          w.end = at.total_length;
          c.wrapped.of[i] = {};
        }
      } else if constexpr (encapsulates<config>) {
        w = detail::find_wrapping<config>(read, at);
        if (w.status != verdict::forwarded) return w.status;
        if constexpr (encapsulates_in_udp<config>) {
          if constexpr (udp_checksum_policy_of<config>::verifies) {
            if (w.port != 0 && !detail::udp_checksum_holds(p, at.version, at.header_length, w.end)) return verdict::bad_checksum;
          }
        }
        c.wrapped.of[i] = {w.kind, static_cast<std::uint8_t>(w.octets), w.port};
      } else {
        if (at.protocol != protocol_number::esp) return verdict::not_protected;
        if (at.total_length < at.header_length + esp_header_octets) return verdict::runt;
      }
      const std::uint32_t end = encapsulates<config> ? w.end : at.total_length;
      if (s.length != end) {
        traits::trim(p, s.length - end);
        s.length = end;
      }
      s.version = at.version;
      s.traffic_class = at.traffic_class;
      s.esp_at = static_cast<std::uint16_t>(at.header_length + w.octets);
      s.protocol_at = at.protocol_at;
      if constexpr (has_ah<config> && has_esp<config>) s.next_header = at.protocol;  // until `finish` has seen the SA
      octet scratch[40], esp_scratch[esp_header_octets]{};  // g++ does not see that a chain fills all of it
      const octet* esp = peek(p, s.esp_at + (ah ? ah_fixed_octets - esp_header_octets : 0u), esp_header_octets, esp_scratch);  // SPI, number
      const std::uint64_t named = load_be64(esp);
      s.number = named & 0xffffffff;
      const std::size_t fixed = header_octets(at.version);
      const octet* header = peek(p, 0, fixed, scratch);
      const std::size_t addresses = at.version == family::ipv4 ? 12 : 8;
      const outer_view outer{static_cast<std::uint32_t>(named >> 32), at.version, header + addresses, header + addresses + (fixed - addresses) / 2, ah ? protocol_kind::ah : protocol_kind::esp};
      c.keys[c.key_count] = Context::store_type::key_of(outer);
      c.ask(i);
      return verdict::forwarded;
    });
  }

  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept {
    c.look_up(c.keys);
  }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    auto* const record = c.answer(i);
    using config = typename Context::profile;
    if constexpr (encapsulates<config>) {
      const auto& w = c.wrapped.of[i];
      if (record == nullptr || !accepts<config>(association(*record), w)) return refusal<config>(w);
    } else {
      if (record == nullptr) return verdict::no_sa;
    }
    if constexpr (has_ah<config> && has_esp<config>) {  // RFC 4302 2.4, RFC 4303 2.1: an SPI names an SA of one of them
      if (is_ah<config>(association(*record).core()) != (c.state[i].next_header == protocol_number::ah)) return verdict::no_sa;
    }
    return c.enter_level(i, record) ? verdict::forwarded : verdict::too_many_levels;
  }

 private:
  /// An SA takes what comes as it was negotiated: the same SPI in another wrapping is no packet of its peer's.
  template <class P, class Sa> [[nodiscard]] static ESPLANADE_INLINE bool accepts(const Sa& sa, const detail::wrapped_slot& w) noexcept {
    if ((sa.core().encapsulation & static_cast<unsigned>(w.kind)) == 0) return false;
    if constexpr (encapsulates_in_udp<P>) {
      if (w.port != 0 && w.port != sa.udp().ports.destination) return false;
    }
    return true;
  }
  template <class P> [[nodiscard]] static ESPLANADE_INLINE verdict refusal([[maybe_unused]] const detail::wrapped_slot& w) noexcept {
    if constexpr (encapsulates_in_udp<P>) {
      if (!udp_port_of<P>::ours_alone && w.port != 0) return verdict::not_protected;
    }
    return verdict::no_sa;
  }
};
inline constexpr find_sa_stage find_sa{};

}  // namespace v0
}  // namespace esplanade
