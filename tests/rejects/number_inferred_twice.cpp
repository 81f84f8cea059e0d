// expect: the number is checked already, and behind esp_open it must stay
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

#ifdef GOOD
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
#else
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, esp_open, check_replay, update_replay, remove_trailer, remove_outer_header, check_selectors);
#endif
