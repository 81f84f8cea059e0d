// expect: a host keeps beside each SA where its cryptography is done: let the store hold hosted_sa
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/host.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
using list = decltype(host_inbound_recipe<gateway>());
#ifdef GOOD
using store = flat_store<8>::inbound<hosted_sa<inbound_sa<gateway, null_crypto>>>;
#else
using store = flat_store<8>::inbound<inbound_sa<gateway, null_crypto>>;
#endif
inline constexpr std::size_t size = sizeof(host_lane<list, flat_packet, store, null_crypto>);
