// expect: they are called suites, modes, encapsulations, levels and lanes
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  static constexpr auto encapsulations = esplanade::encapsulation::udp;
#else
  static constexpr auto encapsulation = esplanade::encapsulation::udp;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
