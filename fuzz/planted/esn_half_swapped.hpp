// The high half of an ESN enters the AAD in the byte order of the host.
#pragma once

#include "wrong_aad.hpp"

#include <utility>

namespace planted {

struct swaps_high_half {
  static void spoil(job& j) noexcept {
    if (j.aad_length != 12) return;
    std::swap(j.aad_memory[4], j.aad_memory[7]);
    std::swap(j.aad_memory[5], j.aad_memory[6]);
  }
};
using esn_half_swapped = composed<wrong_aad_lists<swaps_high_half>>;

}  // namespace planted
