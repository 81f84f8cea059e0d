// expect: put out of use \(DES, 3DES, MD5\)
// row 12
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
#ifdef GOOD
  static constexpr auto suites = esplanade::suites<esp_null<legacy::hmac_md5_96>>;
  static constexpr bool legacy_algorithms = true;
#else
  static constexpr auto suites = esplanade::suites<esp_null<legacy::hmac_md5_96>>;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
