// expect: this crypto provider lacks a suite that the profile names
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct only_128 : null_crypto {
  template <class S> static constexpr bool supports = S::sizes.key == 16;
};
struct gateway : profile {
#ifdef GOOD
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#else
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>>;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, only_128>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
