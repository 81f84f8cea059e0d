// expect: before the ICV is verified.*put esp_open before this stage
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

#ifdef GOOD
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
#else
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, remove_trailer, esp_open, update_replay, remove_outer_header, check_selectors);
#endif
