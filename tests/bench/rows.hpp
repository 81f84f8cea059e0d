// A configuration for a benchmark program: only that it runs is tested.
#pragma once

#include <esplanade/testing/configuration.hpp>

namespace tests {

struct profile : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};
using configuration = esplanade::testing::default_configuration<profile, esplanade::chain_packet<4>>;

}  // namespace tests
