// expect: does not say what becomes of checksums behind a NAT
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto encapsulations = encapsulation::udp;
#ifdef GOOD
  using nat_fix = checksum_kept;
#else
  using nat_fix = udp_checksum_zero;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
