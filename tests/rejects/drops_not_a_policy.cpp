// expect: alias drops of this profile does not say what an SA remembers
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  using drops = drops_in_full;
#else
  using drops = inbound_drops;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
