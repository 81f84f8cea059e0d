// Buffer lists with one fault each, to show that every law can fail and that none speaks for another.
// Each is sound in everything that its name does not say.
#pragma once

#include <esplanade/testing/nbl_laws.hpp>
#include <esplanade/testing/net_buffers.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

/// What a fault is in.
enum class nbl_fault {
  none,
  reversed_frames,       ///< nbl_law::frames
  links_elsewhere,       ///< nbl_law::linked: what is behind it stays there when it is unlinked
  takes_frames_along,    ///< nbl_law::frames_stay
  old_words,             ///< nbl_law::new_slots
  short_words,           ///< nbl_law::words: 31 bits of each
  forgets_who,           ///< nbl_law::directions
  shares_slots,          ///< nbl_law::slots_apart: 11 and 12 are one
  loses_flags,           ///< nbl_law::flags: loopback, when another is set
  believes_flags,        ///< nbl_law::exclusions
  writable_when_received,///< nbl_law::read_only
  rounds_status,         ///< nbl_law::status: success or failure
  old_scratch,           ///< nbl_law::new_scratch
  scratch_in_status,     ///< nbl_law::scratch: the completer's word overwrites it
  forgets_owner,         ///< nbl_law::ownership: it is in the scratch word
  shares_status,         ///< nbl_law::lists_apart: one status for all lists
};

/// A list with one fault.
template <nbl_fault Fault> class faulty_list {
  using enum nbl_fault;

 public:
  using net_buffer_type = net_buffer;
  faulty_list() {
    if (Fault == old_words) inner_.put(oob_slot::intermediate, {1, oob_direction::none});
    if (Fault == old_scratch) inner_.set_scratch(0xcccc);
  }

  faulty_list* next() const noexcept { return next_; }
  void link(faulty_list* next) noexcept {
    if (Fault == takes_frames_along && next != nullptr && last() != nullptr) last()->link(next->first_buffer());
    if (Fault == takes_frames_along && next == nullptr && next_ != nullptr)
      for (net_buffer* b = first_buffer(); b != nullptr; b = b->next())
        if (b->next() == next_->first_buffer()) b->link(nullptr);
    if (Fault == links_elsewhere && next == nullptr) return;
    next_ = next;
  }
  void set_first_buffer(net_buffer* first) noexcept {
    inner_.set_first_buffer(first);
    if (Fault != reversed_frames) return;
    net_buffer* turned = nullptr;
    for (net_buffer* b = first; b != nullptr;) {
      net_buffer* const one = b;
      b = b->next();
      one->link(turned);
      turned = one;
    }
    inner_.set_first_buffer(turned);
  }
  net_buffer* first_buffer() noexcept { return inner_.first_buffer(); }

  oob_entry entry(oob_slot slot) const noexcept { return inner_.entry(place(slot)); }
  void put(oob_slot slot, oob_entry entry) noexcept {
    if (Fault == short_words) entry.word &= 0x7fffffff;
    if (Fault == forgets_who && entry.direction == oob_direction::receive) entry.direction = oob_direction::send;
    inner_.put(place(slot), entry);
  }

  nbl_flags flags() const noexcept { return Fault == believes_flags ? believed_ : inner_.flags(); }
  bool set_flags(nbl_flags flags) noexcept {
    if (Fault == believes_flags) {
      (void)inner_.set_flags(flags & (nbl_flags(nbl_flag::send_read_only) | nbl_flag::receive_read_only));
      believed_ = flags;
      return true;
    }
    if (Fault == loses_flags && flags.has(nbl_flag::header_data_split)) flags = flags.without(nbl_flag::header_data_split);
    const bool done = inner_.set_flags(flags);
    if (Fault == writable_when_received && flags.has(nbl_flag::receive_read_only))
      for (net_buffer* b = first_buffer(); b != nullptr; b = b->next()) b->set_writable(true);
    return done;
  }
  nbl_status status() const noexcept { return Fault == shares_status ? shared_ : inner_.status(); }
  void set_status(nbl_status status) noexcept {
    if (Fault == rounds_status && status != nbl_status::success) status = nbl_status::failure;
    if (Fault == scratch_in_status) inner_.set_scratch(static_cast<std::uint32_t>(status));
    shared_ = status;
    inner_.set_status(status);
  }
  std::uintptr_t scratch() const noexcept { return inner_.scratch(); }
  void set_scratch(std::uintptr_t word) noexcept {
    inner_.set_scratch(word);
    if (Fault == forgets_owner) noted_ = {};
  }
  nbl_ownership ownership() const noexcept { return noted_; }
  void set_ownership(const nbl_ownership& o) noexcept { noted_ = o; }

 private:
  static oob_slot place(oob_slot slot) noexcept { return Fault == shares_slots && slot == oob_slot::ipsec_headers ? oob_slot::ipsec_tunnel : slot; }
  net_buffer* last() noexcept {
    net_buffer* b = first_buffer();
    while (b != nullptr && b->next() != nullptr) b = b->next();
    return b;
  }

  static inline nbl_status shared_ = nbl_status::success;
  faulty_list* next_ = nullptr;
  net_buffer_list inner_{};
  nbl_flags believed_{};
  nbl_ownership noted_{};
};
static_assert(NetBufferList<faulty_list<nbl_fault::none>>);

/// Breaks nbl_law::made.
struct makes_no_list {
  using list_type = net_buffer_list;
  net_buffer_list* make(std::span<const packet_form>) { return nullptr; }
  void release(net_buffer_list*) noexcept {}
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
