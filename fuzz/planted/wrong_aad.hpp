// Seals and opens with an AAD that `Fault` has spoilt: both ends of such an implementation agree, and nobody else does.
#pragma once

#include "composed.hpp"

namespace planted {

template <class Fault> struct opens_with {
  static constexpr const char* name = "opens_with_wrong_aad";
  static constexpr fact needs = fact::sa_selected | fact::replay_checked, gives = fact::authenticated;
  static constexpr bool suspends = true;
  template <class Context> verdict prepare(Context& c, std::size_t i) const noexcept {
    const verdict v = esp_open.prepare(c, i);
    if (v == verdict::forwarded) Fault::spoil(c.jobs[i]);
    return v;
  }
  template <class Context> void work(Context& c) const noexcept { esp_open.work(c); }
  template <class Context> verdict finish(Context& c, std::size_t i) const noexcept { return esp_open.finish(c, i); }
};
template <class Fault> struct seals_with {
  static constexpr const char* name = "seals_with_wrong_aad";
  static constexpr fact needs = esp_seal_stage::needs, gives = esp_seal_stage::gives, voids = esp_seal_stage::voids;
  static constexpr bool suspends = true;
  template <class Context> verdict prepare(Context& c, std::size_t i) const noexcept {
    const verdict v = esp_seal.prepare(c, i);
    if (v == verdict::forwarded) Fault::spoil(c.jobs[i]);
    return v;
  }
  template <class Context> void work(Context& c) const noexcept { esp_seal.work(c); }
  template <class Context> verdict finish(Context& c, std::size_t i) const noexcept { return esp_seal.finish(c, i); }
};

template <class Fault> struct wrong_aad_lists {
  struct profile : sound_profile {
    using trusted = trusted_stages<opens_with<Fault>, seals_with<Fault>>;
  };
  static constexpr auto receiving = inbound<profile>(find_sa, check_replay, opens_with<Fault>{}, update_replay, remove_trailer, remove_outer_header, check_selectors);
  static constexpr auto sending = outbound<profile>(select_sa_by_handle, assign_sequence, write_trailer, seals_with<Fault>{}, write_outer_header);
};

}  // namespace planted
