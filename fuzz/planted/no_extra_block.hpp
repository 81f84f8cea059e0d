// A ring of blocks without the extra one of RFC 6479: numbers at the left edge are forgotten too early.
#pragma once

#include "composed.hpp"

#include <esplanade/testing/broken/windows.hpp>

namespace planted {

struct no_extra_block_lists {
  struct profile : sound_profile {
    using replay = testing::broken::faulty_window<256, testing::broken::window_fault::no_extra_block>;
  };
  static constexpr auto receiving = sound_receiving<profile>;
  static constexpr auto sending = sound_sending<profile>;
};
using no_extra_block = composed<no_extra_block_lists>;

}  // namespace planted
