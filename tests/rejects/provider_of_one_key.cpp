// expect: this provider works on one key at a time, and a batch holds packets of many SAs
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
  static constexpr provider_abilities abilities{.mixed_keys = false};
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, engine>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
