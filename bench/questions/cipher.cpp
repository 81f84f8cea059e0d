#include "../rivals/crowd.hpp"
#include "../rivals/floor.hpp"
#include "../rivals/naive.hpp"
#include "../rivals/raw.hpp"
#include "rows.hpp"

void bench::cipher_rows() {
  for (const direction way : {direction::outbound, direction::inbound}) {
    for (const std::size_t octets : inner_sizes) {
      for_each_cipher([&]<class Crypto>() {
        const std::string name = name_of<Crypto>;
        add<raw_rounds<flat_packet, Crypto>>(name + "/raw", way, octets);
        add<floor_rounds<Crypto>>(name + "/floor", way, octets);
        add<round_trips<gateway_over<flat_packet, Crypto>>>(name + "/datapath/flat", way, octets);
        add<round_trips<gateway_over<chain, Crypto>>>(name + "/datapath/chain", way, octets);
        add<raw_rounds<chain, Crypto>>(name + "/raw", way, octets, 3);
        add<round_trips<gateway_over<chain, Crypto>>>(name + "/datapath/chain", way, octets, 3);
        add_made(row_name(name + "/datapath/random_sas", way, 1, octets), way, octets,
                 [=] { return std::make_unique<crowd_rounds<crowd<Crypto, 1024>>>(octets); });
      });
      if (way == direction::outbound) add<naive_rounds>("botan/naive", way, octets);
    }
  }
}
