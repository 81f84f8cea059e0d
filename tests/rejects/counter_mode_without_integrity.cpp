// expect: counter mode without integrity lets anybody change plaintext bit by bit
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
#ifdef GOOD
  static constexpr auto suites = esplanade::suites<esp_aes_ctr<128, hmac_sha2_256_128>>;
#else
  static constexpr auto suites = esplanade::suites<esp_aes_ctr<128, no_integrity>>;
#endif
  static constexpr bool encryption_without_integrity = true;  // does not help
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
