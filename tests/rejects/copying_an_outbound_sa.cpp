// expect: deleted
// row 93
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
using sending_sa = outbound_sa<gateway, null_crypto>;
#ifdef GOOD
sending_sa* moved(sending_sa& sa, void* at) { return ::new (at) sending_sa(std::move(sa)); }
#else
sending_sa* copied(sending_sa& sa, void* at) { return ::new (at) sending_sa(sa); }
#endif
