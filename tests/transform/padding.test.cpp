#include <doctest/doctest.h>

#include <esplanade/transform/padding.hpp>

using namespace esplanade;

namespace {
struct only_length {
  static std::size_t octets(std::size_t, std::size_t) noexcept { return 0; }
};
struct only_switch {
  static constexpr bool verifies = true;
};
}  // namespace

TEST_CASE("padding_verified: the least padding that aligns payload and trailer [class 3]") {
  for (const std::size_t alignment : {std::size_t{4}, std::size_t{8}, std::size_t{16}})
    for (std::size_t payload = 0; payload <= 2000; ++payload) {
      const std::size_t padding = padding_verified::octets(payload, alignment);
      if ((payload + padding + 2) % alignment != 0 || padding >= alignment) FAIL_CHECK("payload " << payload << ", alignment " << alignment);
      if (padding != padding_ignored::octets(payload, alignment)) FAIL_CHECK("both write the same");
    }
}

TEST_CASE("PaddingPolicy: says whether it verifies, and how much it writes [class 4]") {
  static_assert(padding_verified::verifies && !padding_ignored::verifies);
  static_assert(PaddingPolicy<padding_verified> && PaddingPolicy<padding_ignored>);
  static_assert(!PaddingPolicy<only_length> && !PaddingPolicy<only_switch>);
}
