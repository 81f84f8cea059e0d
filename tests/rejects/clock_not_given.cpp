// expect: this profile names a clock, and none was given
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct seconds {
  std::uint64_t now() const noexcept { return 0; }
};
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using clock = seconds;
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
void run(path::inbound_store& receiving, path::outbound_store& sending, null_crypto& crypto, [[maybe_unused]] const seconds& clock) {
#ifdef GOOD
  path p{{.inbound = receiving, .outbound = sending, .crypto = crypto, .clock = clock}};
#else
  path p{{.inbound = receiving, .outbound = sending, .crypto = crypto}};
#endif
}
