// expect: a ring has a power of two places
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  using audit = audit_ring<128>;
#else
  using audit = audit_ring<100>;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
void run(path::inbound_store& receiving, path::outbound_store& sending, null_crypto& crypto, const batch_view<flat_packet>& batch) {
  path p{{.inbound = receiving, .outbound = sending, .crypto = crypto}};
  p.inbound(batch);
}
