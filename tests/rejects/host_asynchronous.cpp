// expect: a host decides packet by packet who seals and opens, and asks its provider at once: name a synchronous provider
#include <esplanade/buffer/flat_packet.hpp>
#include <esplanade/crypto/null.hpp>
#include <esplanade/offload/host.hpp>
#include <esplanade/sa/flat_store.hpp>
#include <esplanade/testing/ciphers.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
#ifdef GOOD
using crypto = null_crypto;
#else
using crypto = testing::delayed_crypto<null_crypto>;
#endif
using side = host<gateway, flat_packet, flat_store<4>, crypto>;
counters_snapshot what(const side& h) { return h.inbound_counters(); }
