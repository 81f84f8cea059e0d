// expect: lanes \* Block \+ MaxSkew of this reserved_block exceeds the peer's window
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  static constexpr std::size_t lanes = 4;
#else
  static constexpr std::size_t lanes = 5;
#endif
  using sequence = reserved_block<4, 48, 64>;
  using replay = shared_window<64>;
};
using path = datapath<gateway, flat_packet, flat_store<4, by_spi, epoch<5>>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
