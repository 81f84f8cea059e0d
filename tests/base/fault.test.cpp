#include <doctest/doctest.h>

#include <esplanade/base/fault.hpp>

#include <type_traits>

using namespace esplanade;

static_assert(std::is_trivially_copyable_v<fault>, "a fault is copied freely and owns nothing");

TEST_CASE("fault: faults are equal when their kind and all their words are") {
  const fault one{fault_kind::invalid_value, "spi", "reserved", "256 or more"};
  char field[] = "spi";
  CHECK(one == fault{fault_kind::invalid_value, field, "reserved", "256 or more"});
  CHECK_FALSE(one == fault{fault_kind::not_supported, "spi", "reserved", "256 or more"});
  CHECK_FALSE(one == fault{fault_kind::invalid_value, "esn", "reserved", "256 or more"});
  CHECK_FALSE(one == fault{fault_kind::invalid_value, "spi", "taken", "256 or more"});
  CHECK_FALSE(one == fault{fault_kind::invalid_value, "spi", "reserved", "another"});
}

TEST_CASE("fault: has words, if only empty ones, before anybody sets them") {
  constexpr fault none;
  static_assert(same_text(none.field, "") && same_text(none.reason, "") && same_text(none.accepted, ""));
  CHECK(none.kind == fault_kind::invalid_value);
}
