// expect: infers the high half of an ESN from its window
// row 49: the combination is refused, because without a window nothing infers the high half
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using replay = no_window;
#ifdef GOOD
  static constexpr esn_use esn = off;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
