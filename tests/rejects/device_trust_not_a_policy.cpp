// expect: the alias device_trust of this profile does not say whether ICVs are verified: use icv_believed or verify_after
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/host.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  using device_trust = verify_after;
#else
  using device_trust = int;
#endif
};
using list = decltype(host_inbound_recipe<gateway>());
using store = flat_store<8>::inbound<hosted_sa<inbound_sa<gateway, null_crypto>>>;
inline constexpr std::size_t size = sizeof(host_lane<list, flat_packet, store, null_crypto>);
