// expect: the number of tries must be bounded.*name 1 to 256 attempts
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  using resync = esn_resync<64, 256>;
#else
  using resync = esn_resync<64, 257>;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
