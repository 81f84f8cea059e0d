#include "support/faults.hpp"
#include "support/stores.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/indexed_store.hpp>
#include <esplanade/testing/broken/choosers.hpp>
#include <esplanade/testing/ciphers.hpp>

using namespace support;

namespace choosers_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<32>;
};
using in = inbound_sa<gateway, testing::mixing_crypto>;
}  // namespace choosers_test
using namespace choosers_test;

TEST_CASE("choose_laws: every fault breaks its law and no other [class 55]") {
  each_fault_breaks_its_law<testing::broken::chooser_faults>(
      7, []<testing::broken::chooser_fault Fault>() { return testing::find_broken_choose_laws<testing::broken::faulty_chooser<in, Fault>>(); });
}

TEST_CASE("choose_laws: stores that choose keep them, whole and as one shard, and at every size [class 14] [row 42]") {
  const auto keeps = []<class S>(S*) {
    for (const auto& one : testing::find_broken_choose_laws<S>()) FAIL_CHECK(one.law << ": " << one.where);
  };
  keeps(static_cast<indexed_sad<in, 4>*>(nullptr));
  keeps(static_cast<indexed_sad<in, 100>*>(nullptr));
  keeps(static_cast<indexed_sad<in, 16, epoch<2>>*>(nullptr));
  keeps(static_cast<shard<indexed_sad<in, 8>, 4>*>(nullptr));
}
