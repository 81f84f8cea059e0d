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
/// The host's list has these stages more, as often as is said, and the same otherwise.
template <class Host, class Path> void same_but(const std::vector<std::string>& more, const std::vector<std::pair<std::string, std::string>>& instead) {
  REQUIRE(Host::size == Path::size + more.size());
  for (std::size_t i = 0, k = 0; i < Host::size; ++i) {
    if (std::find(more.begin(), more.end(), Host::names[i]) != more.end()) continue;
    const std::string here = Host::names[i], there = Path::names[k++];
    const auto found = std::find_if(instead.begin(), instead.end(), [&](const auto& pair) { return pair.second == there; });
    CHECK(here == (found == instead.end() ? there : found->first));
  }
}
}  // namespace

TEST_CASE("host_recipe: stage for stage the inline list, with the work divided where the device can have a share") {
  same_but<decltype(host_outbound_recipe<gateway, true>()), decltype(outbound_recipe<gateway, true>())>({"complete_checksum"}, {{"frame_or_seal", "esp_seal"}});
  same_but<decltype(host_outbound_recipe<of_all>()), decltype(outbound_recipe<of_all>())>({"complete_checksum", "settle_frames", "settle_frames"}, {{"frame_or_seal", "esp_seal"}, {"frame_or_seal_ah", "ah_seal"}});
  same_but<decltype(host_inbound_recipe<gateway>()), decltype(inbound_recipe<gateway>())>({"from_device"}, {{"take_device_result", "esp_open"}});
  CHECK(decltype(host_inbound_recipe<gateway>())::names[0] == std::string("from_device"));
}
