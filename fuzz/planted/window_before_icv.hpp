// The replay window moves before the ICV is verified (RFC 4303 3.4.3; seen in VPP and in drivers).
#pragma once

#include "composed.hpp"

namespace planted {

/// esp_open that records the number first.
struct records_then_opens {
  static constexpr const char* name = "records_then_opens";
  static constexpr fact needs = fact::sa_selected | fact::replay_checked;
  static constexpr fact gives = fact::authenticated | fact::replay_updated;
  static constexpr bool suspends = true;

  template <class Context> verdict prepare(Context& c, std::size_t i) const noexcept {
    const verdict v = detail::verdict_of(c.sa(i).window().update(c.state[i].number));
    return v == verdict::forwarded ? esp_open.prepare(c, i) : v;
  }
  template <class Context> void work(Context& c) const noexcept { esp_open.work(c); }
  template <class Context> verdict finish(Context& c, std::size_t i) const noexcept { return esp_open.finish(c, i); }
};

struct window_before_icv_lists {
  struct profile : sound_profile {
    using trusted = trusted_stages<records_then_opens>;
  };
  static constexpr auto receiving = inbound<profile>(find_sa, check_replay, records_then_opens{}, remove_trailer, remove_outer_header, check_selectors);
  static constexpr auto sending = sound_sending<profile>;
};
using window_before_icv = composed<window_before_icv_lists>;

}  // namespace planted
