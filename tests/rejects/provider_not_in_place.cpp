// expect: this provider does not work in place, and the stages seal and open in place
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
  static constexpr provider_abilities abilities{.in_place = false};
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, engine>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
