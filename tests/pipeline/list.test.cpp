#include <doctest/doctest.h>

#include <esplanade/esplanade.hpp>
#include <esplanade/testing/stages.hpp>

using namespace esplanade;

namespace {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct counting {
  static constexpr const char* name = "counting";
  static constexpr fact needs = fact::none, gives = fact::none;
  int* into = nullptr;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return ++*into, verdict::forwarded; }
};
}  // namespace

TEST_CASE("stage_list: knows its stages by place and name") {
  constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
  using list_type = std::remove_cv_t<decltype(list)>;
  static_assert(list_type::size == 5 && list_type::kind == list_kind::outbound && list_type::fan_out == 1 && list_type::keeps_count);
  static_assert(std::is_same_v<list_type::stage_type<3>, esp_seal_stage> && std::is_same_v<list_type::profile, gateway>);
  const char* const names[] = {"select_sa", "assign_sequence", "write_trailer", "esp_seal", "write_outer_header"};
  for (std::size_t i = 0; i < 5; ++i) CHECK(list_type::names[i] == std::string(names[i]));
  CHECK(std::is_empty_v<list_type>);  // stages without state take no room
}

TEST_CASE("stage_list: holds the state of its stages, two of one type apart") {
  int first = 0, second = 0;
  const auto list = outbound<gateway>(counting{&first}, select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header, counting{&second});
  CHECK(list.stage<0>().into == &first);
  CHECK(list.stage<6>().into == &second);
}

TEST_CASE("stage_list: slots for what splitting stages make") {
  using testing::split_payload;
  constexpr auto list = outbound<gateway>(split_payload<100, 3>{}, split_payload<10, 5>{}, select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
  static_assert(decltype(list)::fan_out == 15 && !decltype(list)::keeps_count);
  constexpr auto merging = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors, testing::merge_payloads{});
  static_assert(decltype(merging)::fan_out == 1 && !decltype(merging)::keeps_count);
}
