#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/pipeline/explain.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/stages.hpp>

using namespace support;

namespace {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
using path = datapath<gateway, flat_packet, flat_store<4>, testing::mixing_crypto>;
}  // namespace

TEST_CASE("explain: every stage in order, with the pass it runs in and why") {
  constexpr auto plan = explain<path::inbound_lane>();
  static_assert(plan.size == 7);
  const char* const names[] = {"find_sa", "check_replay", "esp_open", "update_replay", "remove_trailer", "remove_outer_header", "check_selectors"};
  const unsigned passes[] = {1, 2, 2, 3, 3, 3, 3};
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(plan.rows[i].stage == std::string(names[i]));
    CHECK(plan.rows[i].pass == passes[i]);
    CHECK(plan.rows[i].because != std::string());
    CHECK(plan.rows[i].runs_on == std::string("host"));
  }
  CHECK(plan.rows[0].works == std::string("batch"));
  CHECK(plan.rows[1].works == std::string("per packet"));
  CHECK(plan.rows[2].works == std::string("batch in the provider"));
  CHECK(plan.provider == std::string("mixing"));
  CHECK(plan.adapters == std::string("none"));
}

TEST_CASE("explain: a stage of the user is called one, unless it says why") {
  constexpr auto list = outbound<gateway>(testing::refuse_port{23}, select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header);
  constexpr auto plan = explain<lane<std::remove_cv_t<decltype(list)>, flat_packet, path::outbound_store, testing::mixing_crypto>>();
  CHECK(plan.rows[0].stage == std::string("refuse_port"));
  CHECK(plan.rows[0].because == std::string("a rule of the user"));
}
