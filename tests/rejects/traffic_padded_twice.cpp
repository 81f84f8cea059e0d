// expect: the packet has its traffic padding already
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using tfc = tfc_to_size<300>;
};

#ifdef GOOD
inline constexpr auto list = outbound<gateway>(select_sa, pad_traffic, assign_sequence, write_trailer, esp_seal, write_outer_header);
#else
inline constexpr auto list = outbound<gateway>(select_sa, pad_traffic, pad_traffic, assign_sequence, write_trailer, esp_seal, write_outer_header);
#endif
