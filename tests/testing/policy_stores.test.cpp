#include "support/faults.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/broken/policy_stores.hpp>

using namespace esplanade;
using namespace esplanade::testing;

TEST_CASE("policy laws: linear_policy keeps them") {
  CHECK(check_policy_laws([](std::span<const policy> entries) {
          auto store = std::make_unique<linear_policy<8>>();
          for (const policy& one : entries) CHECK(store->add(one));
          return store;
        }).empty());
}

TEST_CASE("policy laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  support::each_fault_breaks_its_law<broken::policy_faults>(7, []<broken::policy_fault Fault>() {
    return find_broken_policy_laws([](std::span<const policy> entries) { return std::make_unique<broken::faulty_policy_store<Fault>>(entries); });
  });
}
