// expect: a counter IV that the caller sets can repeat under one key
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  struct fixed_iv {
    static void write(octet* iv, std::uint64_t) noexcept { store_be64(iv, 7); }
  };
  using iv = fixed_iv;
#ifdef GOOD
  static constexpr bool caller_set_iv = true;  // never meets real traffic
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
