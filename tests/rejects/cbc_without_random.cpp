// expect: CBC needs IVs that nobody can guess
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct my_random {
  std::uint64_t next() noexcept { return state += 0x9e3779b97f4a7c15u; }  // for a test only
  std::uint64_t state = 0;
};
struct gateway : profile {
#ifdef GOOD
  static constexpr auto suites = esplanade::suites<esp_aes_cbc<128, hmac_sha1_96>>;
  using random = my_random;
#else
  static constexpr auto suites = esplanade::suites<esp_aes_cbc<128, hmac_sha1_96>>;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
