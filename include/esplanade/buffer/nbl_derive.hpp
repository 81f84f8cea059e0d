// Lists derived from others without copying an octet: clones, fragments, and what fragments were put together to.
//
// A derived list shares its parent's octets and counts as its child until its pool takes it back; a parent with children is
// neither handed over, nor completed, nor given back. It has no out-of-band words and no context of its parent's.
#pragma once

#include <esplanade/buffer/nbl_memory.hpp>

namespace esplanade {
inline namespace v0 {

/// Which MDLs a clone has.
enum class clone_chain : bool {
  fresh,   ///< its own, over the same octets
  shared,  ///< the parent's; a new first one where the data begins in the middle
};

namespace detail {

struct nbl_derivation {
  nbl_memory& memory;
  net_buffer_list* child;
  net_buffer* last = nullptr;
  const char* missing = "lists";

  explicit nbl_derivation(nbl_memory& from) noexcept : memory(from), child(from.take_empty()) {}

  // Another net buffer at the end of the child, without a chain.
  net_buffer* append() noexcept {
    net_buffer* const b = memory.take_buffer();
    if (b == nullptr) {
      missing = "net buffers";
      return nullptr;
    }
    if (last == nullptr) child->set_first_buffer(b);
    else last->link(b);
    return last = b;
  }
  // MDLs over [offset, offset + size) of the data of `from` behind the chain that `tail` ends.
  bool describe(net_buffer& from, std::size_t offset, std::size_t size, mdl**& tail) noexcept {
    for (auto c = from.first(); c && size != 0; ++c) {
      const octets piece = *c;
      if (offset >= piece.size()) {
        offset -= piece.size();
        continue;
      }
      const std::size_t n = size < piece.size() - offset ? size : piece.size() - offset;
      mdl* const one = memory.take_mdl(piece.data() + offset, n);
      if (one == nullptr) {
        missing = "MDLs";
        return false;
      }
      one->unmapped = c.at->unmapped;
      *tail = one;
      tail = &one->next;
      offset = 0;
      size -= n;
    }
    return true;
  }
  // The chain that describe() made is the data of `b`.
  bool settle(net_buffer& b, std::size_t size) noexcept {
    mdl* const chain = net_buffer_parts::chain(b);
    if (b.assign(chain, 0, size)) return true;
    missing = "segments: fewer MDLs in a net buffer";
    return false;
  }
  bool retreat_all(std::size_t n, std::size_t backfill) noexcept {
    if (n == 0 || retreat(*child, n, backfill, memory.source())) return true;
    missing = "memory for headers";
    return false;
  }
  result<net_buffer_list*> done(net_buffer_list& parent, bool whole) noexcept {
    if (!whole) {
      if (child != nullptr) (void)memory.give(*child);
      return fault{fault_kind::no_space, "pool", "it has not enough", missing};
    }
    // Who may not write the parent's octets may not write them through the child.
    (void)child->set_flags(child->flags() | (parent.flags() & (nbl_flags(nbl_flag::send_read_only) | nbl_flag::receive_read_only)));
    nbl_parts::parent(*child) = &parent;
    ++nbl_parts::children(parent);
    return child;
  }
};

inline bool knows(const net_buffer_list& parent) noexcept { return parent.owner() == nbl_owner::caller || parent.owner() == nbl_owner::device; }
inline constexpr fault no_parent{fault_kind::busy, "parent", "nobody owns it", "a list of the caller's, or one that was handed over to it"};

}  // namespace detail

/// A list that describes the same octets, from the first used one of each net buffer on.
///   Errors   the pool has not enough, and took nothing
inline result<net_buffer_list*> clone(net_buffer_list& parent, nbl_memory& memory, clone_chain chain = clone_chain::fresh) noexcept {
  using parts = detail::net_buffer_parts;
  if (!detail::knows(parent)) return detail::no_parent;
  detail::nbl_derivation d(memory);
  bool whole = d.child != nullptr;
  for (net_buffer* from = parent.first_buffer(); whole && from != nullptr; from = from->next()) {
    net_buffer* const b = d.append();
    if (b == nullptr) whole = false;
    else if (chain == clone_chain::fresh || from->current() == nullptr) {
      mdl** tail = &parts::chain(*b);
      whole = d.describe(*from, 0, from->data_length(), tail) && d.settle(*b, from->data_length());
    } else {
      mdl* start = from->current();
      parts::borrowed(*b) = start;
      if (from->current_offset() != 0) {
        mdl* const first = memory.take_mdl(start->address + from->current_offset(), start->count - from->current_offset());
        d.missing = "MDLs";
        whole = first != nullptr;
        if (!whole) break;
        first->unmapped = start->unmapped;
        parts::borrowed(*b) = first->next = start->next;
        start = first;
      }
      parts::depth(*b) = static_cast<std::uint8_t>(parts::depth(*from) + 1);
      whole = b->assign(start, 0, from->data_length());
    }
  }
  if (whole) (void)d.child->set_flags(parent.flags());
  return d.done(parent, whole);
}

/// Cuts what each net buffer has from `start` on into pieces of at most `most` octets, each a net buffer that is retreated by
/// `header` octets (with `backfill` more in front) for the caller to write.
///   Errors   most is 0; a net buffer has no `start` octets; the pool has not enough, and took nothing
inline result<net_buffer_list*> fragment(net_buffer_list& parent, std::size_t start, std::size_t most, std::size_t header, std::size_t backfill, nbl_memory& memory) noexcept {
  if (!detail::knows(parent)) return detail::no_parent;
  if (most == 0) return fault{fault_kind::invalid_value, "most", "pieces of no octets", "at least 1"};
  for (net_buffer* from = parent.first_buffer(); from != nullptr; from = from->next())
    if (start > from->data_length()) return fault{fault_kind::invalid_value, "start", "a net buffer is shorter", "at most the shortest length"};
  detail::nbl_derivation d(memory);
  bool whole = d.child != nullptr;
  for (net_buffer* from = parent.first_buffer(); whole && from != nullptr; from = from->next())
    for (std::size_t at = start; whole && at < from->data_length();) {
      const std::size_t size = most < from->data_length() - at ? most : from->data_length() - at;
      net_buffer* const b = d.append();
      if (b == nullptr) {
        whole = false;
        break;
      }
      mdl** tail = &detail::net_buffer_parts::chain(*b);
      whole = d.describe(*from, at, size, tail) && d.settle(*b, size);
      at += size;
    }
  return d.done(parent, whole && d.retreat_all(header, backfill));
}

/// Joins what each net buffer has from `start` on in one net buffer, retreated by `header` octets.
///   Errors   the pool's lists arrive without a net buffer, or with data; otherwise as `fragment`
inline result<net_buffer_list*> reassemble(net_buffer_list& parent, std::size_t start, std::size_t header, std::size_t backfill, nbl_memory& memory) noexcept {
  if (!detail::knows(parent)) return detail::no_parent;
  if (!memory.parameters().net_buffer || memory.parameters().data_size != 0)
    return fault{fault_kind::invalid_value, "pool", "its lists arrive without a net buffer, or with data", "net_buffer = true, data_size = 0"};
  for (net_buffer* from = parent.first_buffer(); from != nullptr; from = from->next())
    if (start > from->data_length()) return fault{fault_kind::invalid_value, "start", "a net buffer is shorter", "at most the shortest length"};
  detail::nbl_derivation d(memory);
  net_buffer* const b = d.child == nullptr ? nullptr : d.append();
  bool whole = b != nullptr;
  if (whole) {
    mdl** tail = &detail::net_buffer_parts::chain(*b);
    std::size_t all = 0;
    for (net_buffer* from = parent.first_buffer(); whole && from != nullptr; from = from->next()) {
      whole = d.describe(*from, start, from->data_length() - start, tail);
      all += from->data_length() - start;
    }
    whole = whole && d.settle(*b, all);
  }
  return d.done(parent, whole && d.retreat_all(header, backfill));
}

}  // namespace v0
}  // namespace esplanade
