// From what was asked for to what is run: options select within the sets that a profile has compiled in.
#pragma once

#include "options.hpp"
#include "profile_entry.hpp"

namespace capture_tunnel {

/// Whether packets travel with a header of the tunnel's.
[[nodiscard]] inline bool has_outer_header(esplanade::mode m) { return m != esplanade::mode::transport; }

/// What is run.
struct choice {
  profile_entry profile;
  esplanade::mode mode = esplanade::mode::tunnel;
  esplanade::family outer = esplanade::family::ipv4;  ///< of a tunnel, and in mode BEET
  bool esn = false;
  const nic_model* nic = nullptr;  ///< nullptr: inline
};

/// Selects within the profile's sets.
///   Errors   refusal: no such profile, or the profile lacks what was asked for; both name the nearest profile
[[nodiscard]] choice choose(const options& asked);

}  // namespace capture_tunnel
