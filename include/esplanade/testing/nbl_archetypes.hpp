// The least types that model the concepts of buffer lists: what generic code may use of its arguments, and no more.
#pragma once

#include <esplanade/buffer/nbl_traits.hpp>
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

/// NetBufferList.
class net_buffer_list : immovable {
 public:
  using net_buffer_type = net_buffer;
  explicit net_buffer_list(net_buffer* first = nullptr) noexcept : first_(first) {}
  net_buffer_list* next() const noexcept { return next_; }
  void link(net_buffer_list* next) noexcept { next_ = next; }
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
  net_buffer_list* next_ = nullptr;
  net_buffer* first_;
  oob_slots slots_{};
  nbl_flags flags_{};
  nbl_status status_ = nbl_status::success;
  std::uintptr_t scratch_ = 0;
};
static_assert(NetBufferList<net_buffer_list>);

}  // namespace archetype
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
