// expect: the ICV of AH covers the outer header
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>>;
};

#ifdef GOOD
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_ah_header, write_outer_header, ah_seal);
#else
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_ah_header, ah_seal, write_outer_header);
#endif
