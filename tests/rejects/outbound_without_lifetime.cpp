// expect: a packet beyond the limits of its SA must not spend a sequence number.*put check_lifetime before assign_sequence
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using lifetime = exact_lifetime;
};

#ifdef GOOD
inline constexpr auto list = outbound<gateway>(select_sa, check_lifetime, assign_sequence, write_trailer, esp_seal, write_outer_header);
#else
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
#endif
