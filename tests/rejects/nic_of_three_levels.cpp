// expect: a NIC works on two portions at most
#include <esplanade/buffer/nbl.hpp>
#include <esplanade/crypto/null.hpp>
#include <esplanade/offload/nic.hpp>

using namespace esplanade;

struct nic_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  static constexpr std::size_t levels = 2;
#else
  static constexpr std::size_t levels = 3;
#endif
};
using card = nic<nic_profile, net_buffer_list, null_crypto, 4>;
device_capabilities what(const card& c) { return c.capabilities(); }
