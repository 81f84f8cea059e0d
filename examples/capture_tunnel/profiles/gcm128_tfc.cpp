// gcm128-tfc: lengths rounded up to a multiple of 64, so that they say little; ESP in a header whose class is fixed.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_tfc : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  static constexpr auto esn = esplanade::off;
  using tfc = esplanade::tfc_multiple<64>;
  using header = esplanade::header_parts<esplanade::dscp_fixed<0>>;
};

profile_entry gcm128_tfc_entry() { return entry_of<gcm128_tfc, chain>("gcm128-tfc"); }

}  // namespace capture_tunnel
