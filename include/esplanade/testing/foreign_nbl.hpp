// A buffer list of somebody else, in C, over plain iovecs; and the two specialisations that make it a NetBufferList.
// The example to copy for a type that cannot be edited.
#pragma once

#include <esplanade/buffer/nbl_ownership.hpp>
#include <esplanade/testing/nbl_laws.hpp>

#include <cstdint>
#include <cstdlib>
#include <cstring>

/// A piece of memory: what is used of it, and how much is free around that.
struct foreign_iovec {
  void* iov_base;
  std::size_t iov_len;
  std::size_t before, behind;
};

/// One frame in an array of pieces.
struct foreign_frame {
  foreign_frame* next;
  foreign_iovec* pieces;
  std::size_t count;   ///< of pieces; at least one
  std::size_t octets;  ///< in all of them
  int read_only;
};

/// Frames that go together. Words are as the driver above or below wrote them; `who` says which of them did.
struct foreign_list {
  foreign_list* next;
  foreign_frame* frames;
  std::uintptr_t words[26];
  unsigned char who[26];
  std::uint32_t flags, status;
  std::uintptr_t mine;
  // What a driver keeps beside it from its making to its end.
  unsigned char state;  ///< 0 the maker's, 1 with the other side, 2 on its way back
  std::uint32_t children;
  std::uint64_t lent;
};

/// A foreign frame as a packet.
template <> struct esplanade::packet_traits<foreign_frame> {
  static constexpr std::size_t segments_max = 8;
  template <class Octet> struct cursor {
    const foreign_iovec* at;
    const foreign_iovec* end;
    std::span<Octet> operator*() const noexcept { return {static_cast<Octet*>(at->iov_base), at->iov_len}; }
    cursor& operator++() noexcept {
      ++at;
      return *this;
    }
    explicit operator bool() const noexcept { return at != end; }
  };
  static cursor<octet> first(foreign_frame& f) noexcept { return {f.pieces, f.pieces + f.count}; }
  static cursor<const octet> first(const foreign_frame& f) noexcept { return {f.pieces, f.pieces + f.count}; }
  static std::size_t length(const foreign_frame& f) noexcept { return f.octets; }

  // The first piece that holds something, or an empty one in front of it; likewise behind.
  static bool retreat(foreign_frame& f, std::size_t n) noexcept {
    std::size_t i = 0;
    while (i + 1 < f.count && f.pieces[i].iov_len == 0) ++i;
    for (++i; i != 0; --i) {
      foreign_iovec& v = f.pieces[i - 1];
      if (v.before < n) continue;
      v.iov_base = static_cast<octet*>(v.iov_base) - n;
      v.before -= n;
      v.iov_len += n;
      f.octets += n;
      return true;
    }
    return n == 0;
  }
  static void advance(foreign_frame& f, std::size_t n) noexcept {
    f.octets -= n;
    for (foreign_iovec* v = f.pieces; n != 0; ++v) {
      const std::size_t taken = n < v->iov_len ? n : v->iov_len;
      v->iov_base = static_cast<octet*>(v->iov_base) + taken;
      v->before += taken;
      v->iov_len -= taken;
      n -= taken;
    }
  }
  static bool extend(foreign_frame& f, std::size_t n) noexcept {
    std::size_t i = f.count;
    while (i > 1 && f.pieces[i - 1].iov_len == 0) --i;
    for (--i; i < f.count; ++i) {
      foreign_iovec& v = f.pieces[i];
      if (v.behind < n) continue;
      v.behind -= n;
      v.iov_len += n;
      f.octets += n;
      return true;
    }
    return n == 0;
  }
  static void trim(foreign_frame& f, std::size_t n) noexcept {
    f.octets -= n;
    for (foreign_iovec* v = f.pieces + f.count; n != 0;) {
      --v;
      const std::size_t taken = n < v->iov_len ? n : v->iov_len;
      v->iov_len -= taken;
      v->behind += taken;
      n -= taken;
    }
  }
  static bool writable(const foreign_frame& f) noexcept { return f.read_only == 0; }
};

/// A foreign list as a NetBufferList. Nothing else is needed to give it to a NIC.
template <> struct esplanade::nbl_traits<foreign_list> {
  using net_buffer_type = foreign_frame;
  static foreign_list* next(const foreign_list& l) noexcept { return l.next; }
  static void link(foreign_list& l, foreign_list* next) noexcept { l.next = next; }
  static foreign_frame* first_buffer(foreign_list& l) noexcept { return l.frames; }
  static foreign_frame* next_buffer(foreign_frame& f) noexcept { return f.next; }
  static oob_entry entry(const foreign_list& l, oob_slot slot) noexcept {
    const std::size_t i = static_cast<std::size_t>(slot);
    return {l.words[i], static_cast<oob_direction>(l.who[i])};
  }
  static void put(foreign_list& l, oob_slot slot, oob_entry entry) noexcept {
    const std::size_t i = static_cast<std::size_t>(slot);
    l.words[i] = entry.word;
    l.who[i] = static_cast<unsigned char>(entry.direction);
  }
  static nbl_flags flags(const foreign_list& l) noexcept { return nbl_flags::from_bits(l.flags); }
  static bool set_flags(foreign_list& l, nbl_flags flags) noexcept {
    if (!can_stand_together(flags)) return false;
    l.flags = flags.bits;
    for (foreign_frame* f = l.frames; f != nullptr; f = f->next) f->read_only = (flags.bits & 3) != 0;
    return true;
  }
  static nbl_status status(const foreign_list& l) noexcept { return static_cast<nbl_status>(l.status); }
  static void set_status(foreign_list& l, nbl_status status) noexcept { l.status = static_cast<std::uint32_t>(status); }
  static std::uintptr_t scratch(const foreign_list& l) noexcept { return l.mine; }
  static void set_scratch(foreign_list& l, std::uintptr_t word) noexcept { l.mine = word; }
  // Optional: for hand_over() and complete().
  static nbl_ownership ownership(const foreign_list& l) noexcept {
    return {l.state == 0 ? nbl_owner::caller : l.state == 1 ? nbl_owner::device : nbl_owner::completed, l.children, l.lent};
  }
  static void set_ownership(foreign_list& l, const nbl_ownership& o) noexcept {
    l.state = o.owner == nbl_owner::caller ? 0 : o.owner == nbl_owner::device ? 1 : 2;
    l.children = o.children;
    l.lent = o.lent;
  }
};

namespace esplanade {
inline namespace v0 {
namespace testing {
static_assert(OwnedBufferList<foreign_list>);

/// Makes foreign frames, each piece a heap block of exactly its size.
class foreign_frames {
 public:
  using packet_type = foreign_frame;
  foreign_frame* make(const packet_form& form) {
    const cut sizes = form.segments.empty() ? uncut(form.content.size()) : form.segments;
    if (sizes.size() > 8) return nullptr;
    foreign_frame* const f = static_cast<foreign_frame*>(std::calloc(1, sizeof(foreign_frame)));
    f->pieces = static_cast<foreign_iovec*>(std::calloc(sizes.size(), sizeof(foreign_iovec)));
    f->count = sizes.size();
    f->octets = form.content.size();
    f->read_only = !form.writable;
    std::size_t from = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const std::size_t front = i == 0 ? form.headroom : 0, behind = i + 1 == sizes.size() ? form.tailroom : 0;
      octet* const at = static_cast<octet*>(std::malloc(front + sizes[i] + behind));
      if (front + sizes[i] + behind != 0) std::memset(at, form.fill, front + sizes[i] + behind);
      if (sizes[i] != 0) std::memcpy(at + front, form.content.data() + from, sizes[i]);
      f->pieces[i] = {at + front, sizes[i], front, behind};
      from += sizes[i];
    }
    return f;
  }
  void release(foreign_frame* f) noexcept {
    for (std::size_t i = 0; i < f->count; ++i) std::free(static_cast<octet*>(f->pieces[i].iov_base) - f->pieces[i].before);
    std::free(f->pieces);
    std::free(f);
  }
};
static_assert(TestPacketFactory<foreign_frames>);

/// Makes foreign lists.
class foreign_lists {
 public:
  using list_type = foreign_list;
  foreign_list* make(std::span<const packet_form> frames) {
    foreign_list* const l = static_cast<foreign_list*>(std::calloc(1, sizeof(foreign_list)));
    foreign_frame** link = &l->frames;
    for (const packet_form& form : frames) {
      *link = frames_.make(form);
      if (*link == nullptr) {
        release(l);
        return nullptr;
      }
      link = &(*link)->next;
    }
    return l;
  }
  void release(foreign_list* l) noexcept {
    for (foreign_frame* f = l->frames; f != nullptr;) {
      foreign_frame* const one = f;
      f = f->next;
      frames_.release(one);
    }
    std::free(l);
  }

 private:
  foreign_frames frames_{};
};
static_assert(TestNblFactory<foreign_lists>);

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
