#include <doctest/doctest.h>

#include <esplanade/transform/ah_padding.hpp>

using namespace esplanade;

namespace {
struct nothing_said {};
struct as_int {
  static int alignment(family) noexcept { return 4; }
};
}  // namespace

TEST_CASE("ah_padding: by family 4 and 8 (RFC 4302 3.3.3.2.1), or 8 always [class 10]") {
  static_assert(ah_padding_by_family::alignment(family::ipv4) == 4 && ah_padding_by_family::alignment(family::ipv6) == 8);
  static_assert(ah_padding_to_8::alignment(family::ipv4) == 8 && ah_padding_to_8::alignment(family::ipv6) == 8);
}

TEST_CASE("AhPaddingPolicy: says of what AH is a multiple") {
  static_assert(AhPaddingPolicy<ah_padding_by_family> && AhPaddingPolicy<ah_padding_to_8>);
  static_assert(!AhPaddingPolicy<nothing_said> && !AhPaddingPolicy<as_int>);
}
