// expect: nothing may use the payload or move the window before the ICV is verified.*put esp_open before this stage
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using lifetime = exact_lifetime;
};

#ifdef GOOD
inline constexpr auto list = inbound<gateway>(find_sa, check_expiry, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_lifetime, check_selectors);
#else
inline constexpr auto list = inbound<gateway>(find_sa, check_lifetime, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
#endif
