// expect: alias clock of this profile is not a clock: give it std::uint64_t now
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct seconds {
  std::uint64_t now() const noexcept { return 0; }
};
struct stopwatch {
  int now() const { return 0; }
};
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  using clock = seconds;
#else
  using clock = stopwatch;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
