#include <doctest/doctest.h>

#include <esplanade/pipeline/recipe.hpp>

#include <string>

using namespace esplanade;

namespace {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct without_window : gateway {
  static constexpr esn_use esn = off;
  using replay = no_window;
};
struct of_ah : without_window {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>>;
};
struct of_both : gateway {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah<hmac_sha2_256_128>>;
};
struct bundle : without_window {
  static constexpr std::size_t levels = 2;
};
template <class List> std::string names_in(const List&) {
  std::string all;
  for (const char* name : List::names) all += std::string(all.empty() ? "" : " ") + name;
  return all;
}
}  // namespace

TEST_CASE("recipe: the stages that a profile needs and no others") {
  CHECK(names_in(inbound_recipe<gateway>()) == "find_sa check_replay esp_open update_replay remove_trailer remove_outer_header check_selectors");
  CHECK(names_in(inbound_recipe<without_window>()) == "find_sa esp_open remove_trailer remove_outer_header check_selectors");
  CHECK(names_in(outbound_recipe<gateway>()) == "select_sa assign_sequence write_trailer esp_seal write_outer_header");
  CHECK(names_in(outbound_recipe<gateway, true>()) == "select_sa_by_handle assign_sequence write_trailer esp_seal write_outer_header");
}

TEST_CASE("recipe: AH alone has no trailer, and beside ESP each does its own packets") {
  CHECK(names_in(inbound_recipe<of_ah>()) == "find_sa ah_open remove_outer_header check_selectors");
  CHECK(names_in(outbound_recipe<of_ah>()) == "select_sa assign_sequence write_ah_header write_outer_header ah_seal");
  CHECK(names_in(inbound_recipe<of_both>()) == "find_sa check_replay ah_open esp_open update_replay remove_trailer remove_outer_header check_selectors");
  CHECK(names_in(outbound_recipe<of_both>()) == "select_sa assign_sequence write_ah_header write_trailer esp_seal write_outer_header ah_seal");
}

TEST_CASE("recipe: with several SAs on a packet their stages follow each other") {
  CHECK(names_in(inbound_recipe<bundle>()) == "find_sa esp_open remove_trailer remove_outer_header check_selectors find_sa esp_open remove_trailer remove_outer_header check_selectors");
  CHECK(names_in(outbound_recipe<bundle>()) ==
        "select_sa assign_sequence write_trailer esp_seal write_outer_header select_sa assign_sequence write_trailer esp_seal write_outer_header");
}
