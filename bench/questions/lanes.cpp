#include "../rivals/crowd.hpp"
#include "../rivals/lanes.hpp"
#include "../rivals/raw.hpp"
#include "rows.hpp"

namespace {

using namespace bench;

arena& arena_of(std::size_t lane) { return lane == 0 ? shared_arena : second_arena; }

// Lanes with SAs, stores and workspaces of their own, and one provider.
template <class Crypto> struct two_gateways {
  using gateway_crowd = crowd<Crypto, 1>;
  std::shared_ptr<Crypto> provider = std::make_shared<Crypto>();
  gateway_crowd lanes[2]{gateway_crowd{provider}, gateway_crowd{provider}};
};

template <class Crypto> std::shared_ptr<Crypto>& shared_provider() {
  static std::shared_ptr<Crypto> one = std::make_shared<Crypto>();
  return one;
}

}  // namespace

void bench::lanes_rows() {
  if (all_processors().size() < 2) return;
  for (const direction way : {direction::outbound, direction::inbound}) {
    for (const std::size_t octets : inner_sizes) {
      for_each_cipher([&]<class Crypto>() {
        const std::string name = name_of<Crypto>;
        for (const std::size_t count : {std::size_t{1}, std::size_t{2}}) {
          add_lanes_row("lanes/" + name + "/raw", way, octets, count,
                        [octets](std::size_t lane) { return std::make_unique<raw_rounds<flat_packet, Crypto>>(octets, 1, arena_of(lane), shared_provider<Crypto>()); });
          add_lanes_row("lanes/" + name + "/datapath/distinct_sas", way, octets, count, [octets](std::size_t lane) {
            auto& gateways = kept<two_gateways<Crypto>>();
            return std::make_unique<crowd_rounds<crowd<Crypto, 1>>>(octets, gateways.lanes[lane], arena_of(lane));
          });
        }
      });
    }
  }
}
