// expect: put out of use \(DES, 3DES, MD5\)
// row 12
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct my_random {
  std::uint64_t next() noexcept { return state += 0x9e3779b97f4a7c15u; }  // for a test only
  std::uint64_t state = 0;
};
struct gateway : profile {
#ifdef GOOD
  static constexpr auto suites = esplanade::suites<legacy::esp_3des_cbc<hmac_sha1_96>>;
  static constexpr bool legacy_algorithms = true;
#else
  static constexpr auto suites = esplanade::suites<legacy::esp_3des_cbc<hmac_sha1_96>>;
#endif
  using random = my_random;
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
