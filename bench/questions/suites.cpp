#include "../rivals/suites.hpp"
#include "rows.hpp"

void bench::suites_rows() {
  for (const direction way : {direction::outbound, direction::inbound}) {
    for (const std::size_t octets : inner_sizes) {
      for_each_cipher([&]<class Crypto>() {
        const std::string name = name_of<Crypto>;
        add<single_suites_rounds<Crypto>>(name + "/suites/single", way, octets);
        add<mixed_suites_rounds<Crypto>>(name + "/suites/mixed", way, octets);
      });
    }
  }
}
