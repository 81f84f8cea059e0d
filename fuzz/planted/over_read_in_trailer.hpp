// Reading the trailer looks at one octet behind the packet.
#pragma once

#include "composed.hpp"

namespace planted {

struct reads_one_too_many {
  static constexpr const char* name = "reads_one_too_many";
  static constexpr fact needs = remove_trailer_stage::needs | fact::replay_updated;
  static constexpr fact gives = remove_trailer_stage::gives;

  template <class Context> verdict operator()(Context& c, std::size_t i) const noexcept {
    octet scratch[2]{};
    const octet* const last = peek(c.packet(i), c.state[i].length - 1, 1, scratch);
    const volatile octet beyond = last[1];
    static_cast<void>(beyond);
    return remove_trailer(c, i);
  }
};

struct over_read_in_trailer_lists {
  struct profile : sound_profile {
    using trusted = trusted_stages<reads_one_too_many>;
  };
  static constexpr auto receiving = inbound<profile>(find_sa, check_replay, esp_open, update_replay, reads_one_too_many{}, remove_outer_header, check_selectors);
  static constexpr auto sending = sound_sending<profile>;
};
using over_read_in_trailer = composed<over_read_in_trailer_lists>;

}  // namespace planted
