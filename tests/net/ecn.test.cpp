#include <doctest/doctest.h>

#include <esplanade/net/ecn.hpp>

using namespace esplanade;

namespace {
constexpr ecn not_ect = ecn::not_ect, ect_0 = ecn::ect_0, ect_1 = ecn::ect_1, ce = ecn::ce;
}

TEST_CASE("ecn: the codepoints of RFC 3168") {
  CHECK(ecn_of(0b00) == not_ect);
  CHECK(ecn_of(0b01) == ect_1);
  CHECK(ecn_of(0b10) == ect_0);
  CHECK(ecn_of(0b11) == ce);
}

TEST_CASE("ecn: reading and writing the mark leaves the DSCP alone, for every traffic class [class 47]") {
  for (unsigned traffic_class = 0; traffic_class < 256; ++traffic_class) {
    const octet was = static_cast<octet>(traffic_class);
    CHECK(static_cast<unsigned>(ecn_of(was)) == traffic_class % 4);
    for (const ecn mark : {not_ect, ect_0, ect_1, ce}) {
      CHECK(ecn_of(with_ecn(was, mark)) == mark);
      CHECK(with_ecn(was, mark) / 4 == traffic_class / 4);
    }
  }
}

TEST_CASE("ecn: encapsulation copies the inner mark, RFC 6040 figure 3, normal mode [class 47]") {
  for (const ecn inner : {not_ect, ect_0, ect_1, ce}) CHECK(ecn_encapsulated(inner) == inner);
}

TEST_CASE("ecn: decapsulation is RFC 6040 figure 4 [class 47]") {
  const struct {
    ecn inner, outer, mark;
    bool drop;
  } figure_4[] = {
      {not_ect, not_ect, not_ect, false},  // 1
      {not_ect, ect_0, not_ect, false},    // 2
      {not_ect, ect_1, not_ect, false},    // 3
      {not_ect, ce, not_ect, true},        // 4
      {ect_0, not_ect, ect_0, false},      // 5
      {ect_0, ect_0, ect_0, false},        // 6
      {ect_0, ect_1, ect_1, false},        // 7
      {ect_0, ce, ce, false},              // 8
      {ect_1, not_ect, ect_1, false},      // 9
      {ect_1, ect_0, ect_1, false},        // 10
      {ect_1, ect_1, ect_1, false},        // 11
      {ect_1, ce, ce, false},              // 12
      {ce, not_ect, ce, false},            // 13
      {ce, ect_0, ce, false},              // 14
      {ce, ect_1, ce, false},              // 15
      {ce, ce, ce, false},                 // 16
  };
  int row = 0;
  for (const auto& expect : figure_4) {
    const ecn_decapsulated out = ecn_decapsulate(expect.inner, expect.outer);
    CAPTURE(++row);
    CHECK(out.drop == expect.drop);
    CHECK(out.mark == expect.mark);
  }
}
