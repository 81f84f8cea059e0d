#include <doctest/doctest.h>

#include <esplanade/sa/policies.hpp>

#include <type_traits>

using namespace esplanade;

namespace sa_policies_test {  // named: clang 14 calls members of unnamed namespaces unused
struct plain : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_8<256>>;
};
struct chosen : plain {
  static constexpr esn_use esn = off;
  using replay = no_window;
  struct sequence : sequential {};
};
struct one_suite : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_12<192>>;
};
}  // namespace sa_policies_test
using namespace sa_policies_test;

TEST_CASE("policies: an absent alias means the default, a present one itself") {
  static_assert(std::is_same_v<replay_of<plain>, window<1024>>);
  static_assert(std::is_same_v<sequence_of<plain>, sequential>);
  static_assert(std::is_same_v<replay_of<chosen>, no_window>);
  static_assert(std::is_same_v<sequence_of<chosen>, chosen::sequence>);
}

TEST_CASE("policies: what all suites share is a constant, what they do not is 0") {
  static_assert(common_icv<plain> == 0 && common_iv<plain> == 8 && common_salt<plain> == 4 && common_alignment<plain> == 4);
  static_assert(common_icv<one_suite> == 12);
}
