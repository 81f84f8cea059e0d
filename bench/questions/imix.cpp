#include "../rivals/crowd.hpp"
#include "../rivals/floor.hpp"
#include "../rivals/raw.hpp"
#include "rows.hpp"

void bench::imix_rows() {
  const auto all = []<class Crypto>() {
    for (const direction way : {direction::outbound, direction::inbound}) {
      const auto name = [way](const char* what) { return std::string(name_of<Crypto>) + what + part_of(way) + "/mix:imix"; };
      if (std::string(name_of<Crypto>) != "null") add_made(name("/raw"), way, imix, [] { return std::make_unique<raw_rounds<flat_packet, Crypto>>(imix, std::size_t{1}); });
      add_made(name("/floor"), way, imix, [] { return std::make_unique<floor_rounds<Crypto>>(imix, std::size_t{1}); });
      add_made(name("/datapath"), way, imix, [] { return std::make_unique<crowd_rounds<crowd<Crypto, 1>>>(imix); });
    }
  };
  all.operator()<esplanade::null_crypto>();
  for_each_cipher(all);
}
