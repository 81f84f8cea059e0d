#include <doctest/doctest.h>

#include <esplanade/offload/control_token.hpp>

using namespace esplanade;

// Several threads: control_interleavings.test.cpp.

TEST_CASE("control_token: who comes to a free one works, once") {
  control_token<> token;
  for (int visits = 1; visits <= 3; ++visits) {
    int works = 0;
    CHECK(token.visit([&] { ++works; }));
    CHECK(works == 1);
  }
}

TEST_CASE("control_token: who comes while another works leaves word, and the other works once more") {
  control_token<> token;
  int works = 0, inner = 0;
  CHECK(token.visit([&] {
    if (++works == 1) {
      CHECK_FALSE(token.visit([&] { ++inner; }));
      CHECK_FALSE(token.visit([&] { ++inner; }));
    }
  }));
  CHECK(works == 2);  // for both of them
  CHECK(inner == 0);
}

TEST_CASE("control_token: one that is taken is nobody else's until it is given back, with what was left meanwhile") {
  control_token<> token;
  REQUIRE(token.try_take());
  CHECK_FALSE(token.try_take());
  int works = 0;
  CHECK_FALSE(token.visit([&] { ++works; }));
  CHECK(works == 0);
  token.give_back([&] { ++works; });
  CHECK(works == 1);
  CHECK(token.try_take());
  token.give_back([] {});
  CHECK(token.visit([&] { ++works; }));
}
