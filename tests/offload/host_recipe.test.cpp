#include "support/world.hpp"

#include <esplanade/offload/host_recipe.hpp>

using namespace support;

namespace {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
struct of_all : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha1_96>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr std::size_t levels = 2;
  using lifetime = exact_lifetime;
};
/// Where one list has a stage that the other has not, in the same place otherwise.
template <class Host, class Path, std::size_t Skipped> void same_but(const std::vector<std::pair<std::string, std::string>>& instead) {
  CHECK(Host::size == Path::size + Skipped);
  for (std::size_t i = 0; i < Path::size; ++i) {
    const std::string here = Host::names[i + Skipped], there = Path::names[i];
    const auto found = std::find_if(instead.begin(), instead.end(), [&](const auto& pair) { return pair.second == there; });
    CHECK(here == (found == instead.end() ? there : found->first));
  }
}
}  // namespace

TEST_CASE("host_recipe: stage for stage the inline list, with the work divided where the device can have a share") {
  same_but<decltype(host_outbound_recipe<gateway, true>()), decltype(outbound_recipe<gateway, true>()), 0>({{"frame_or_seal", "esp_seal"}});
  same_but<decltype(host_outbound_recipe<of_all>()), decltype(outbound_recipe<of_all>()), 0>({{"frame_or_seal", "esp_seal"}, {"frame_or_seal_ah", "ah_seal"}});
  same_but<decltype(host_inbound_recipe<gateway>()), decltype(inbound_recipe<gateway>()), 1>({{"take_device_result", "esp_open"}});
  CHECK(decltype(host_inbound_recipe<gateway>())::names[0] == std::string("from_device"));
}
