// expect: a profile without encapsulations sends nothing, not even plain ESP
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
#else
  static constexpr set_of<encapsulation> encapsulations{};
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
