#include <doctest/doctest.h>

#include <esplanade/esplanade.hpp>

using namespace esplanade;

namespace order_test {  // named: clang 14 calls members of unnamed namespaces unused

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct bundle : gateway {
  static constexpr std::size_t levels = 2;
};
struct without_window : gateway {
  static constexpr esn_use esn = off;
  using replay = no_window;
};

struct asks : detail::transform_stage {
  static constexpr const char* name = "asks";
  static constexpr fact needs = fact::user_1, gives = fact::none;
};
struct tells : detail::transform_stage {
  static constexpr const char* name = "tells";
  static constexpr fact needs = fact::none, gives = fact::user_1;
};
struct writes : detail::transform_stage {
  static constexpr const char* name = "writes";
  static constexpr fact needs = fact::none, gives = fact::none;
  static constexpr fact voids = fact::sealed | fact::authenticated;
};
struct makes : detail::transform_stage {
  static constexpr const char* name = "makes";
  static constexpr fact needs = fact::none, gives = fact::none;
  static constexpr esplanade::arity arity = esplanade::arity::split;
};
struct originates : makes {
  static constexpr esplanade::arity arity = esplanade::arity::source;
};

// The judgement that a list gets, without failing to compile.
template <class Profile, list_kind Kind, class... Stages> consteval detail::order_report judge(Stages...) {
  constexpr detail::edge edges[] = {detail::edge_of<Profile, Kind, Stages>()...};
  return detail::walk(edges, detail::goal_of<Profile>(Kind), detail::kept_between_levels(Kind));
}
template <class Profile, class... S> consteval detail::order_report in(S... s) { return judge<Profile, list_kind::inbound>(s...); }
template <class Profile, class... S> consteval detail::order_report out(S... s) { return judge<Profile, list_kind::outbound>(s...); }
template <class Profile, list_kind Kind> consteval bool complete(detail::order_report r, std::size_t stages) {
  return r.at == stages && without(detail::goal_of<Profile>(Kind), r.known) == fact::none;
}

// Lists judged by position: which stage, and what for.
constexpr auto whole_in = in<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
constexpr auto whole_out = out<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);

}  // namespace order_test
using namespace order_test;

TEST_CASE("order: whole lists are complete") {
  static_assert(complete<gateway, list_kind::inbound>(whole_in, 7) && whole_in.levels == 1);
  static_assert(complete<gateway, list_kind::outbound>(whole_out, 5) && whole_out.levels == 1);
  static_assert(complete<gateway, list_kind::outbound>(out<gateway>(select_sa, write_trailer, assign_sequence, esp_seal, write_outer_header), 5));
  static_assert(complete<without_window, list_kind::inbound>(in<without_window>(find_sa, esp_open, remove_trailer, remove_outer_header, check_selectors), 5));
  static_assert(!complete<gateway, list_kind::inbound>(in<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header), 6));
}

TEST_CASE("order: with a window the number is checked before it costs a decryption and recorded before the trailer is looked at [class 30]") {
  constexpr auto unchecked = in<gateway>(find_sa, esp_open);
  static_assert(unchecked.at == 1 && unchecked.missing == fact::replay_checked);
  constexpr auto unrecorded = in<gateway>(find_sa, check_replay, esp_open, remove_trailer);
  static_assert(unrecorded.at == 3 && unrecorded.missing == fact::replay_updated);
  constexpr auto before_icv = in<gateway>(find_sa, check_replay, update_replay);
  static_assert(before_icv.at == 2 && before_icv.missing == fact::authenticated);
  constexpr auto again = in<gateway>(find_sa, check_replay, esp_open, check_replay);
  static_assert(again.at == 3 && again.repeated == (fact::replay_checked | fact::authenticated));
}

TEST_CASE("order: sealing consumes the lease and the trailer [class 21]") {
  constexpr auto twice = out<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, esp_seal);
  static_assert(twice.at == 4 && twice.missing == (fact::sequence_leased | fact::trailer_written));
  constexpr auto leased_again = out<gateway>(select_sa, assign_sequence, assign_sequence);
  static_assert(leased_again.at == 2 && leased_again.repeated == fact::sequence_leased);
  constexpr auto behind_seal = out<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, assign_sequence);
  static_assert(behind_seal.at == 4 && behind_seal.repeated == fact::sealed);
}

TEST_CASE("order: a stage that writes to the payload voids what was said of it") {
  constexpr auto behind_open = in<gateway>(find_sa, check_replay, esp_open, writes{}, update_replay);
  static_assert(behind_open.at == 4 && behind_open.missing == fact::authenticated);
  constexpr auto behind_seal = out<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, writes{}, write_outer_header);
  static_assert(behind_seal.at == 5 && behind_seal.missing == fact::sealed);
  constexpr auto at_the_end = out<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header, writes{});
  static_assert(at_the_end.at == 6 && without(detail::outbound_goal, at_the_end.known) == fact::sealed);
}

TEST_CASE("order: the next SA starts with fresh facts, and not before the one before it is done") {
  constexpr auto two = in<bundle>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors,
                                  find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
  static_assert(complete<bundle, list_kind::inbound>(two, 14) && two.levels == 2);
  constexpr auto early = in<bundle>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, find_sa);
  static_assert(early.at == 6 && early.unfinished == fact::selectors_checked);
  constexpr auto stale = in<bundle>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors, find_sa, remove_trailer);
  static_assert(stale.at == 8 && holds(stale.missing, fact::authenticated));
  constexpr auto three = out<bundle>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header, select_sa, assign_sequence, write_trailer, esp_seal,
                                     write_outer_header, select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
  static_assert(three.levels == 3);  // more than bundle's two: tests/rejects/more_levels_than_profile.cpp
}

TEST_CASE("order: user facts order user stages, and outlive an SA") {
  constexpr auto missing = out<gateway>(select_sa, asks{}, tells{});
  static_assert(missing.at == 1 && missing.missing == fact::user_1);
  constexpr auto kept = out<bundle>(tells{}, select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header, select_sa, asks{}, assign_sequence, write_trailer, esp_seal, write_outer_header);
  static_assert(complete<bundle, list_kind::outbound>(kept, 12));
}

TEST_CASE("order: the number of packets changes only where no SA is half done [class 45]") {
  constexpr auto before = out<gateway>(makes{}, select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
  static_assert(complete<gateway, list_kind::outbound>(before, 6));
  constexpr auto behind = out<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header, makes{});
  static_assert(complete<gateway, list_kind::outbound>(behind, 6));
  constexpr auto inside = out<gateway>(select_sa, assign_sequence, makes{}, write_trailer, esp_seal, write_outer_header);
  static_assert(inside.at == 2 && inside.changes == arity::split);
  constexpr auto unsealed = out<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header, originates{});
  static_assert(unsealed.at == 5 && unsealed.changes == arity::source);
  constexpr auto delivered = in<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors, originates{});
  static_assert(delivered.at == 7 && delivered.changes == arity::source);
}
