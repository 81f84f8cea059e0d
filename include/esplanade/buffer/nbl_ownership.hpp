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
/// The inside of a list, for who hands it on.
struct nbl_parts {
  static nbl_owner& owner(net_buffer_list& l) noexcept { return l.owner_; }
  static net_buffer_list*& parent(net_buffer_list& l) noexcept { return l.parent_; }
  static std::uint32_t& children(net_buffer_list& l) noexcept { return l.children_; }
  static nbl_context_record*& context(net_buffer_list& l) noexcept { return l.context_; }
  static std::uint64_t& lent(net_buffer_list& l) noexcept { return l.lent_; }

  // One number for all that must come back: which net buffers, where their data begins and ends, which MDLs with which memory.
  static std::uint64_t order_of(const net_buffer_list& l) noexcept {
    std::uint64_t sum = 0;
    const auto mix = [&sum](std::uint64_t value) {
      sum = (sum ^ value) * 0x9e3779b97f4a7c15u;
      sum ^= sum >> 29;
    };
    for (const net_buffer* b = l.first_buffer(); b != nullptr; b = b->next()) {
      mix(reinterpret_cast<std::uintptr_t>(b));
      mix(b->data_offset());
      mix(b->data_length());
      for (const mdl* m = b->chain(); m != nullptr; m = m->next) {
        mix(reinterpret_cast<std::uintptr_t>(m));
        mix(reinterpret_cast<std::uintptr_t>(m->address));
        mix(m->count);
      }
    }
    return sum;
  }
};
}  // namespace detail

/// Hands a list to whoever sends it (or, received, to the host). What its new owner puts in front from here on is told
/// from what is there. The scratch word is lost.
///   Errors   the list is not the caller's, or has children: whoever shares its octets gives them up first
template <class Order = order_checked> inline result<void> hand_over(net_buffer_list& list) noexcept {
  using parts = detail::nbl_parts;
  if (list.owner() != nbl_owner::caller) return fault{fault_kind::busy, "list", "it is not the caller's", "a list that the caller made or took back"};
  if (list.children() != 0) return fault{fault_kind::busy, "list", "lists derived from it exist", "free the children first"};
  if constexpr (Order::compares) parts::lent(list) = parts::order_of(list);
  parts::owner(list) = nbl_owner::device;
  list.set_scratch(0);
  for (net_buffer* b = list.first_buffer(); b != nullptr; b = b->next()) ++detail::net_buffer_parts::depth(*b);
  return {};
}

/// Completes a list: once, in any order and any grouping. Its status, slots and octets are for the caller to read.
///   Errors   it was not handed over, or was completed already; or something did not come back as it went (`order_checked`):
///            restore it, then complete
template <class Order = order_checked> inline result<void> complete(net_buffer_list& list, nbl_status status) noexcept {
  using parts = detail::nbl_parts;
  if (list.owner() == nbl_owner::completed) return fault{fault_kind::already_exists, "list", "it was completed already", "each list is completed once"};
  if (list.owner() != nbl_owner::device) return fault{fault_kind::invalid_value, "list", "it was not handed over", "a list that was"};
  if (list.children() != 0) return fault{fault_kind::busy, "list", "lists derived from it exist", "free the children first"};
  if constexpr (Order::compares)
    if (parts::lent(list) != parts::order_of(list))
      return fault{fault_kind::invalid_value, "list", "its net buffers or MDLs are not as they were handed over", "the original order, offsets and lengths"};
  list.set_status(status);
  list.set_scratch(0);
  parts::owner(list) = nbl_owner::completed;
  for (net_buffer* b = list.first_buffer(); b != nullptr; b = b->next()) --detail::net_buffer_parts::depth(*b);
  return {};
}

/// The caller has a completed list again.
inline result<void> take_back(net_buffer_list& list) noexcept {
  if (list.owner() != nbl_owner::completed) return fault{fault_kind::busy, "list", "it is not completed", "a list after its completion"};
  detail::nbl_parts::owner(list) = nbl_owner::caller;
  return {};
}

/// The NIC's driver has a list again as the call returns with which it showed it to the host (receive flag RESOURCES): the
/// host copied what it wanted, and neither keeps nor completes the list.
///   Errors   the host completed it; or as `complete`
template <class Order = order_checked> inline result<void> regain(net_buffer_list& list) noexcept {
  if (auto done = complete<Order>(list, list.status()); !done) return done;
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
