// The AAD of an ESN packet is SPI and wire number, without the high half.
#pragma once

#include "wrong_aad.hpp"

namespace planted {

struct leaves_high_half_out {
  static void spoil(job& j) noexcept {
    if (j.aad_length != 12) return;
    std::memcpy(j.aad_memory + 4, j.aad_memory + 8, 4);
    j.aad_length = 8;
  }
};
using esn_half_missing = composed<wrong_aad_lists<leaves_high_half_out>>;

}  // namespace planted
