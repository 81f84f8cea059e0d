// expect: what fits in transport mode depends on the headers in front of ESP
#include <esplanade/esplanade.hpp>
#include <esplanade/transform/overhead.hpp>

using namespace esplanade;

struct host : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifndef GOOD
  static constexpr auto modes = mode::transport;
#endif
};
static_assert(inner_mtu<host>(1500) != 0);
