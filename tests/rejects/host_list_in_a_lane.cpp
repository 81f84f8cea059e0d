// expect: a host's packets have words beside them, without which framed ones leave in clear
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/host.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
using list = decltype(host_outbound_recipe<gateway, true>());
using store = flat_store<8>::outbound<hosted_sa<outbound_sa<gateway, null_crypto>>>;
#ifdef GOOD
using runner = host_lane<list, flat_packet, store, null_crypto>;
#else
using runner = lane<list, flat_packet, store, null_crypto>;
#endif
inline constexpr std::size_t size = sizeof(runner);
