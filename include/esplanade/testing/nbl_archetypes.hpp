// The least types that model the concepts of buffer lists: what generic code may use of its arguments, and no more.
#pragma once

#include <esplanade/buffer/nbl_ownership.hpp>
#include <esplanade/testing/archetypes.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace archetype {

/// A net buffer: the archetype of a packet, with one behind it.
class net_buffer : public packet {
 public:
  using packet::packet;
  net_buffer* next() noexcept { return next_; }
  void follow(net_buffer* next) noexcept { next_ = next; }
  bool writable() const noexcept { return writable_; }
  void set_writable(bool writable) noexcept { writable_ = writable; }

 private:
  net_buffer* next_ = nullptr;
  bool writable_ = true;
};

template <class List> class buffer_list_of : immovable {
 public:
  using net_buffer_type = net_buffer;
  explicit buffer_list_of(net_buffer* first = nullptr) noexcept : first_(first) {}
  List* next() const noexcept { return next_; }
  void link(List* next) noexcept { next_ = next; }
  net_buffer* first_buffer() noexcept { return first_; }
  oob_entry entry(oob_slot slot) const noexcept { return slots_.entry(slot); }
  void put(oob_slot slot, oob_entry entry) noexcept { slots_.put(slot, entry); }
  nbl_flags flags() const noexcept { return flags_; }
  bool set_flags(nbl_flags flags) noexcept {
    if (!can_stand_together(flags)) return false;
    flags_ = flags;
    for (net_buffer* b = first_; b != nullptr; b = b->next()) b->set_writable((flags.bits & 3) == 0);
    return true;
  }
  nbl_status status() const noexcept { return status_; }
  void set_status(nbl_status status) noexcept { status_ = status; }
  std::uintptr_t scratch() const noexcept { return scratch_; }
  void set_scratch(std::uintptr_t word) noexcept { scratch_ = word; }

 private:
  List* next_ = nullptr;
  net_buffer* first_;
  oob_slots slots_{};
  nbl_flags flags_{};
  nbl_status status_ = nbl_status::success;
  std::uintptr_t scratch_ = 0;
};
/// NetBufferList.
struct net_buffer_list : buffer_list_of<net_buffer_list> {
  using buffer_list_of::buffer_list_of;
};
static_assert(NetBufferList<net_buffer_list> && !OwnedBufferList<net_buffer_list>);

/// OwnedBufferList.
class owned_buffer_list : public buffer_list_of<owned_buffer_list> {
 public:
  using buffer_list_of::buffer_list_of;
  nbl_ownership ownership() const noexcept { return noted_; }
  void set_ownership(const nbl_ownership& o) noexcept { noted_ = o; }

 private:
  nbl_ownership noted_{};
};
static_assert(OwnedBufferList<owned_buffer_list>);

}  // namespace archetype
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
