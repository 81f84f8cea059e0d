// expect: this is not a profile: derive a named struct from esplanade::profile
#include <esplanade/esplanade.hpp>

using namespace esplanade;

#ifdef GOOD
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
#else
struct gateway {};
#endif
static_assert(profile_rules<gateway>::kept);
