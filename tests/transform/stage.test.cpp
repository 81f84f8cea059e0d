#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/stages.hpp>

using namespace support;

namespace stage_test {  // named: clang 14 calls members of unnamed namespaces unused

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
using context = receiving_bench<gateway>::context;

struct nameless {
  static constexpr fact needs = fact::none, gives = fact::none;
};
struct factless {
  static constexpr const char* name = "factless";
};
struct per_packet : nameless {
  static constexpr const char* name = "per_packet";
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
struct may_throw : nameless {
  static constexpr const char* name = "may_throw";
  template <class Context> verdict operator()(Context&, std::size_t) const { return verdict::forwarded; }
};
struct answers_bool : nameless {
  static constexpr const char* name = "answers_bool";
  template <class Context> bool operator()(Context&, std::size_t) const noexcept { return true; }
};
struct changes_itself : nameless {
  static constexpr const char* name = "changes_itself";
  template <class Context> verdict operator()(Context&, std::size_t) noexcept { return verdict::forwarded; }
};
struct half_bracket : nameless {
  static constexpr const char* name = "half_bracket";
  template <class Context> verdict prepare(Context&, std::size_t) const noexcept { return verdict::forwarded; }
  template <class Context> void work(Context&) const noexcept {}
};

}  // namespace stage_test
using namespace stage_test;

TEST_CASE("Stage: has a name and states its facts") {
  static_assert(Stage<per_packet> && Stage<find_sa_stage> && Stage<esp_open_stage> && Stage<write_outer_header_stage>);
  static_assert(!Stage<nameless> && !Stage<factless> && !Stage<int>);
}

TEST_CASE("Stage: works in one of three ways, noexcept and const") {
  static_assert(PerPacketStage<per_packet, context> && !BracketStage<per_packet, context> && !BatchStage<per_packet, context>);
  static_assert(BracketStage<esp_open_stage, context> && !PerPacketStage<esp_open_stage, context>);
  static_assert(BracketStage<find_sa_stage, context>);
  static_assert(BatchStage<testing::merge_payloads, context> && !PerPacketStage<testing::merge_payloads, context>);
  static_assert(!PerPacketStage<may_throw, context> && !PerPacketStage<answers_bool, context> && !PerPacketStage<changes_itself, context>);
  static_assert(!BracketStage<half_bracket, context>);
}

TEST_CASE("Stage: what it does not say has a default") {
  using namespace esplanade::detail;
  static_assert(voids_of<per_packet>() == fact::none && excludes_of<per_packet>() == fact::none && !begins_level<per_packet>() && !suspends<per_packet>());
  static_assert(arity_of<per_packet>() == arity::one && fan_out_of<per_packet>() == 1);
  static_assert(begins_level<find_sa_stage>() && suspends<esp_open_stage>() && suspends<esp_seal_stage>());
  static_assert(arity_of<testing::split_payload<9, 3>>() == arity::split && fan_out_of<testing::split_payload<9, 3>>() == 3);
  static_assert(voids_of<esp_seal_stage>() == (fact::sequence_leased | fact::trailer_written));
}
