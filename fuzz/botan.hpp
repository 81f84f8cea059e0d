// The same with a real cipher.
#pragma once

#include <esplanade/crypto/botan.hpp>
#include <esplanade/testing/configuration.hpp>

namespace fuzzed {

using namespace esplanade;

struct few_botan_keys : esplanade::botan {
  few_botan_keys() : botan(8) {}
};
struct botan_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_12<192>, esp_aes_gcm_8<256>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
};
using with_botan = testing::default_configuration<botan_profile, chain_packet<8>, flat_store<8>, few_botan_keys>;

}  // namespace fuzzed
