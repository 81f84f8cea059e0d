// The provider compares all but the last four octets of the ICV.
#pragma once

#include "composed.hpp"

namespace planted {

struct compares_less : testing::mixing_leaves_out {
  static constexpr std::size_t icv = 4;
};
struct careless_provider : testing::basic_mixing_crypto<compares_less> {
  careless_provider() : basic_mixing_crypto(16) {}
};

struct short_icv_compare_lists {
  using profile = sound_profile;
  static constexpr auto receiving = sound_receiving<profile>;
  static constexpr auto sending = sound_sending<profile>;
};
using short_icv_compare = composed<short_icv_compare_lists, flat_packet, flat_store<8>, careless_provider>;

}  // namespace planted
