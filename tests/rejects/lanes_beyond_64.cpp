// expect: 1 to 64 lanes may work on one SA
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  static constexpr std::size_t lanes = 64;
#else
  static constexpr std::size_t lanes = 65;
#endif
  using sequence = atomic_sequence;
  using replay = shared_window<64>;
};
using path = datapath<gateway, flat_packet, flat_store<4, by_spi, epoch<64>>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
