// A piece of memory of a net buffer's chain (MDL), and where a retreat gets further ones from.
#pragma once

#include <esplanade/base/octets.hpp>

namespace esplanade {
inline namespace v0 {

struct mdl;

/// Where a retreat that finds no room gets memory from: a pool, or the callbacks of somebody's driver.
///   Shape    take(self, n)   an MDL of at least n octets, next == nullptr; nullptr when there is none
///            give(self, m)   takes one back; it came from this source
///   Cost     O(1); never the general heap
///   Threads  whoever owns the list
struct mdl_source {
  mdl* (*take)(void* self, std::size_t octets) noexcept = nullptr;
  void (*give)(void* self, mdl* one) noexcept = nullptr;
  void* self = nullptr;
};

/// One contiguous piece of memory.
struct mdl {
  octet* address = nullptr;
  std::size_t count = 0;
  mdl* next = nullptr;

  // What a retreat notes of an MDL that it put into a chain; advance reads it to leave the chain as it was.
  const mdl_source* source = nullptr;  ///< where it goes back to; nullptr: it belongs to the chain
  mdl* shortened = nullptr;            ///< the MDL whose unused octets in front it took out of the chain …
  std::size_t hidden = 0;              ///< … and how many: they keep what they hold
  std::uint8_t depth = 0;              ///< hand-overs of the list when it was put in

  bool unmapped = false;               ///< it has octets, but nobody may reach them: mapping failed
};

}  // namespace v0
}  // namespace esplanade
