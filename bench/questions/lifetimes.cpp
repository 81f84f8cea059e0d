#include "../rivals/crowd.hpp"
#include "rows.hpp"

namespace {

using namespace bench;

/// As `gateway`, with limits of packets and octets that are looked at for every packet and never reached.
struct limited_gateway : gateway {
  using lifetime = esplanade::exact_lifetime;
  static constexpr esplanade::lifetime_limits limits{.soft = {.packets = 1ull << 60, .octets = 1ull << 60}, .hard = {.packets = 1ull << 61, .octets = 1ull << 61}};
};

}  // namespace

void bench::lifetimes_rows() {
  const auto all = []<class Crypto>() {
    for (const direction way : {direction::outbound, direction::inbound})
      for (const std::size_t octets : inner_sizes) {
        const std::string name = name_of<Crypto>;
        add_made(row_name(name + "/lifetimes/off", way, 1, octets), way, octets, [=] { return std::make_unique<crowd_rounds<crowd<Crypto, 1>>>(octets); });
        add_made(row_name(name + "/lifetimes/on", way, 1, octets), way, octets,
                 [=] { return std::make_unique<crowd_rounds<crowd<Crypto, 1, esplanade::flat_store<1>, limited_gateway>>>(octets); });
      }
  };
  all.operator()<esplanade::null_crypto>();
  for_each_cipher(all);
}
