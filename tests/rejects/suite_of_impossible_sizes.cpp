// expect: a suite of this profile has sizes that a job cannot hold
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct own_suite {
#ifdef GOOD
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, 16, 4, 8, 16, 4};
#else
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, 16, 5, 8, 16, 4};
#endif
  static constexpr const char* name = "own_suite";
};
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<own_suite>;
};
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
