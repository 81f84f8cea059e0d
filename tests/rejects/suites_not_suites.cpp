// expect: this profile does not say which suites it has
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
#ifdef GOOD
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#else
  static constexpr auto suites = esp_aes_gcm_16<128>{};
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
