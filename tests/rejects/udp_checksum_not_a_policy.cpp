// expect: alias udp_checksum of this profile is not a checksum policy
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto encapsulations = encapsulation::udp;
#ifdef GOOD
  using udp_checksum = udp_checksum_zero;
#else
  using udp_checksum = checksum_kept;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
