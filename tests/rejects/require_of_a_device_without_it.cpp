// expect: this device lacks the encryption algorithm
#include <esplanade/capability/require.hpp>

using namespace esplanade;

constexpr device_capabilities device = [] {
  device_capabilities c;
  c.esp = c.tunnel = true;
#ifdef GOOD
  c.encryption = offload_encryption::aes_gcm_256;
#else
  c.encryption = offload_encryption::aes_gcm_128;
#endif
  c.sa_capacity = 8;
  return c;
}();
static_assert(requirement<device, need_of<esp_aes_gcm_16<256>>()>::kept);
