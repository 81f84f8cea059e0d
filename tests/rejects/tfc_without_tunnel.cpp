// expect: traffic padding stands behind an inner packet that says its own length
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  static constexpr auto modes = mode::tunnel | mode::transport;
  using tfc = tfc_to_size<300>;
#else
  static constexpr auto modes = mode::transport;
  using tfc = tfc_to_size<300>;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
