// A NIC that answers UPDATE_SA and goes on under the old high word.
#pragma once

#include "../configurations.hpp"

#include <esplanade/testing/fuzz/nic_card.hpp>

namespace planted {

using namespace esplanade;

struct forgetful_card : testing::fuzz::nic_card<fuzzed::offloading_profile, fuzzed::few_keys> {
  [[nodiscard]] result<void> update_sa(const sa_update&) noexcept { return {}; }
};
struct update_forgotten : testing::default_configuration<fuzzed::offloading_profile, flat_packet, flat_store<8>, fuzzed::few_keys> {
  using device = forgetful_card;
  using fuzz_configuration = update_forgotten;
};

}  // namespace planted
