// Two lanes of one gateway: over one store, with an SA for each, or with one SA for both.
#pragma once

#include "crowd.hpp"

#include <esplanade/sa/sequence_block.hpp>
#include <esplanade/sa/shared_window.hpp>

namespace bench {

/// As `gateway`, with SAs that two lanes may work on at a time. The window is wide enough for all packets of a trip, so that a
/// lane that is kept waiting by the system loses nothing.
struct gateway_of_two : gateway {
  static constexpr std::size_t lanes = 2;
  using sequence = esplanade::reserved_block<64, 1024, 4096>;
  using replay = esplanade::shared_window<4096>;
};

/// Stores and a provider for two lanes; each lane in the form that crowd_rounds takes.
template <class Crypto, class Profile> class shared_gateway {
 public:
  class lane {
   public:
    using crypto = Crypto;
    using path_type = esplanade::datapath<Profile, flat_packet, esplanade::flat_store<64, esplanade::by_spi, esplanade::epoch<2>>, Crypto>;

    lane(shared_gateway& of, std::uint32_t number) : path_({.inbound = of.inbound, .outbound = of.outbound, .crypto = of.provider, .number = number}) {}
    path_type& path() { return path_; }

    std::vector<esplanade::outbound_handle> handles;
    random_walk walk{1};
    std::string trouble;

   private:
    path_type path_;
  };

  shared_gateway() {
    for (std::size_t i = 0; i < 2; ++i) {
      auto sa = esplanade::testing::sample_sa<Profile>(static_cast<std::uint32_t>(i));
      sa.selector = benched_sa<Profile>().selector;
      const auto sending = outbound.add(provider, sa);
      const auto receiving = inbound.add(provider, sa);
      if (!sending || !receiving) lanes[i].trouble = "no SA";
      else lanes[i].handles.push_back(*sending);
    }
    if (Profile::lanes > 1) lanes[1].handles = lanes[0].handles;
  }

  Crypto provider{};
  typename lane::path_type::inbound_store inbound{};
  typename lane::path_type::outbound_store outbound{};
  lane lanes[2]{{*this, 0}, {*this, Profile::lanes > 1 ? 1u : 0u}};
};

}  // namespace bench
