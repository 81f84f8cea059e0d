// expect: alias ah_padding of this profile is not an AH padding policy
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>>;
#ifdef GOOD
  using ah_padding = ah_padding_to_8;
#else
  using ah_padding = padding_verified;
#endif
};
using path = datapath<gateway, flat_packet, flat_store<4>, null_crypto>;
std::size_t run(path& p, const batch_view<flat_packet>& batch) { return p.inbound(batch); }
