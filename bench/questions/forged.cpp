#include "../rivals/touched.hpp"
#include "rows.hpp"

void bench::forged_rows() {
  for (const std::size_t octets : inner_sizes) {
    for_each_cipher([&]<class Crypto>() {
      const std::string name = name_of<Crypto>;
      add<touched_rounds<Crypto, false>>(name + "/genuine", direction::inbound, octets);
      add<touched_rounds<Crypto, true>>(name + "/forged", direction::inbound, octets);
    });
  }
}
