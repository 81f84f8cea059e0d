// gcm128-beet: bound end-to-end tunnels: an SA for each pair of addresses, which therefore need not travel.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_beet : by_pair {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  static constexpr auto modes = esplanade::mode::beet;
  static constexpr auto esn = esplanade::off;
};

profile_entry gcm128_beet_entry() { return entry_of<gcm128_beet, chain>("gcm128-beet"); }

}  // namespace capture_tunnel
