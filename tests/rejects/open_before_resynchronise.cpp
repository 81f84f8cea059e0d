// expect: this profile looks for lost high halves.*put resynchronise between check_replay and esp_open
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using resync = esn_resync<64, 4>;
};

#ifdef GOOD
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, resynchronise, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
#else
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
#endif
