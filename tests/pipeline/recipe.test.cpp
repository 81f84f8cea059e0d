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
