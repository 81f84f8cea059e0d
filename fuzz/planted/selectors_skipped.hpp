// What the SA may carry is not looked at.
#pragma once

#include "composed.hpp"

namespace planted {

struct believes_the_peer {
  static constexpr const char* name = "believes_the_peer";
  static constexpr fact needs = check_selectors_stage::needs, gives = check_selectors_stage::gives;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};

struct selectors_skipped_lists {
  struct profile : sound_profile {
    using trusted = trusted_stages<believes_the_peer>;
  };
  static constexpr auto receiving = inbound<profile>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, believes_the_peer{});
  static constexpr auto sending = sound_sending<profile>;
};
using selectors_skipped = composed<selectors_skipped_lists>;

}  // namespace planted
