// expect: two would lease one number from this sequence policy
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr std::size_t lanes = 2;
#ifdef GOOD
  using sequence = atomic_sequence;
#endif
  using replay = shared_window<64>;
};
using path = datapath<gateway, flat_packet, flat_store<4, by_spi, epoch<2>>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
