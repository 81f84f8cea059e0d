// expect: an IV policy writes 8 octets, and a suite of this profile has an IV of another size
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct block_cipher {
#ifdef GOOD
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, 16, 4, 8, 16, 4};
#else
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, 16, 0, 16, 16, 16};
#endif
  static constexpr const char* name = "block_cipher";
};
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<block_cipher>;
};
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
