// expect: the outer header covers a sealed packet.*put esp_seal before this stage
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

#ifdef GOOD
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
#else
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, write_outer_header, esp_seal);
#endif
