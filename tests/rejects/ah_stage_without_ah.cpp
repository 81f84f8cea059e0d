// expect: this stage is for AH, and no suite of this profile is
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
#ifdef GOOD
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah<hmac_sha2_256_128>>;
#else
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#endif
};

inline constexpr auto list = inbound<gateway>(find_sa, check_replay, ah_open, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
