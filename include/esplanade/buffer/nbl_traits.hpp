// A list of buffer lists, NBL ► NB ► MDL: the concept, and the traits through which a foreign type models it.
#pragma once

#include <esplanade/base/set_of.hpp>
#include <esplanade/base/text.hpp>
#include <esplanade/buffer/nbl_slots.hpp>
#include <esplanade/buffer/packet.hpp>

namespace esplanade {
inline namespace v0 {

/// What is known of a list, by the bits of ipsecov2.md 8.2.
enum class nbl_flag : std::uint32_t {
  send_read_only = 0x1,
  receive_read_only = 0x2,
  header_data_split = 0x100,
  ipv4 = 0x200,
  ipv6 = 0x400,
  tcp = 0x800,
  udp = 0x1000,
  split_at_upper_header = 0x2000,
  split_at_upper_payload = 0x4000,
  loopback = 0x8000,
};
using nbl_flags = set_of<nbl_flag>;

/// Whether these flags may stand together: one IP version, one transport protocol, and that only beside a version.
[[nodiscard]] constexpr bool can_stand_together(nbl_flags f) noexcept {
  const bool v4 = f.has(nbl_flag::ipv4), v6 = f.has(nbl_flag::ipv6), tcp = f.has(nbl_flag::tcp), udp = f.has(nbl_flag::udp);
  return !(v4 && v6) && !(tcp && udp) && (!(tcp || udp) || v4 || v6);
}

/// How a list was completed, by the numbers of ipsecov2.md 2.14.
enum class nbl_status : std::uint32_t {
  success = 0,                     ///< the data was processed; it may only be queued
  failure = 0xC0000001,
  resources = 0xC000009A,
  reset_in_progress = 0xC001000D,
  invalid_length = 0xC0010014,
  send_aborted = 0xC023000C,       ///< cancelled by its cancel id
  paused = 0xC023002A,
  low_power_state = 0xC023002F,
};

/// Who may touch a list now.
enum class nbl_owner : std::uint8_t {
  pool,       ///< nobody: it is not in use
  caller,     ///< who made it, or took it back; of what was received, the NIC's driver
  device,     ///< who it was handed to; of what was received, the host
  completed,  ///< nobody may change it: it is on its way back
};

/// What is noted of a list from its hand-over to its completion (buffer/nbl_ownership.hpp).
struct nbl_ownership {
  nbl_owner owner = nbl_owner::caller;
  std::uint32_t children = 0;  ///< lists that describe its octets too
  std::uint64_t lent = 0;      ///< what it was when it was handed over
  friend constexpr bool operator==(const nbl_ownership&, const nbl_ownership&) noexcept = default;
};

namespace detail {
struct no_net_buffer {};
template <class L> struct net_buffer_named { using type = no_net_buffer; };
template <class L>
  requires requires { typename L::net_buffer_type; }
struct net_buffer_named<L> {
  using type = typename L::net_buffer_type;
};
}  // namespace detail

/// How a type of buffer list is read and written. The primary template forwards to members that are noexcept; specialise
/// it for a type you cannot edit.
template <class L> struct nbl_traits {
  using net_buffer_type = typename detail::net_buffer_named<L>::type;
  static ESPLANADE_INLINE L* next(const L& l) noexcept requires requires { { l.next() } noexcept -> std::same_as<L*>; } { return l.next(); }
  static ESPLANADE_INLINE void link(L& l, L* next) noexcept requires requires { { l.link(next) } noexcept; } { l.link(next); }
  static ESPLANADE_INLINE net_buffer_type* first_buffer(L& l) noexcept requires requires { { l.first_buffer() } noexcept -> std::same_as<net_buffer_type*>; } { return l.first_buffer(); }
  static ESPLANADE_INLINE net_buffer_type* next_buffer(net_buffer_type& b) noexcept requires requires { { b.next() } noexcept -> std::same_as<net_buffer_type*>; } { return b.next(); }
  static ESPLANADE_INLINE bool mapped(const net_buffer_type& b) noexcept requires requires { { b.mapped() } noexcept -> std::same_as<bool>; } { return b.mapped(); }
  static ESPLANADE_INLINE octets whole(net_buffer_type& b) noexcept requires requires { { b.whole() } noexcept -> std::same_as<octets>; } { return b.whole(); }
  static ESPLANADE_INLINE oob_entry entry(const L& l, oob_slot slot) noexcept requires requires { { l.entry(slot) } noexcept; } { return l.entry(slot); }
  static ESPLANADE_INLINE void put(L& l, oob_slot slot, oob_entry entry) noexcept requires requires { { l.put(slot, entry) } noexcept; } { l.put(slot, entry); }
  static ESPLANADE_INLINE nbl_flags flags(const L& l) noexcept requires requires { { l.flags() } noexcept; } { return l.flags(); }
  static ESPLANADE_INLINE bool set_flags(L& l, nbl_flags flags) noexcept requires requires { { l.set_flags(flags) } noexcept -> std::same_as<bool>; } { return l.set_flags(flags); }
  static ESPLANADE_INLINE nbl_status status(const L& l) noexcept requires requires { { l.status() } noexcept; } { return l.status(); }
  static ESPLANADE_INLINE void set_status(L& l, nbl_status status) noexcept requires requires { { l.set_status(status) } noexcept; } { l.set_status(status); }
  static ESPLANADE_INLINE std::uintptr_t scratch(const L& l) noexcept requires requires { { l.scratch() } noexcept; } { return l.scratch(); }
  static ESPLANADE_INLINE void set_scratch(L& l, std::uintptr_t word) noexcept requires requires { { l.set_scratch(word) } noexcept; } { l.set_scratch(word); }
  static ESPLANADE_INLINE nbl_ownership ownership(const L& l) noexcept requires requires { { l.ownership() } noexcept -> std::same_as<nbl_ownership>; } { return l.ownership(); }
  static ESPLANADE_INLINE void set_ownership(L& l, const nbl_ownership& o) noexcept requires requires { { l.set_ownership(o) } noexcept; } { l.set_ownership(o); }
};

/// The net buffers of a type of list.
template <class L> using net_buffer_of = typename nbl_traits<L>::net_buffer_type;

namespace detail {
template <class L>
concept NamesItsNetBuffers = (requires { typename nbl_traits<L>::net_buffer_type; } && Packet<typename nbl_traits<L>::net_buffer_type>)
    || unmet<"NetBufferList: net_buffer_type is the list's net buffer, which models Packet", L>();
template <class L>
concept LinksLists = requires(L& l, const L& k, net_buffer_of<L>& b) {
  { nbl_traits<L>::next(k) } noexcept -> std::same_as<L*>;
  { nbl_traits<L>::link(l, &l) } noexcept;
  { nbl_traits<L>::first_buffer(l) } noexcept -> std::same_as<net_buffer_of<L>*>;
  { nbl_traits<L>::next_buffer(b) } noexcept -> std::same_as<net_buffer_of<L>*>;
} || unmet<"NetBufferList: next, link, first_buffer and next_buffer walk lists and their net buffers, all noexcept", L>();
template <class L>
concept HasSlots = requires(L& l, const L& k, oob_slot slot, oob_entry entry) {
  { nbl_traits<L>::entry(k, slot) } noexcept -> std::same_as<oob_entry>;
  { nbl_traits<L>::put(l, slot, entry) } noexcept;
} || unmet<"NetBufferList: entry and put reach an out-of-band slot and who wrote it, noexcept", L>();
template <class L>
concept HasState = requires(L& l, const L& k, nbl_flags flags, nbl_status status, std::uintptr_t word) {
  { nbl_traits<L>::flags(k) } noexcept -> std::same_as<nbl_flags>;
  { nbl_traits<L>::set_flags(l, flags) } noexcept -> std::same_as<bool>;
  { nbl_traits<L>::status(k) } noexcept -> std::same_as<nbl_status>;
  { nbl_traits<L>::set_status(l, status) } noexcept;
  { nbl_traits<L>::scratch(k) } noexcept -> std::same_as<std::uintptr_t>;
  { nbl_traits<L>::set_scratch(l, word) } noexcept;
} || unmet<"NetBufferList: flags, status and scratch can be read and written, noexcept", L>();
}  // namespace detail

/// A list of net buffers that are handed over together (an NBL), with words beside them.
///
///   NBL ──► NBL ──► NBL        next, link
///    └► NB ──► NB              first_buffer, next_buffer: each a Packet, one frame
///        └► MDL ──► MDL        the Packet's segments
///
///   Shape    next(l), link(l,n)                the list behind it; whoever owns a list may relink it
///            first_buffer(l), next_buffer(b)   its frames; they stay with their list
///            mapped(b)                         false: some of its memory cannot be reached (optional; absent means true)
///            whole(b)                          all its octets, when they lie in one piece that can be reached, else none of them
///                                              (optional: a shorter way to what mapped and the Packet say)
///            entry(l,slot), put(l,slot,e)      an out-of-band word and its direction; {} when nobody wrote it
///            flags(l), set_flags(l,f)          false and nothing changed when the flags exclude each other; a list that is
///                                              read-only has net buffers that are not writable
///            status(l), set_status(l,s)        written by who completes it
///            scratch(l), set_scratch(l,w)      a word of the present owner; 0 when it is new, lost when it is handed over
///            ownership(l), set_ownership(l,o)  optional: what hand_over() and complete() note (buffer/nbl_ownership.hpp)
///   Cost     O(1), set_flags O(net buffers)
///   Threads  whoever owns the list
///   Models   net_buffer_list, foreign_list. Archetype: testing::archetype::net_buffer_list. Laws: testing::check_nbl_laws
template <class L>
concept NetBufferList = detail::NamesItsNetBuffers<L> && detail::LinksLists<L> && detail::HasSlots<L> && detail::HasState<L>;

/// Whether all octets of a net buffer can be reached: asked before it is read as a packet.
template <NetBufferList L> [[nodiscard]] ESPLANADE_INLINE bool is_mapped(const net_buffer_of<L>& b) noexcept {
  if constexpr (requires { { nbl_traits<L>::mapped(b) } noexcept -> std::same_as<bool>; }) return nbl_traits<L>::mapped(b);
  else return true;
}

/// All octets of a net buffer where they lie in one piece that can be reached; nothing where they do not.
template <NetBufferList L> [[nodiscard]] ESPLANADE_INLINE octets whole_of(net_buffer_of<L>& b) noexcept {
  if constexpr (requires { { nbl_traits<L>::whole(b) } noexcept -> std::same_as<octets>; }) {
    return nbl_traits<L>::whole(b);
  } else {
    const octets front = *packet_traits<net_buffer_of<L>>::first(b);
    return front.size() == packet_traits<net_buffer_of<L>>::length(b) && is_mapped<L>(b) ? front : octets{};
  }
}

/// What stands in a list's slot for this type of word; `Word{}` when it was written in another direction, or not at all.
template <OobWord Word, NetBufferList L> [[nodiscard]] ESPLANADE_INLINE Word get_oob(const L& l) noexcept { return word_of<Word>(nbl_traits<L>::entry(l, oob_place<Word>::slot)); }
/// The same as it stands there, packed.
template <OobWord Word, NetBufferList L> [[nodiscard]] ESPLANADE_INLINE oob_word packed_oob(const L& l) noexcept {
  const oob_entry entry = nbl_traits<L>::entry(l, oob_place<Word>::slot);
  return entry.direction == oob_place<Word>::direction ? entry.word : 0;
}
template <OobWord Word, NetBufferList L> ESPLANADE_INLINE void set_oob(L& l, const Word& word) noexcept { nbl_traits<L>::put(l, oob_place<Word>::slot, entry_of(word)); }
template <NetBufferList L> ESPLANADE_INLINE void clear_oob(L& l, oob_slot slot) noexcept { nbl_traits<L>::put(l, slot, {}); }

namespace detail {
template <class Word, oob_direction Direction>
concept GoesThatWay = (OobWord<Word> && oob_place<Word>::direction == Direction)
    || unmet<"oob_view: this word goes the other way, where the same slot means something else: take the view of its direction", Word>();
}  // namespace detail

/// The slots of a list that is known to go one way: words of the other do not compile.
template <oob_direction Direction, class L>
  requires NetBufferList<std::remove_const_t<L>>
class oob_view {
 public:
  ESPLANADE_INLINE explicit oob_view(L& list) noexcept : list_(list) {}
  template <detail::GoesThatWay<Direction> Word> [[nodiscard]] ESPLANADE_INLINE Word get() const noexcept {
    return get_oob<Word>(list_);
  }
  template <detail::GoesThatWay<Direction> Word> ESPLANADE_INLINE void set(const Word& word) const noexcept {
    set_oob(list_, word);
  }

 private:
  L& list_;
};
template <NetBufferList L> [[nodiscard]] ESPLANADE_INLINE auto send_oob(L& list) noexcept { return oob_view<oob_direction::send, L>(list); }
template <NetBufferList L> [[nodiscard]] ESPLANADE_INLINE auto receive_oob(L& list) noexcept { return oob_view<oob_direction::receive, L>(list); }

}  // namespace v0
}  // namespace esplanade
