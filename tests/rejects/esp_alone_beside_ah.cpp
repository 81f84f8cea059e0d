// expect: the profile has suites of AH: add write_ah_header, and ah_seal
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah<hmac_sha2_256_128>>;
};

#ifdef GOOD
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_ah_header, write_trailer, esp_seal, write_outer_header, ah_seal);
#else
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_ah_header, write_trailer, esp_seal, write_outer_header);
#endif
