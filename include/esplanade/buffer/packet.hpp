// One packet as a chain of segments: the concept, and the traits through which a foreign type models it.
#pragma once

#include <esplanade/base/octets.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

/// How a packet type is read and resized. The primary template forwards to members that are noexcept; specialise it for
/// a type you cannot edit (an mbuf, an skb, an NB).
template <class P> struct packet_traits {
  static ESPLANADE_INLINE auto first(P& p) noexcept requires requires { { p.first() } noexcept; } { return p.first(); }
  static ESPLANADE_INLINE auto first(const P& p) noexcept requires requires { { p.first() } noexcept; } { return p.first(); }
  static ESPLANADE_INLINE std::size_t length(const P& p) noexcept requires requires { { p.length() } noexcept; } { return p.length(); }
  static ESPLANADE_INLINE bool retreat(P& p, std::size_t n) noexcept requires requires { { p.retreat(n) } noexcept -> std::convertible_to<bool>; } { return p.retreat(n); }
  static ESPLANADE_INLINE void advance(P& p, std::size_t n) noexcept requires requires { { p.advance(n) } noexcept; } { p.advance(n); }
  static ESPLANADE_INLINE bool extend(P& p, std::size_t n) noexcept requires requires { { p.extend(n) } noexcept -> std::convertible_to<bool>; } { return p.extend(n); }
  static ESPLANADE_INLINE void trim(P& p, std::size_t n) noexcept requires requires { { p.trim(n) } noexcept; } { p.trim(n); }
  static ESPLANADE_INLINE bool writable(const P& p) noexcept requires requires { { p.writable() } noexcept -> std::convertible_to<bool>; } { return p.writable(); }
  // A member `writable` that cannot be asked of a const packet or may throw: seen, so that it is not taken for absent.
  static void writable(P& p) requires (requires { p.writable(); } && !requires(const P& k) { { k.writable() } noexcept -> std::convertible_to<bool>; });
  static constexpr std::size_t segments_max = [] {
    if constexpr (requires { P::segments_max; }) return P::segments_max;
    else return std::size_t{8};
  }();
};

/// Steps over the segments of one packet in wire order: `*c` is a span of octets (may be empty), `++c` steps,
/// `bool(c)` is false past the end. Invalid after retreat, advance, extend or trim.
template <class C>
concept SegmentCursor = std::copyable<C> && requires(C c, const C k) {
  { *k } noexcept -> std::convertible_to<const_octets>;
  { ++c } noexcept;
  { static_cast<bool>(k) } noexcept;
};

namespace detail {
// Optional, but never misunderstood: a `writable` that is there in another form must not let stages write into foreign octets.
template <class P>
concept WritableIsClear = !requires(P& p) { packet_traits<P>::writable(p); } ||
    requires(const P& k) { { packet_traits<P>::writable(k) } noexcept -> std::same_as<bool>; };
}  // namespace detail

/// One packet held as a chain of contiguous segments (an NB with its MDLs, an mbuf with its segments, an skb with its frags).
///
///        retreat ◄─┐                                   ┌─► extend
///   +--------------+-----------+   +---------+   +-----+-----------+
///   |   headroom   |  octets   |──►| octets  |──►|octets| tailroom |
///   +--------------+-----------+   +---------+   +-----+-----------+
///        advance ─►┘   first()        ++cursor         └◄─ trim
///
///   Shape    first(p)       cursor on the first segment (a const packet gives const octets); there is always one, be it empty
///            length(p)      sum of the segments
///            retreat(p,n)   n octets in front, contiguous; false and nothing changed when there is no room
///            advance(p,n)   gives back n octets in front; may cross segments
///            extend(p,n)    n octets behind, contiguous; false and nothing changed when there is no room
///            trim(p,n)      gives back n octets behind; may cross segments
///            writable(p)    false: somebody else holds the octets (optional; absent means true); asked of a const packet
///            segments_max   most segments a packet of this type may have (optional; absent means 8)
///   Units    octets; retreat and extend are asked for at most 128 at a time; advance and trim for at most length(p)
///   Cost     length O(1), the others O(segments); none copies payload, allocates or throws
///   Errors   false, nothing changed
///   Threads  one at a time
///   Models   flat_packet, chain_packet. Archetype: testing::archetype::packet. Laws: testing::check_packet_laws
template <class P>
concept Packet = requires(P& p, const P& k, std::size_t n) {
  { packet_traits<P>::first(p) } noexcept -> SegmentCursor;
  { packet_traits<P>::first(k) } noexcept -> SegmentCursor;
  { *packet_traits<P>::first(p) } noexcept -> std::convertible_to<octets>;
  { packet_traits<P>::length(k) } noexcept -> std::same_as<std::size_t>;
  { packet_traits<P>::retreat(p, n) } noexcept -> std::same_as<bool>;
  { packet_traits<P>::advance(p, n) } noexcept;
  { packet_traits<P>::extend(p, n) } noexcept -> std::same_as<bool>;
  { packet_traits<P>::trim(p, n) } noexcept;
} && detail::WritableIsClear<P>;

/// Most octets that retreat and extend are asked for in one call.
inline constexpr std::size_t resize_max = 128;

/// Most segments of one packet of this type.
template <class P> inline constexpr std::size_t segments_max_of = [] {
  if constexpr (requires { packet_traits<P>::segments_max; }) return std::size_t{packet_traits<P>::segments_max};
  else return std::size_t{8};
}();

/// A packet type that is always one segment: stages compile to pointer arithmetic.
template <class P> concept ContiguousPacket = Packet<P> && segments_max_of<P> == 1;

/// Whether the octets of `p` may be written.
template <Packet P> [[nodiscard]] ESPLANADE_INLINE bool is_writable(const P& p) noexcept {
  if constexpr (requires { packet_traits<P>::writable(p); }) return packet_traits<P>::writable(p);
  else return true;
}

}  // namespace v0
}  // namespace esplanade
