// Stores of one SA that is never removed, which two threads may ask at a time.
#pragma once

#include <esplanade/sa/store.hpp>

namespace support {

using namespace esplanade;

template <class Sa> struct only_inbound {
  using sa_type = Sa;
  using key_type = std::uint32_t;
  static key_type key_of(const outer_view& outer) noexcept { return outer.spi; }
  struct guard {};
  guard enter() noexcept { return {}; }
  void find(std::span<const key_type> keys, std::span<Sa*> found) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = keys[i] == only.core().spi ? &only : nullptr;
  }
  Sa only;
};
template <class Sa> struct only_outbound {
  using sa_type = Sa;
  using key_type = outbound_handle;
  struct guard {};
  guard enter() noexcept { return {}; }
  void find(std::span<const key_type> keys, std::span<Sa*> found) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = &only;
  }
  Sa only;
};

}  // namespace support
