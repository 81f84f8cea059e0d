#include <doctest/doctest.h>

#include <esplanade/offload/request_rules.hpp>

using namespace esplanade;

TEST_CASE("request_rules: by default unknown handles are counted, and ICVs are said in octets") {
  CHECK_FALSE(request_rules::unknown_handles::refused);
  CHECK(unknown_handles_refused::refused);
  static_assert(std::is_same_v<request_rules::icv_size, icv_in_octets>);
}

TEST_CASE("request_rules: each counter is read where it was counted") {
  control_counters of;
  control_counters::word control_counters::*const words[] = {&control_counters::added, &control_counters::refused, &control_counters::deleted, &control_counters::unknown_handles, &control_counters::updated, &control_counters::aborted};
  std::uint64_t control_counts::*const reads[] = {&control_counts::added, &control_counts::refused, &control_counts::deleted, &control_counts::unknown_handles, &control_counts::updated, &control_counts::aborted};
  for (std::size_t i = 0; i < 6; ++i) {
    control_counts expected = of.snapshot();
    expected.*reads[i] += i + 3;
    control_counters::count(of.*words[i], i + 2);
    control_counters::count(of.*words[i]);
    CHECK(of.snapshot() == expected);
  }
}
