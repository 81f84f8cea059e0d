// expect: they are called sequence, iv, audit, random, policy, device_trust and checks
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  using audit = audit_ring<16>;
#else
  using trust = audit_ring<16>;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
