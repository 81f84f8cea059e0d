// The buffer list: net buffers that travel together, with flags, a status, out-of-band words and private words.
#pragma once

#include <esplanade/buffer/nbl_net_buffer.hpp>
#include <esplanade/buffer/nbl_traits.hpp>

namespace esplanade {
inline namespace v0 {

struct nbl_context_record;
namespace detail {
struct nbl_parts;
}

/// An NBL. Comes from an `nbl_pool` (buffer/nbl_pool.hpp) or is made by hand; owns nothing.
///   Threads  whoever owns it
class alignas(64) net_buffer_list {
 public:
  using net_buffer_type = net_buffer;

  net_buffer_list() noexcept = default;
  net_buffer_list(const net_buffer_list&) = delete;
  net_buffer_list& operator=(const net_buffer_list&) = delete;

  [[nodiscard]] net_buffer_list* next() const noexcept { return next_; }
  void link(net_buffer_list* next) noexcept { next_ = next; }
  [[nodiscard]] net_buffer* first_buffer() noexcept { return first_; }
  [[nodiscard]] const net_buffer* first_buffer() const noexcept { return first_; }
  /// Makes the chain of net buffers that starts with `first` this list's; they stay with it.
  void set_first_buffer(net_buffer* first) noexcept {
    first_ = first;
    pass_on_writable();
  }

  [[nodiscard]] oob_entry entry(oob_slot slot) const noexcept { return slots_.entry(slot); }
  void put(oob_slot slot, oob_entry entry) noexcept { slots_.put(slot, entry); }
  [[nodiscard]] const oob_slots& slots() const noexcept { return slots_; }
  void clear_slots() noexcept { slots_ = {}; }

  [[nodiscard]] nbl_flags flags() const noexcept { return flags_; }
  bool set_flags(nbl_flags flags) noexcept {
    if (!can_stand_together(flags)) return false;
    flags_ = flags;
    pass_on_writable();
    return true;
  }
  [[nodiscard]] nbl_status status() const noexcept { return status_; }
  void set_status(nbl_status status) noexcept { status_ = status; }

  [[nodiscard]] std::uintptr_t scratch() const noexcept { return scratch_; }
  void set_scratch(std::uintptr_t word) noexcept { scratch_ = word; }
  /// Routes the completion: whoever forwards a list saves it and puts it back.
  [[nodiscard]] std::uintptr_t source_handle() const noexcept { return source_handle_; }
  void set_source_handle(std::uintptr_t handle) noexcept { source_handle_ = handle; }

  /// The list whose octets this one describes too; nullptr when it is an original.
  [[nodiscard]] net_buffer_list* parent() const noexcept { return parent_; }
  [[nodiscard]] std::uint32_t children() const noexcept { return children_; }
  [[nodiscard]] nbl_owner owner() const noexcept { return owner_; }
  [[nodiscard]] nbl_context_record* context() const noexcept { return context_; }

 private:
  friend struct detail::nbl_parts;

  void pass_on_writable() noexcept {
    const bool writable = (flags_ & (nbl_flags(nbl_flag::send_read_only) | nbl_flag::receive_read_only)).empty();
    for (net_buffer* b = first_; b != nullptr; b = b->next()) b->set_writable(writable);
  }

  // Two lines hold what is read and written of every list: these and the front of the slots.
  net_buffer_list* next_ = nullptr;
  net_buffer* first_ = nullptr;
  nbl_flags flags_{};
  nbl_status status_ = nbl_status::success;
  std::uint32_t children_ = 0;
  nbl_owner owner_ = nbl_owner::caller;
  oob_slots slots_{};
  nbl_context_record* context_ = nullptr;
  net_buffer_list* parent_ = nullptr;
  std::uintptr_t scratch_ = 0;
  std::uintptr_t source_handle_ = 0;
  std::uint64_t lent_ = 0;
};
static_assert(NetBufferList<net_buffer_list>);

}  // namespace v0
}  // namespace esplanade
