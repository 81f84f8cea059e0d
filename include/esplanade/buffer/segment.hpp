// A contiguous piece of a packet, as lists of them are passed around.
#pragma once

#include <esplanade/base/octets.hpp>

namespace esplanade {
inline namespace v0 {

/// Contiguous octets of a packet. Smaller and more trivial than a span: arrays of these are filled per packet.
struct segment {
  octet* data = nullptr;
  std::size_t size = 0;
};
static_assert(sizeof(segment) == 2 * sizeof(void*));

}  // namespace v0
}  // namespace esplanade
