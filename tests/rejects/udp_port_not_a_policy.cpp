// expect: does not say on which ports ESP arrives: use esp_ports
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto encapsulations = encapsulation::udp;
#ifdef GOOD
  using udp_port = esp_ports<4500, 4501>;
#else
  using udp_port = udp_ports;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
