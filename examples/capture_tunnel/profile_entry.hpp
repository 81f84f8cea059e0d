// What the program knows of a profile without its type.
#pragma once

#include "engine.hpp"

#include <memory>

namespace capture_tunnel {

/// One row of --list-profiles, and the way to its engine.
struct profile_entry {
  const char* name = "";
  std::span<const esplanade::suite_sizes> suites{};
  std::span<const char* const> suite_names{};
  esplanade::set_of<esplanade::mode> modes{};
  esplanade::esn_use esn = esplanade::off;
  std::uint32_t window = 0;  ///< packets
  const char* packet = "";   ///< flat or chain
  std::unique_ptr<engine> (*make)(std::size_t batch_most) = nullptr;

  /// The suite of the SA for IPv4 traffic is the profile's first, that for IPv6 traffic its last.
  [[nodiscard]] const esplanade::suite_sizes& suite_for(esplanade::family traffic) const {
    return traffic == esplanade::family::ipv4 ? suites.front() : suites.back();
  }
};

/// The profiles that were compiled in; the first is the default.
[[nodiscard]] std::span<const profile_entry> profiles();

/// Octets that a profile adds to a packet: the least and the most, by padding and by suite.
struct overhead {
  std::size_t least, most;
};
[[nodiscard]] overhead overhead_of(const profile_entry& profile, esplanade::mode mode, esplanade::family outer);

}  // namespace capture_tunnel
