#include <doctest/doctest.h>

#include <esplanade/crypto/constant_time.hpp>

#include <array>

using namespace esplanade;

TEST_CASE("equal_in_constant_time: every differing bit counts, and none beyond the size [class 17] [row 92]") {
  for (std::size_t size = 0; size <= 32; ++size) {
    std::array<octet, 40> a{}, b{};
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = b[i] = static_cast<octet>(7 * i + 1);
    CHECK(equal_in_constant_time(a.data(), b.data(), size));
    for (std::size_t bit = 0; bit < 8 * a.size(); ++bit) {
      b[bit / 8] = static_cast<octet>(b[bit / 8] ^ (1u << bit % 8));
      CHECK(equal_in_constant_time(a.data(), b.data(), size) == (bit / 8 >= size));
      b[bit / 8] = a[bit / 8];
    }
  }
}

TEST_CASE("equal_in_constant_time: at any alignment, and differences do not cancel") {
  std::array<octet, 64> a{}, b{};
  for (std::size_t from = 0; from < 8; ++from) {
    a.fill(0x55);
    b.fill(0x55);
    CHECK(equal_in_constant_time(a.data() + from, b.data() + 3, 16));
    b[4] = b[8] = 0xaa;  // the same difference in two words
    CHECK(!equal_in_constant_time(a.data() + from, b.data() + 3, 16));
  }
}
