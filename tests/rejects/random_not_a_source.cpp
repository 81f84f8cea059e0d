// expect: alias random of this profile is not a random source
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct my_random {
  std::uint64_t next() noexcept { return state += 0x9e3779b97f4a7c15u; }  // for a test only
  std::uint64_t state = 0;
};
struct gateway : profile {
#ifdef GOOD
  using random = my_random;
#else
  using random = sequential;
#endif
  static constexpr auto suites = esplanade::suites<esp_aes_cbc<128, hmac_sha1_96>>;
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
