// What the program knows of a profile without its type.
#pragma once

#include "engine.hpp"
#include "nic_model.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace capture_tunnel {

/// What one suite, mode and outer family (in transport mode: the packets' own) adds to a packet, and what of a path's 1500
/// octets is left for the packet inside.
struct overhead {
  std::size_t least, most, inner_mtu;
};
inline constexpr std::size_t usual_path = 1500;

/// One row of --list-profiles, and the way to its engine.
struct profile_entry {
  const char* name = "";
  std::span<const esplanade::suite_sizes> suites{};
  std::span<const char* const> suite_names{};
  esplanade::set_of<esplanade::mode> modes{};
  esplanade::esn_use esn = esplanade::off;
  std::uint32_t window = 0;  ///< packets
  const char* packet = "";   ///< flat or chain
  overhead (*overhead_of)(const esplanade::suite_sizes&, esplanade::mode, esplanade::family outer) = nullptr;
  std::unique_ptr<engine> (*make)(std::size_t batch_most) = nullptr;
  esplanade::encapsulation encapsulation = esplanade::encapsulation::none;
  std::unique_ptr<engine> (*make_over)(std::size_t batch_most, const nic_model& model) = nullptr;  ///< nullptr: inline only
  bool verifies = false;    ///< the host computes the ICV again and believes no NIC
  bool aggregates = false;  ///< several packets and parts of packets in each that is protected (RFC 9347)

  /// The suite of the SA for IPv4 traffic is the profile's first, that for IPv6 traffic its last.
  [[nodiscard]] const esplanade::suite_sizes& suite_for(esplanade::family traffic) const {
    return traffic == esplanade::family::ipv4 ? suites.front() : suites.back();
  }
};

/// The profiles that were compiled in; the first is the default.
[[nodiscard]] std::span<const profile_entry> profiles();

/// What a profile adds to a packet under any of its suites.
[[nodiscard]] overhead overhead_of(const profile_entry& profile, esplanade::mode mode, esplanade::family outer);

/// Every mode, the one that is run when nobody names one first.
inline constexpr esplanade::mode every_mode[] = {esplanade::mode::tunnel, esplanade::mode::transport, esplanade::mode::beet};
[[nodiscard]] inline esplanade::mode first_mode_of(const profile_entry& profile) {
  return *std::find_if(std::begin(every_mode), std::end(every_mode), [&profile](esplanade::mode m) { return profile.modes.has(m); });
}

/// Calls `visit(suite name, mode, outer family, overhead)` for every configuration of a profile.
template <class Visit> void for_each_configuration(const profile_entry& profile, Visit visit) {
  for (std::size_t i = 0; i < profile.suites.size(); ++i)
    for (const esplanade::mode mode : every_mode)
      for (const esplanade::family outer : {esplanade::family::ipv4, esplanade::family::ipv6})
        if (profile.modes.has(mode)) visit(profile.suite_names[i], mode, outer, profile.overhead_of(profile.suites[i], mode, outer));
}

}  // namespace capture_tunnel
