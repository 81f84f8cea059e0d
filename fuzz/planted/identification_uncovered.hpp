// AH leaves the identification of IPv4 out, at both ends.
#pragma once

#include "composed.hpp"

namespace planted {

struct leaves_identification_out {
  static void spoil(const job& j) noexcept {
    octet* const headers = const_cast<octet*>(j.aad);  // the context's own memory
    if (headers[0] >> 4 == 4) headers[4] = headers[5] = 0;
  }
};
struct opens_ah_without {
  static constexpr const char* name = "opens_ah_without";
  static constexpr fact needs = fact::sa_selected | fact::replay_checked, gives = fact::ah_authenticated;
  static constexpr bool suspends = true;
  template <class Context> verdict prepare(Context& c, std::size_t i) const noexcept {
    const verdict v = ah_open.prepare(c, i);
    if (v == verdict::forwarded) leaves_identification_out::spoil(c.jobs[i]);
    return v;
  }
  template <class Context> void work(Context& c) const noexcept { ah_open.work(c); }
  template <class Context> verdict finish(Context& c, std::size_t i) const noexcept { return ah_open.finish(c, i); }
};
struct seals_ah_without {
  static constexpr const char* name = "seals_ah_without";
  static constexpr fact needs = ah_seal_stage::needs, gives = ah_seal_stage::gives, voids = ah_seal_stage::voids;
  static constexpr bool suspends = true;
  template <class Context> verdict prepare(Context& c, std::size_t i) const noexcept {
    const verdict v = ah_seal.prepare(c, i);
    if (v == verdict::forwarded) leaves_identification_out::spoil(c.jobs[i]);
    return v;
  }
  template <class Context> void work(Context& c) const noexcept { ah_seal.work(c); }
  template <class Context> verdict finish(Context& c, std::size_t i) const noexcept { return ah_seal.finish(c, i); }
};

struct identification_uncovered_lists {
  struct profile : sound_profile {
    static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>>;
    static constexpr auto modes = mode::tunnel | mode::transport;
    using trusted = trusted_stages<opens_ah_without, seals_ah_without>;
  };
  static constexpr auto receiving = inbound<profile>(find_sa, check_replay, opens_ah_without{}, update_replay, remove_outer_header, check_selectors);
  static constexpr auto sending = outbound<profile>(select_sa_by_handle, assign_sequence, write_ah_header, write_outer_header, seals_ah_without{});
};
using identification_uncovered = composed<identification_uncovered_lists>;

}  // namespace planted
