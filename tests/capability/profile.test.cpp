#include <doctest/doctest.h>

#include <esplanade/capability/profile.hpp>

using namespace esplanade;

namespace profile_test {  // named: clang 14 calls members of unnamed namespaces unused
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct both : gateway {
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct a_set : gateway {
  static constexpr set_of<mode> modes = mode::transport;
};
struct unnamed_suites : profile {};
struct not_derived {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct first_stage {};
struct second_stage {};
}  // namespace profile_test
using namespace profile_test;

TEST_CASE("profile: an absent member means its default") {
  static_assert(Profile<gateway>);
  static_assert(modes_of<gateway> == set_of<mode>(mode::tunnel));
  static_assert(gateway::esn == esn_use::per_sa && gateway::levels == 1 && gateway::burst == 16);
  static_assert(!gateway::trusted::has<first_stage>);
}

TEST_CASE("profile: modes are a set, however they are written") {
  static_assert(modes_of<both>.has(mode::tunnel) && modes_of<both>.has(mode::transport));
  static_assert(!modes_of<a_set>.has(mode::tunnel) && modes_of<a_set>.has(mode::transport));
}

TEST_CASE("profile: what does not derive from it, or names no suites, is none") {
  static_assert(!Profile<unnamed_suites> && !Profile<not_derived> && !Profile<int> && !Profile<profile>);
}

TEST_CASE("trusted_stages: those that are named and no others") {
  using trusted = trusted_stages<first_stage, int>;
  static_assert(trusted::has<first_stage> && trusted::has<int> && !trusted::has<second_stage>);
}

TEST_CASE("esn: the words of a profile") { static_assert(off == esn_use::off && per_sa == esn_use::per_sa && always == esn_use::always); }
