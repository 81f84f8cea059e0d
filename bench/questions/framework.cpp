#include "../rivals/floor.hpp"
#include "rows.hpp"

void bench::framework_rows() {
  for (const direction way : {direction::outbound, direction::inbound}) {
    for (const std::size_t octets : inner_sizes) {
      add<floor_rounds<esplanade::null_crypto>>("null/floor", way, octets);
      add<round_trips<null_flat>>("null/datapath/flat", way, octets);
      add<round_trips<null_chain>>("null/datapath/chain", way, octets);
      add<round_trips<null_chain>>("null/datapath/chain", way, octets, 3);
    }
  }
}
