// expect: must not cost a decryption.*put check_replay before
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>>;
};

#ifdef GOOD
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, ah_open, update_replay, remove_outer_header, check_selectors);
#else
inline constexpr auto list = inbound<gateway>(find_sa, ah_open, update_replay, remove_outer_header, check_selectors);
#endif
