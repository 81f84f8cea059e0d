// expect: this profile names a random source, and none was given
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct my_random {
  std::uint64_t next() noexcept { return state += 0x9e3779b97f4a7c15u; }  // for a test only
  std::uint64_t state = 0;
};
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_cbc<128, hmac_sha1_96>>;
  using random = my_random;
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
void run(path::inbound_store& receiving, path::outbound_store& sending, null_crypto& crypto, [[maybe_unused]] my_random& random) {
#ifdef GOOD
  path p{{.inbound = receiving, .outbound = sending, .crypto = crypto, .random = random}};
#else
  path p{{.inbound = receiving, .outbound = sending, .crypto = crypto}};
#endif
}
