// expect: the packet is counted already.*remove this check_lifetime
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using lifetime = exact_lifetime;
};

#ifdef GOOD
inline constexpr auto list = inbound<gateway>(find_sa, check_expiry, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_lifetime, check_selectors);
#else
inline constexpr auto list = inbound<gateway>(find_sa, check_expiry, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_lifetime, check_lifetime, check_selectors);
#endif
