// Outbound, before the trailer: octets behind the inner packet that hide how long it is (RFC 4303 2.7).
//
//   | inner packet |   →   | inner packet | 0 0 0 … |          the receiver cuts them off where the inner packet says that it ends
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/transform/context.hpp>
#include <esplanade/transform/overhead.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// Pads packets of tunnels by the profile's policy. Counters and lifetimes count the inner packet.
///   Cost     the padding is written, encrypted and sent
///   Errors   no_room (nothing changed); not_writable. A packet that is lost later keeps the padding behind it
struct pad_traffic_stage final : detail::transform_stage {
  static constexpr const char* name = "pad_traffic";
  static constexpr const char* because = "a length tells who speaks and what (RFC 4303 2.7)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::traffic_padded;
  static constexpr fact excludes = fact::traffic_padded | fact::trailer_written | fact::sealed;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    if constexpr (pads_traffic<config>) {
      auto& s = c.state[i];
      auto& p = c.packet(i);
      const auto& sa = c.sa(i).core();
      if (!is_tunnel<config>(sa) || (s.next_header != protocol_number::ipv4 && s.next_header != protocol_number::ipv6)) return verdict::forwarded;
      const std::size_t most = inner_mtu<config>(sa, tfc_of<config>::path);
      if (s.length >= most) return verdict::forwarded;
      const std::size_t wanted = tfc_of<config>::padded(s.length, most);
      if (wanted <= s.length) return verdict::forwarded;
      if (!is_writable(p)) return verdict::not_writable;
      if (!detail::extend_by(p, wanted - s.length)) return verdict::no_room;
      static constexpr octet zeros[64]{};
      for (std::size_t at = s.length; at < wanted; at += sizeof zeros) copy_in(p, at, zeros, wanted - at < sizeof zeros ? wanted - at : sizeof zeros);
      s.length = static_cast<std::uint32_t>(wanted);
      s.trailer = static_cast<std::uint16_t>(padding_of<config>::octets(wanted, alignment_octets<config>(sa)) + esp_trailer_octets + icv_octets<config>(sa));
    }
    return verdict::forwarded;
  }
};
inline constexpr pad_traffic_stage pad_traffic{};

}  // namespace v0
}  // namespace esplanade
