// expect: alias unconfigured of this device profile does not say what becomes of handles
#include <esplanade/buffer/nbl.hpp>
#include <esplanade/crypto/null.hpp>
#include <esplanade/offload/nic.hpp>

using namespace esplanade;

struct nic_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  using unconfigured = send_unconfigured_in_clear;
#else
  using unconfigured = trailers_agree;
#endif
};
using card = nic<nic_profile, net_buffer_list, null_crypto, 4>;
device_capabilities what(const card& c) { return c.capabilities(); }
