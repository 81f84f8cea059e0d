// expect: a sealed packet needs its outer header.*add write_outer_header behind esp_seal
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

#ifdef GOOD
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
#else
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal);
#endif
