// expect: a host keeps beside each SA where its cryptography is done, and these stores are a datapath's
#include <esplanade/offload.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
using side = host<gateway, net_buffer, flat_store<8>, null_crypto>;
#ifdef GOOD
using stores = side;
#else
using stores = datapath<gateway, net_buffer, flat_store<8>, null_crypto>;
#endif
void make(stores::inbound_store& in, stores::outbound_store& out, null_crypto& crypto) {
  side one{{.inbound = in, .outbound = out, .crypto = crypto}};
}
