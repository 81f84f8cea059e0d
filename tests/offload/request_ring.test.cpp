#include <doctest/doctest.h>

#include <esplanade/offload/request_ring.hpp>

using namespace esplanade;

// Several threads: control_interleavings.test.cpp.

TEST_CASE("request_ring: takes as many as it has slots, refuses the next, and says each one's position") {
  request_ring<int, 4> ring;
  for (int i = 0; i < 4; ++i) CHECK(ring.push(10 + i) == static_cast<std::uint64_t>(i) + 1);
  CHECK(ring.push(99) == 0);
  int out = 0;
  CHECK(ring.pop(out) == 1);
  CHECK(out == 10);
  CHECK(ring.push(14) == 5);
  CHECK(ring.push(99) == 0);
  for (int i = 1; i < 5; ++i) {
    CHECK(ring.pop(out) == static_cast<std::uint64_t>(i) + 1);
    CHECK(out == 10 + i);
  }
  CHECK(ring.pop(out) == 0);
  CHECK(out == 14);
}

TEST_CASE("request_ring: goes round as often as one likes, at every depth") {
  for (std::uint64_t depth = 1; depth <= 2; ++depth) {
    request_ring<std::uint64_t, 2> ring;
    std::uint64_t in = 0, seen = 0, out = 0;
    for (int round = 0; round < 1000; ++round) {
      for (std::uint64_t k = 0; k < depth; ++k) {
        CHECK(ring.push(in) == in + 1);
        ++in;
      }
      for (std::uint64_t k = 0; k < depth; ++k) {
        CHECK(ring.pop(out) == seen + 1);
        CHECK(out == seen);
        ++seen;
      }
      CHECK(ring.pop(out) == 0);
    }
  }
}
