// What every file of this folder is made of: a profile, the packet type it is run with, and its entry.
#pragma once

#include "../engine_of.hpp"
#include "../engine_over_nic.hpp"
#include "../profile_entry.hpp"

#include <esplanade/transform/header_parts.hpp>
#include <esplanade/transform/overhead.hpp>

#include <bit>

namespace capture_tunnel {

/// SAs are selected by policy: one for IPv4 traffic, one for IPv6.
struct by_family : esplanade::profile {
  using policy = esplanade::linear_policy<2>;
};

/// One for each pair of addresses, as BEET asks for.
struct by_pair : esplanade::profile {
  using policy = esplanade::linear_policy<most_sas>;
};

/// What stands between IP and ESP where the profile names nothing else.
template <esplanade::Profile P> inline constexpr auto usual_encapsulation = static_cast<esplanade::encapsulation>(1u << std::countr_zero(esplanade::encapsulations_of<P>.bits));

/// The most octets that hide a length.
template <esplanade::Profile P> [[nodiscard]] std::size_t most_traffic_padding() {
  std::size_t most = 0;
  if constexpr (esplanade::pads_traffic<P>) {
    for (std::size_t inner = 0; inner < esplanade::ip_length_max; ++inner) most = std::max(most, esplanade::tfc_of<P>::padded(inner, esplanade::ip_length_max) - inner);
  }
  return most;
}

/// All but the way to its engine.
template <esplanade::Profile P, esplanade::Packet Packet> [[nodiscard]] profile_entry facts_of_profile(const char* name) {
  return {name, P::suites.sizes, P::suites.names, esplanade::modes_of<P>, P::esn, esplanade::replay_of<P>::packets, packet_memory<Packet>::name,
          [](const esplanade::suite_sizes& suite, esplanade::mode mode, esplanade::family outer) -> overhead {
            const auto octets = esplanade::overhead<P>::of(suite, mode, outer, usual_encapsulation<P>);
            if (mode == esplanade::mode::beet) {  // the header inside is not sent; IPv4 options apart it has 20 or 40 octets
              constexpr std::size_t shortest = esplanade::ipv4_header_octets, longest = esplanade::ipv6_header_octets;
              return {octets.least() - longest, octets.most() - shortest, octets.inner_mtu(usual_path) + shortest};
            }
            return {octets.least(), octets.most() + most_traffic_padding<P>(), octets.inner_mtu(usual_path, mode == esplanade::mode::tunnel ? 0 : esplanade::header_octets(outer))};
          },
          nullptr, usual_encapsulation<P>};
}
/// Whether a profile also runs in two parts, host and NIC; each takes as long to compile as the inline engine.
enum class deployments { inline_only, with_nic };

template <esplanade::Profile P, esplanade::Packet Packet, deployments D = deployments::inline_only> [[nodiscard]] profile_entry entry_of(const char* name) {
  profile_entry made = facts_of_profile<P, Packet>(name);
  made.make = [](std::size_t batch_most) -> std::unique_ptr<engine> { return std::make_unique<engine_of<P, Packet>>(batch_most); };
  made.verifies = esplanade::trust_of<P>::verifies;
  if constexpr (D == deployments::with_nic)
    made.make_over = [](std::size_t batch_most, const nic_model& model) -> std::unique_ptr<engine> { return std::make_unique<engine_over_nic<P, !esplanade::ContiguousPacket<Packet>>>(batch_most, model); };
  return made;
}

using flat = esplanade::flat_packet;
using chain = esplanade::chain_packet<4>;

}  // namespace capture_tunnel
