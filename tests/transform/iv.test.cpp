#include <doctest/doctest.h>

#include <esplanade/transform/iv.hpp>

using namespace esplanade;

namespace {
struct throwing_iv {
  static void write(octet*, std::uint64_t) {}
};
struct no_iv {};
}  // namespace

TEST_CASE("counter_iv: is the 64-bit number in network byte order [class 21, 25]") {
  octet iv[8];
  counter_iv::write(iv, 0x0102030405060708);
  for (octet i = 0; i < 8; ++i) CHECK(iv[i] == i + 1);
}

TEST_CASE("IvPolicy: writes, and does not throw") {
  static_assert(IvPolicy<counter_iv>);
  static_assert(!IvPolicy<throwing_iv> && !IvPolicy<no_iv>);
}
