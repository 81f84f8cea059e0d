// expect: which reclaims for a single core, could free it under one of them
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr std::size_t lanes = 2;
  using sequence = atomic_sequence;
  using replay = shared_window<64>;
};
#ifdef GOOD
using store = flat_store<4, by_spi, epoch<2>>;
#else
using store = flat_store<4>;
#endif
using path = datapath<gateway, flat_packet, store, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch) + p.outbound(batch); }
