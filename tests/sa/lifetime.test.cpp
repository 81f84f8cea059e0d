#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/lifetime_laws.hpp>
#include <esplanade/testing/manual_clock.hpp>

using namespace support;

namespace lifetime_test {
struct plain : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
struct limited : plain {
  using lifetime = exact_lifetime;
};
struct timed : limited {
  using clock = testing::manual_clock;
};
template <class Profile> result<void> installed(const lifetime_limits& limits, bool outbound = false) {
  null_crypto crypto;
  sa_form form;
  form.made.lifetime = limits;
  inbound_sa<Profile, null_crypto> in;
  outbound_sa<Profile, null_crypto> out;
  return outbound ? out.install(crypto, form.parameters()) : in.install(crypto, form.parameters());
}
}  // namespace lifetime_test
using namespace lifetime_test;

TEST_CASE("exact_lifetime: keeps the lifetime laws [class 42] [row 55]") {
  for (const auto& one : testing::find_broken_lifetime_laws<exact_lifetime>()) FAIL_CHECK(one.law << ": " << one.where);
}

TEST_CASE("exact_lifetime: at limit - 1, limit and limit + 1, of packets and octets, up to 2^64 - 1 [class 42]") {
  constexpr std::uint64_t most = ~std::uint64_t{0};
  for (const std::uint64_t limit : {std::uint64_t{2}, std::uint64_t{1500}, std::uint64_t{1} << 32, most - 1, most}) {
    CAPTURE(limit);
    for (const int by : {-1, 0, 1}) {
      if (limit == most && by == 1) continue;
      const std::uint64_t size = limit + static_cast<std::uint64_t>(by);
      exact_lifetime::state s;
      s.start({.hard = {.octets = limit}});
      CHECK(passes(s.spend(size, 0)) == (by <= 0));
      s.start({.soft = {.octets = limit}});
      CHECK((s.spend(size, 0) == lifetime_answer::soft_now) == (by >= 0));
    }
    exact_lifetime::state s;
    s.start({.hard = {.octets = limit}});
    CHECK(s.spend(limit - 1, 0) == lifetime_answer::goes_on);
    CHECK(s.spend(1, 0) == lifetime_answer::goes_on);
    CHECK(s.spend(1, 0) == lifetime_answer::over_now);
    CHECK(s.expired() == lifetime_end::octet_limit);
  }
}

TEST_CASE("exact_lifetime: a state that was moved from is over, and the other goes on where it was [class 42]") {
  exact_lifetime::state from;
  from.start({.soft = {.packets = 2}, .hard = {.packets = 4}});
  (void)from.spend(1, 0);
  exact_lifetime::state to{std::move(from)};
  CHECK_FALSE(passes(from.spend(1, 0)));
  CHECK(to.spend(1, 0) == lifetime_answer::soft_now);
  CHECK(to.rekey() == lifetime_end::packet_limit);
  CHECK(to.spend(1, 0) == lifetime_answer::goes_on);
  CHECK(to.spend(1, 0) == lifetime_answer::goes_on);
  CHECK(to.spend(1, 0) == lifetime_answer::over_now);
}

TEST_CASE("sa_parameters: limits that would not be kept are refused, and the fault names the field [class 42]") {
  for (const bool outbound : {false, true}) {
    CHECK(installed<plain>({}, outbound));
    const auto unlimited = installed<plain>({.hard = {.packets = 1}}, outbound);
    CHECK(std::string(unlimited.why().field) == "lifetime");
    const auto no_clock_here = installed<limited>({.hard = {.seconds = 1}}, outbound);
    CHECK(std::string(no_clock_here.why().field) == "lifetime.seconds");
    CHECK(std::string(installed<limited>({.soft = {.seconds = 1}}, outbound).why().field) == "lifetime.seconds");
    CHECK(installed<timed>({.soft = {.seconds = 1}, .hard = {.seconds = 1}}, outbound));
    CHECK(std::string(installed<timed>({.soft = {.seconds = 2}, .hard = {.seconds = 1}}, outbound).why().field) == "lifetime.soft.seconds");
    CHECK(std::string(installed<limited>({.soft = {.packets = 2}, .hard = {.packets = 1}}, outbound).why().field) == "lifetime.soft.packets");
    CHECK(std::string(installed<limited>({.soft = {.octets = 2}, .hard = {.octets = 1}}, outbound).why().field) == "lifetime.soft.octets");
    CHECK(installed<limited>({.soft = {.packets = ~std::uint64_t{0}}}, outbound));
  }
}

TEST_CASE("no_lifetime: takes no room in an SA") {
  static_assert(sizeof(outbound_sa<plain, int>) < sizeof(outbound_sa<limited, int>));
  static_assert(inbound_sa<plain, int>::layout_kept() && inbound_sa<limited, int>::layout_kept());
  CHECK(std::is_empty_v<no_lifetime::state>);
}
