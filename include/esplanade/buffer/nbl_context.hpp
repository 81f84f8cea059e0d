// The context area of a buffer list: a stack of private octets, of which each layer sees its own on top.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/buffer/nbl_ownership.hpp>

namespace esplanade {
inline namespace v0 {

/// Where further context records get their memory from, aligned for pointers.
///   Shape    take(self, n)   at least n octets, or nullptr; give(self, p) takes them back
///   Cost     O(1); never the general heap
struct context_source {
  void* (*take)(void* self, std::size_t octets) noexcept = nullptr;
  void (*give)(void* self, void* memory) noexcept = nullptr;
  void* self = nullptr;
};

/// The head of a piece of context memory; its octets stand behind it and are used from the end.
///
///   | record | unused … `offset` | used … `size` |
struct alignas(void*) nbl_context_record {
  nbl_context_record* next = nullptr;      ///< below it on the stack
  std::size_t size = 0;
  std::size_t offset = 0;                  ///< unused octets: the first used one stands here
  const context_source* source = nullptr;  ///< where it goes once it is empty; nullptr: it stays, as the pool's do

  [[nodiscard]] octet* octets_here() noexcept { return reinterpret_cast<octet*>(this + 1); }
};

/// What stands on top of a list's context area; empty when nothing does.
[[nodiscard]] inline octets context_of(net_buffer_list& list) noexcept {
  nbl_context_record* r = list.context();
  while (r != nullptr && r->offset == r->size) r = r->next;
  return r == nullptr ? octets() : octets(r->octets_here() + r->offset, r->size - r->offset);
}

/// Puts `n` octets on top of the list's context area; a new record has `backfill` more for the next ones.
///   Units    octets, both multiples of a pointer's size
///   Errors   nothing changed: not a multiple, or the source has none
inline result<octet*> allocate_context(net_buffer_list& list, std::size_t n, std::size_t backfill, const context_source& source) noexcept {
  constexpr std::size_t unit = sizeof(void*);
  if (n == 0 || n % unit != 0) return fault{fault_kind::invalid_value, "n", "it is no multiple of a pointer's size", "a multiple, not 0"};
  if (backfill % unit != 0) return fault{fault_kind::invalid_value, "backfill", "it is no multiple of a pointer's size", "a multiple"};
  nbl_context_record*& top = detail::nbl_parts::context(list);
  if (top == nullptr || top->offset < n) {
    const std::size_t all = n + backfill + sizeof(nbl_context_record);
    void* const memory = n > all || backfill > all || source.take == nullptr ? nullptr : source.take(source.self, all);
    if (memory == nullptr) return fault{fault_kind::no_space, "source", "it has no memory for a record", "fewer octets, or more memory"};
    top = ::new (memory) nbl_context_record{.next = top, .size = n + backfill, .offset = n + backfill, .source = &source};
  }
  top->offset -= n;
  return top->octets_here() + top->offset;
}

/// Takes the `n` octets at `at` off again: the last ones put on go first.
///   Errors   nothing changed: `at` is not on top, or there are fewer
inline result<void> free_context(net_buffer_list& list, const octet* at, std::size_t n) noexcept {
  nbl_context_record*& top = detail::nbl_parts::context(list);
  if (n == 0 || n % sizeof(void*) != 0) return fault{fault_kind::invalid_value, "n", "it is no multiple of a pointer's size", "what was allocated"};
  if (top == nullptr || at != top->octets_here() + top->offset) return fault{fault_kind::invalid_value, "at", "it is not on top", "free in reverse order of allocation"};
  if (n > top->size - top->offset) return fault{fault_kind::invalid_value, "n", "more than is used", "what was allocated"};
  top->offset += n;
  if (top->offset == top->size && top->source != nullptr) {
    nbl_context_record* const empty = top;
    top = empty->next;
    empty->source->give(empty->source->self, empty);
  }
  return {};
}

}  // namespace v0
}  // namespace esplanade
