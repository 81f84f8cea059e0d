// expect: would let an SA exceed its limits, because it counts for one.*leased_lifetime
#include <esplanade/esplanade.hpp>
#include <esplanade/sa/leased_lifetime.hpp>
#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/shared_window.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr std::size_t lanes = 2;
  using sequence = atomic_sequence;
  using replay = shared_window<1024>;
#ifdef GOOD
  using lifetime = leased_lifetime<64, 65536>;
#else
  using lifetime = exact_lifetime;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4, by_spi, epoch<2>>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
