#include "../rivals/nic.hpp"
#include "rows.hpp"

void bench::nic_rows() {
  for (const direction way : {direction::outbound, direction::inbound}) {
    for (const std::size_t octets : inner_sizes) {
      for (const std::size_t segments : {std::size_t{1}, std::size_t{3}}) {
        add<round_trips<null_chain>>("nic/null/datapath", way, octets, segments);
        add<nic_rounds<esplanade::null_crypto>>("nic/null/engine", way, octets, segments);
      }
      add<round_trips<null_flat>>("nic/null/flat", way, octets);
#ifdef BENCH_IPSEC_MB
      add<round_trips<gateway_over<esplanade::flat_packet, esplanade::ipsec_mb>>>("nic/ipsec_mb/flat", way, octets);
      add<nic_rounds<esplanade::ipsec_mb>>("nic/ipsec_mb/engine", way, octets);
#endif
    }
  }
}
