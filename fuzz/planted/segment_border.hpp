// Listing the segments of a text puts its borders one octet off: the first piece is one short, the last one long.
#pragma once

#include "composed.hpp"

namespace planted {

namespace fault {
template <class Context> void shift_borders(Context& c, std::size_t i) noexcept {
  const job& j = c.job_of(i);
  if (j.segments < 2) return;
  --c.text[i][0].size;
  ++c.text[i][j.segments - 1].size;
}
}  // namespace fault

struct opens_off_by_one {
  static constexpr const char* name = "opens_off_by_one";
  static constexpr fact needs = fact::sa_selected | fact::replay_checked, gives = fact::authenticated;
  static constexpr bool suspends = true;
  template <class Context> verdict prepare(Context& c, std::size_t i) const noexcept {
    const verdict v = esp_open.prepare(c, i);
    if (v == verdict::forwarded) fault::shift_borders(c, i);
    return v;
  }
  template <class Context> void work(Context& c) const noexcept { esp_open.work(c); }
  template <class Context> verdict finish(Context& c, std::size_t i) const noexcept { return esp_open.finish(c, i); }
};
struct seals_off_by_one {
  static constexpr const char* name = "seals_off_by_one";
  static constexpr fact needs = esp_seal_stage::needs, gives = esp_seal_stage::gives, voids = esp_seal_stage::voids;
  static constexpr bool suspends = true;
  template <class Context> verdict prepare(Context& c, std::size_t i) const noexcept {
    const verdict v = esp_seal.prepare(c, i);
    if (v == verdict::forwarded) fault::shift_borders(c, i);
    return v;
  }
  template <class Context> void work(Context& c) const noexcept { esp_seal.work(c); }
  template <class Context> verdict finish(Context& c, std::size_t i) const noexcept { return esp_seal.finish(c, i); }
};

struct segment_border_lists {
  struct profile : sound_profile {
    using trusted = trusted_stages<opens_off_by_one, seals_off_by_one>;
  };
  static constexpr auto receiving = inbound<profile>(find_sa, check_replay, opens_off_by_one{}, update_replay, remove_trailer, remove_outer_header, check_selectors);
  static constexpr auto sending = outbound<profile>(select_sa_by_handle, assign_sequence, write_trailer, seals_off_by_one{}, write_outer_header);
};
using segment_border = composed<segment_border_lists, chain_packet<8>>;

}  // namespace planted
