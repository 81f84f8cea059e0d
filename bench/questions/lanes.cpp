#include "../rivals/lanes.hpp"
#include "../rivals/raw.hpp"
#include "../rivals/shared_gateway.hpp"
#include "rows.hpp"

namespace {

using namespace bench;

arena& arena_of(std::size_t lane) { return lane == 0 ? shared_arena : second_arena; }

template <class Crypto> std::shared_ptr<Crypto>& shared_provider() {
  static std::shared_ptr<Crypto> one = std::make_shared<Crypto>();
  return one;
}

template <class Gateway> void add_gateway(const std::string& name, direction way, std::size_t octets, std::size_t count) {
  add_lanes_row(name, way, octets, count, [octets](std::size_t lane) {
    return std::make_unique<crowd_rounds<typename Gateway::lane>>(octets, kept<Gateway>().lanes[lane], arena_of(lane));
  });
}

}  // namespace

void bench::lanes_rows() {
  if (all_processors().size() < 2) return;
  for (const direction way : {direction::outbound, direction::inbound}) {
    for (const std::size_t octets : inner_sizes) {
      for_each_cipher([&]<class Crypto>() {
        const std::string name = std::string("lanes/") + name_of<Crypto>;
        for (const std::size_t count : {std::size_t{1}, std::size_t{2}}) {
          add_lanes_row(name + "/raw", way, octets, count,
                        [octets](std::size_t lane) { return std::make_unique<raw_rounds<flat_packet, Crypto>>(octets, 1, arena_of(lane), shared_provider<Crypto>()); });
          add_gateway<shared_gateway<Crypto, gateway>>(name + "/datapath/distinct_sas", way, octets, count);
          add_gateway<shared_gateway<Crypto, gateway_of_two>>(name + "/datapath/one_sa", way, octets, count);
        }
      });
    }
  }
}
