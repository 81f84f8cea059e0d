// expect: this is not a profile: derive a named struct from esplanade::profile
#include <esplanade/esplanade.hpp>

using namespace esplanade;

#ifdef GOOD
struct gateway : profile {
#else
struct gateway {
#endif
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
