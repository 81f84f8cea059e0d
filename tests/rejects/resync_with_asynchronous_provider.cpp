// expect: resynchronisation asks the provider at once.*name a synchronous provider
#include <esplanade/esplanade.hpp>
#include <esplanade/testing/ciphers.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifndef GOOD
  using resync = esn_resync<64, 4>;
#endif
};
using provider = testing::delayed_crypto<testing::mixing_crypto>;
using store = flat_store<4>::inbound<inbound_sa<gateway, provider>>;
using receiving = lane<decltype(inbound_recipe<gateway>()), flat_packet, store, provider>;
std::size_t run(in_flight<receiving, 2>& flying, const batch_view<flat_packet>& batch) { return flying.submit(batch); }
