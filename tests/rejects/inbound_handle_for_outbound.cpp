// expect: convert|conversion|no known
// row 32
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
using sending = flat_store<4>::outbound<outbound_sa<gateway, null_crypto>>;
#ifdef GOOD
auto* record(sending& store, outbound_handle handle) { return store.at(handle); }
#else
auto* record(sending& store, inbound_handle handle) { return store.at(handle); }
#endif
