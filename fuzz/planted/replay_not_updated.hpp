// The window never moves: every packet passes as often as it comes (CVE-2006-0905).
#pragma once

#include "composed.hpp"

namespace planted {

struct forgets_to_update {
  static constexpr const char* name = "forgets_to_update";
  static constexpr fact needs = update_replay_stage::needs, gives = update_replay_stage::gives;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};

struct replay_not_updated_lists {
  struct profile : sound_profile {
    using trusted = trusted_stages<forgets_to_update>;
  };
  static constexpr auto receiving = inbound<profile>(find_sa, check_replay, esp_open, forgets_to_update{}, remove_trailer, remove_outer_header, check_selectors);
  static constexpr auto sending = sound_sending<profile>;
};
using replay_not_updated = composed<replay_not_updated_lists>;

}  // namespace planted
