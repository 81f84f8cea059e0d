// expect: this provider takes contiguous texts only, and these packets have several segments
#include <esplanade/esplanade.hpp>
#include <esplanade/sa/flat_store.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct engine : null_crypto {
#ifdef GOOD
  static constexpr provider_abilities abilities{};
#else
  static constexpr provider_abilities abilities{.scatter_gather = false};
#endif
};
using path = datapath<gateway, chain_packet<4>, flat_store<4>, engine>;
std::size_t run(path& p, const batch_view<chain_packet<4>>& batch) { return p.inbound(batch); }
