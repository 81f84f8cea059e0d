// expect: alias trailer of this device profile does not say which trailer counts
#include <esplanade/buffer/nbl.hpp>
#include <esplanade/crypto/null.hpp>
#include <esplanade/offload/nic.hpp>

using namespace esplanade;

struct nic_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  using trailer = trailer_in_frame_wins;
#else
  using trailer = padding_verified;
#endif
};
using card = nic<nic_profile, net_buffer_list, null_crypto, 4>;
device_capabilities what(const card& c) { return c.capabilities(); }
