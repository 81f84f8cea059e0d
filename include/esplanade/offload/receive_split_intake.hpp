// Frames from a wire into buffer lists of two pieces: headers in front, what they carry behind (header-data split).
#pragma once

#include <esplanade/offload/receive_intake.hpp>
#include <esplanade/offload/receive_split.hpp>
#include <esplanade/transform/policies.hpp>

namespace esplanade {
inline namespace v0 {

/// Lists that arrive with one empty net buffer whose first piece is as long as its frame's headers, and go back.
///   Shape    p.take(front)   → list: its first segment has room for exactly `front` octets, other memory is behind; front = 0: in one
///                              piece. nullptr when there is none
///            p.give(list)
///   Models   the caller's
template <class P, class Nbl>
concept SplitReceivePool = requires(P& p, Nbl& list, std::size_t front) {
  { p.take(front) } noexcept -> std::same_as<Nbl*>;
  { p.give(list) } noexcept;
};

/// Where a NIC splits.
///   Units    octets from the start of the frame
struct split_rules {
  std::size_t at = 0;                                         ///< where it would cut; 0 = behind the headers
  std::size_t lookahead = ~std::size_t{0};                    ///< that the first piece may hold instead of all headers (F120)
  std::size_t front_max = 256;                                ///< that a first piece may hold; a frame with more headers stays whole
  set_of<link_framing> framings = link_framing::ieee_802_3;
};

/// Copies frames into lists of a pool, split behind their headers; IPsec counts like an option (ipsecov2.md 5.4). A frame whose headers
/// are not known, that is a fragment, or that is all headers, stays whole. Flags say which was split, and what stands in clear.
///   Cost     one header walk and one copy of each frame; no allocation
///   Threads  the pool's
template <class P, NetBufferList Nbl, SplitReceivePool<Nbl> Pool> [[nodiscard]] taken_in<Nbl> take_in_split(std::span<const const_octets> frames, Pool& pool, const split_rules& rules = {}) noexcept {
  return detail::take_frames<Nbl>(frames, pool, [&](const_octets frame, std::size_t& front) noexcept -> Nbl* {
    nbl_flags flags{};
    span_reader whole{frame};
    if (const link_header link = read_link_header(whole, rules.framings); link.carries_ip && link.octets <= frame.size()) {
      span_reader read{frame.subspan(link.octets)};
      const frame_headers h = headers_of(read, frame.size() - link.octets, link.octets, [](std::uint16_t port) noexcept { return udp_port_of<P>::has(port); });
      const std::size_t point = split_point(h, rules.at, rules.lookahead);
      const bool known = h.upper != protocol_number::none;
      flags = flags | (link.version == family::ipv4 ? nbl_flag::ipv4 : nbl_flag::ipv6);
      if (known && !h.ipsec) flags = flags | (h.upper == protocol_number::tcp ? nbl_flag::tcp : nbl_flag::udp);  // right behind the IP headers
      if ((known || h.ipsec) && point < frame.size() && point <= rules.front_max) {
        front = point;
        flags = flags | nbl_flag::header_data_split;
        if (known && point == h.end) flags = flags | nbl_flag::split_at_upper_payload;
      }
    }
    Nbl* const list = pool.take(front);
    if (list != nullptr) static_cast<void>(nbl_traits<Nbl>::set_flags(*list, flags));
    return list;
  });
}

}  // namespace v0
}  // namespace esplanade
