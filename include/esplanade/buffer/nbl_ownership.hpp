// Who may touch a buffer list: handing it over, completing it exactly once, and proof that its net buffers and MDLs came back in order.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/buffer/nbl_retreat.hpp>

namespace esplanade {
inline namespace v0 {

// Available
//   order_checked   completion compares net buffers, MDLs and data ranges with those that were handed over, and refuses
//                   what is not as it was
//   order_trusted   it does not; only the states are checked
// When to use
//   order_checked in tests and while a driver is written: a pass over the MDLs at each hand-over and completion.
//   order_trusted where that pass costs too much.
// Not provided, because
//   no check at all: the state is one octet that is read and written anyway, and completing twice is the mistake that hurts.

/// An order policy: completion proves that everything came back as it went.
struct order_checked {
  static constexpr bool compares = true;
};
/// An order policy: the device is believed.
struct order_trusted {
  static constexpr bool compares = false;
};

namespace detail {
/// One number for many.
struct order_sum {
  std::uint64_t value = 0;
  void mix(std::uint64_t one) noexcept {
    value = (value ^ one) * 0x9e3779b97f4a7c15u;
    value ^= value >> 29;
  }
  void mix(const void* one) noexcept { mix(std::uint64_t{reinterpret_cast<std::uintptr_t>(one)}); }
};

/// The inside of a list, for who hands it on.
struct nbl_parts {
  static nbl_owner& owner(net_buffer_list& l) noexcept { return l.owner_; }
  static net_buffer_list*& parent(net_buffer_list& l) noexcept { return l.parent_; }
  static std::uint32_t& children(net_buffer_list& l) noexcept { return l.children_; }
  static nbl_context_record*& context(net_buffer_list& l) noexcept { return l.context_; }
  static std::uint64_t& lent(net_buffer_list& l) noexcept { return l.lent_; }

  // One number for all that must come back: which net buffers, where their data begins and ends, which MDLs with which memory.
  static std::uint64_t order_of(const net_buffer_list& l) noexcept {
    order_sum sum;
    for (const net_buffer* b = l.first_buffer(); b != nullptr; b = b->next()) {
      sum.mix(b);
      sum.mix(b->data_offset());
      sum.mix(b->data_length());
      for (const mdl* m = b->chain(); m != nullptr; m = m->next) {
        sum.mix(m);
        sum.mix(m->address);
        sum.mix(m->count);
      }
    }
    return sum.value;
  }
};

/// How ownership is read and written, what is compared, and what else changes hands: of somebody's list, through its traits.
template <class L> struct ownership_of {
  using traits = nbl_traits<L>;
  static nbl_ownership read(const L& l) noexcept requires requires { { traits::ownership(l) } noexcept -> std::same_as<nbl_ownership>; } { return traits::ownership(l); }
  static void write(L& l, const nbl_ownership& o) noexcept requires requires { { traits::set_ownership(l, o) } noexcept; } { traits::set_ownership(l, o); }
  static std::uint64_t order_of(L& l) noexcept {
    order_sum sum;
    for (net_buffer_of<L>* b = traits::first_buffer(l); b != nullptr; b = traits::next_buffer(*b)) {
      sum.mix(b);
      if (!is_mapped<L>(*b)) continue;
      sum.mix(packet_traits<net_buffer_of<L>>::length(*b));
      for (auto cursor = packet_traits<net_buffer_of<L>>::first(*b); static_cast<bool>(cursor); ++cursor) {
        const octets piece = *cursor;
        sum.mix(piece.data());
        sum.mix(piece.size());
      }
    }
    return sum.value;
  }
  static void lend(L&) noexcept {}
  static void unlend(L&) noexcept {}
};
template <> struct ownership_of<net_buffer_list> {
  using parts = nbl_parts;
  static nbl_ownership read(net_buffer_list& l) noexcept { return {l.owner(), l.children(), parts::lent(l)}; }
  static void write(net_buffer_list& l, const nbl_ownership& o) noexcept {
    parts::owner(l) = o.owner;
    parts::lent(l) = o.lent;
  }
  static std::uint64_t order_of(const net_buffer_list& l) noexcept { return parts::order_of(l); }
  // What its new owner puts in front is told from what is there.
  static void lend(net_buffer_list& l) noexcept {
    for (net_buffer* b = l.first_buffer(); b != nullptr; b = b->next()) ++detail::net_buffer_parts::depth(*b);
  }
  static void unlend(net_buffer_list& l) noexcept {
    for (net_buffer* b = l.first_buffer(); b != nullptr; b = b->next()) --detail::net_buffer_parts::depth(*b);
  }
};
template <class L>
concept NotesItsOwner = requires(L& l, const nbl_ownership& o) {
  { ownership_of<L>::read(l) } noexcept -> std::same_as<nbl_ownership>;
  { ownership_of<L>::write(l, o) } noexcept;
} || unmet<"OwnedBufferList: nbl_ownership ownership() and set_ownership(nbl_ownership), noexcept, keep who has the list: a type without room for that needs a table beside it, behind nbl_traits", L>();
}  // namespace detail

/// A list that keeps who may touch it.
///   Shape    ownership(l)          what was set last; {} of a new list
///            set_ownership(l, o)   not in the scratch word, which is lost when a list changes hands
///   Cost     O(1)
///   Threads  whoever owns the list
///   Models   net_buffer_list, foreign_list. Archetype: testing::archetype::owned_buffer_list. Laws: testing/nbl_laws.hpp
template <class L>
concept OwnedBufferList = NetBufferList<L> && detail::NotesItsOwner<L>;

/// Hands a list to whoever sends it (or, received, to the host). What its new owner puts in front from here on is told
/// from what is there. The scratch word is lost.
///   Errors   the list is not the caller's, or has children: whoever shares its octets gives them up first
template <class Order = order_checked, OwnedBufferList L> inline result<void> hand_over(L& list) noexcept {
  using parts = detail::ownership_of<L>;
  nbl_ownership now = parts::read(list);
  if (now.owner != nbl_owner::caller) return fault{fault_kind::busy, "list", "it is not the caller's", "a list that the caller made or took back"};
  if (now.children != 0) return fault{fault_kind::busy, "list", "lists derived from it exist", "free the children first"};
  if constexpr (Order::compares) now.lent = parts::order_of(list);
  now.owner = nbl_owner::device;
  parts::write(list, now);
  nbl_traits<L>::set_scratch(list, 0);
  parts::lend(list);
  return {};
}

/// Completes a list: once, in any order and any grouping. Its status, slots and octets are for the caller to read.
///   Errors   it was not handed over, or was completed already; or something did not come back as it went (`order_checked`):
///            restore it, then complete
template <class Order = order_checked, OwnedBufferList L> inline result<void> complete(L& list, nbl_status status) noexcept {
  using parts = detail::ownership_of<L>;
  nbl_ownership now = parts::read(list);
  if (now.owner == nbl_owner::completed) return fault{fault_kind::already_exists, "list", "it was completed already", "each list is completed once"};
  if (now.owner != nbl_owner::device) return fault{fault_kind::invalid_value, "list", "it was not handed over", "a list that was"};
  if (now.children != 0) return fault{fault_kind::busy, "list", "lists derived from it exist", "free the children first"};
  if constexpr (Order::compares)
    if (now.lent != parts::order_of(list))
      return fault{fault_kind::invalid_value, "list", "its net buffers or MDLs are not as they were handed over", "the original order, offsets and lengths"};
  now.owner = nbl_owner::completed;
  parts::write(list, now);
  nbl_traits<L>::set_status(list, status);
  nbl_traits<L>::set_scratch(list, 0);
  parts::unlend(list);
  return {};
}

/// The caller has a completed list again.
template <OwnedBufferList L> inline result<void> take_back(L& list) noexcept {
  nbl_ownership now = detail::ownership_of<L>::read(list);
  if (now.owner != nbl_owner::completed) return fault{fault_kind::busy, "list", "it is not completed", "a list after its completion"};
  now.owner = nbl_owner::caller;
  detail::ownership_of<L>::write(list, now);
  return {};
}

/// The NIC's driver has a list again as the call returns with which it showed it to the host (receive flag RESOURCES): the
/// host copied what it wanted, and neither keeps nor completes the list.
///   Errors   the host completed it; or as `complete`
template <class Order = order_checked, OwnedBufferList L> inline result<void> regain(L& list) noexcept {
  if (auto done = complete<Order>(list, nbl_traits<L>::status(list)); !done) return done;
  return take_back(list);
}

/// Saves the source handle of a list that is forwarded and puts it back at the end of its life.
class saved_source_handle {
 public:
  saved_source_handle(net_buffer_list& list, std::uintptr_t ours) noexcept : list_(list), theirs_(list.source_handle()) { list.set_source_handle(ours); }
  ~saved_source_handle() { list_.set_source_handle(theirs_); }
  saved_source_handle(const saved_source_handle&) = delete;
  saved_source_handle& operator=(const saved_source_handle&) = delete;

 private:
  net_buffer_list& list_;
  std::uintptr_t theirs_;
};

}  // namespace v0
}  // namespace esplanade
