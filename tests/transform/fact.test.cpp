#include <doctest/doctest.h>

#include <esplanade/transform/fact.hpp>

using namespace esplanade;

TEST_CASE("fact: sets of facts") {
  constexpr fact some = fact::sealed | fact::user_3;
  static_assert(holds(some, fact::sealed) && holds(some, fact::user_3) && !holds(some, fact::sealed | fact::user_2));
  static_assert((some & fact::sealed) == fact::sealed);
  static_assert(without(some, fact::sealed) == fact::user_3);
  static_assert(holds(some, fact::none));
  CHECK(without(some, some) == fact::none);
}

TEST_CASE("fact: every fact is either the user's or ends with its SA, and each has its own bit") {
  constexpr fact all[] = {fact::sa_selected, fact::sequence_leased, fact::trailer_written, fact::sealed, fact::header_written, fact::replay_checked,
                          fact::authenticated, fact::replay_updated, fact::trailer_removed, fact::header_removed, fact::selectors_checked,
                          fact::user_0, fact::user_1, fact::user_2, fact::user_3, fact::user_4, fact::user_5, fact::user_6, fact::user_7};
  fact seen = fact::none;
  for (const fact one : all) {
    CHECK((seen & one) == fact::none);
    CHECK(holds(user_facts, one) != holds(sa_facts, one));
    seen = seen | one;
  }
  CHECK(holds(seen, user_facts));
}
