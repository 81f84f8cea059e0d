#include <doctest/doctest.h>

#include <esplanade/crypto/suite.hpp>
#include <esplanade/offload/send_list.hpp>

#include <string>
#include <vector>

using namespace esplanade;

namespace {
struct esp_alone : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct both_nested : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah<hmac_sha1_96>>;
  static constexpr auto modes = mode::transport | mode::tunnel;
  static constexpr std::size_t levels = 2;
};
struct ah_alone : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha1_96>>;
};
template <class List> std::vector<std::string> names_of(List) { return {std::begin(List::names), std::end(List::names)}; }
using words = std::vector<std::string>;
}  // namespace

TEST_CASE("send_list: has the stages that the profile's protocols and portions need, the inner portion's first, ESP in front of AH") {
  CHECK(names_of(send_recipe<esp_alone>()) == words{"find_bundle", "from_host", "fill_checksums", "fill_esp"});
  CHECK(names_of(send_recipe<ah_alone>()) == words{"find_bundle", "from_host", "fill_checksums", "fill_ah"});
  CHECK(names_of(send_recipe<both_nested>()) == words{"find_bundle", "from_host", "fill_checksums", "fill_esp", "fill_ah", "enter_outer", "fill_esp", "fill_ah"});
}
