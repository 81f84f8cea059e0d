// expect: a job holds at most 255 segments: set segments_max of this packet type to 255 or less
#include <esplanade/esplanade.hpp>
#include <esplanade/sa/flat_store.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr std::size_t burst = 1;
};
struct long_chain : chain_packet<64> {
#ifdef GOOD
  static constexpr std::size_t segments_max = 255;
#else
  static constexpr std::size_t segments_max = 256;
#endif
};
using path = datapath<gateway, long_chain, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<long_chain>& batch) { return p.inbound(batch); }
