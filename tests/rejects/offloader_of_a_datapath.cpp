// expect: offloader: a host keeps beside each SA where its cryptography is done, and a datapath does not
#include <esplanade/offload.hpp>

using namespace esplanade;

struct card : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using adapter = nic<card, net_buffer_list, null_crypto, 8>;

#ifdef GOOD
using side = host<card, net_buffer, flat_store<8>, null_crypto>;
#else
using side = datapath<card, net_buffer, flat_store<8>, null_crypto>;
#endif
void place(offloader<side, adapter>& placing);
