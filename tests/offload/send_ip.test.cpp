#include <doctest/doctest.h>

#include <esplanade/offload/send_ip.hpp>

using namespace esplanade;

// What it reads of headers: send_find.test.cpp, send_esp.test.cpp, send_tunnel.test.cpp.

TEST_CASE("send_ip: numbers may come in any order within 2^31, and a step back of more is another round of the low word (U-20)") {
  constexpr std::uint64_t step = std::uint64_t{1} << 31;
  for (const std::uint64_t at : {step + 5, std::uint64_t{0xffffffff}, std::uint64_t{7} << 32, ~std::uint64_t{0}}) {
    atomic_word<std::uint64_t> reached{0};
    REQUIRE(detail::steps_on(reached, at));
    CHECK(reached.load(order::relaxed) == at);
    CHECK(detail::steps_on(reached, at - step));
    CHECK_FALSE(detail::steps_on(reached, at - step - 1));
    CHECK_FALSE(detail::steps_on(reached, 1));
    CHECK(detail::steps_on(reached, at));
  }
}

TEST_CASE("send_ip: how far numbers came is noted now and then, and never backwards") {
  atomic_word<std::uint64_t> reached{0};
  REQUIRE(detail::steps_on(reached, 100));
  CHECK(reached.load(order::relaxed) == 100);
  CHECK(detail::steps_on(reached, 100 + (1u << 20) - 1));
  CHECK(reached.load(order::relaxed) == 100);
  CHECK(detail::steps_on(reached, 100 + (1u << 20)));
  CHECK(reached.load(order::relaxed) == 100 + (1u << 20));
  CHECK(detail::steps_on(reached, 50));
  CHECK(reached.load(order::relaxed) == 100 + (1u << 20));
}
