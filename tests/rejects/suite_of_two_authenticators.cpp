// expect: the parts of a suite of this profile contradict each other
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct own_suite {
#ifdef GOOD
  static constexpr suite_sizes sizes{cipher_family::aes_ctr, 36, 4, 8, 12, 4, mac_family::hmac_sha1, 20};
#else
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, 36, 4, 8, 12, 4, mac_family::hmac_sha1, 20};
#endif
  static constexpr const char* name = "own_suite";
};
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<own_suite>;
};
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
