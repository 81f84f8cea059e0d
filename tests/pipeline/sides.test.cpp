#include <doctest/doctest.h>

#include <esplanade/crypto/null.hpp>
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/boundary.hpp>
#include <esplanade/offload/device_context.hpp>

#include <memory>

using namespace esplanade;

namespace sides_test {
struct nic_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct no_store {};
struct both_protocols : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah<hmac_sha1_96>>;
  static constexpr std::size_t levels = 2;
};
struct of_ah : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha1_96>>;
};

// What a NIC's stages and the host's own say of themselves, without the work.
template <fact Needs, fact Gives, fact Excludes = fact::none> struct device_says final : esplanade::detail::device_stage {
  static constexpr const char* name = "device_says";
  static constexpr fact needs = Needs, gives = Gives, excludes = Excludes;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
struct finds_bundle final : esplanade::detail::device_stage {
  static constexpr const char* name = "finds_bundle";
  static constexpr fact needs = fact::none, gives = fact::sa_selected;
  static constexpr bool begins_level = true;
  template <class Context> verdict operator()(Context& c, std::size_t i) const noexcept { return c.state[i].length < 20 ? verdict::runt : verdict::forwarded; }
};
using seals_esp = device_says<fact::sa_selected, fact::device_sealed, fact::device_sealed>;
using seals_ah = device_says<fact::sa_selected, fact::device_ah_sealed, fact::device_ah_sealed>;
using opens_esp = device_says<fact::sa_selected, fact::device_opened, fact::device_opened>;
using opens_ah = device_says<fact::sa_selected, fact::device_ah_opened, fact::device_ah_opened>;

template <fact Needs, fact Gives, fact Voids, fact Excludes> struct host_says final : esplanade::detail::host_stage {
  static constexpr const char* name = "host_says";
  static constexpr fact needs = Needs, gives = Gives, voids = Voids, excludes = Excludes;
};
using frames = host_says<fact::sa_selected | fact::sequence_leased | fact::trailer_written, fact::framed, fact::sequence_leased | fact::trailer_written, fact::framed>;
using frames_ah = host_says<fact::sa_selected | fact::ah_header_written | fact::header_written, fact::ah_framed, fact::sequence_leased | fact::ah_header_written, fact::ah_framed>;
using believes = host_says<fact::sa_selected, fact::authenticated, fact::none, fact::authenticated>;

template <class P, list_kind Kind, class... S> consteval esplanade::detail::order_report judge(S...) {
  constexpr esplanade::detail::edge edges[] = {esplanade::detail::edge_of<P, Kind, S>()...};
  return esplanade::detail::walk(edges, esplanade::detail::goal_of<P>(Kind), esplanade::detail::kept_between_levels(Kind));
}
template <class P, list_kind Kind> consteval bool complete(esplanade::detail::order_report r, std::size_t stages) {
  return r.at == stages && without(esplanade::detail::goal_of<P>(Kind), r.known) == fact::none;
}
}  // namespace sides_test
using namespace sides_test;

TEST_CASE("sides: a device's lists need neither window nor selectors, and nothing they say is a fact of a datapath") {
  constexpr auto rx = judge<nic_profile, list_kind::device_inbound>(finds_bundle{}, opens_esp{});
  static_assert(complete<nic_profile, list_kind::device_inbound>(rx, 2) && rx.levels == 1);
  static_assert((rx.known & (fact::authenticated | fact::replay_updated | fact::selectors_checked)) == fact::none);
  constexpr auto tx = judge<nic_profile, list_kind::device_outbound>(from_host<fact::framed>, finds_bundle{}, seals_esp{});
  static_assert(complete<nic_profile, list_kind::device_outbound>(tx, 3));
  static_assert((tx.known & fact::sealed) == fact::none);
  static_assert(!complete<nic_profile, list_kind::device_inbound>(judge<nic_profile, list_kind::device_inbound>(finds_bundle{}), 1));
  static_assert(!complete<nic_profile, list_kind::device_outbound>(judge<nic_profile, list_kind::device_outbound>(from_host<fact::framed>, finds_bundle{}), 2));
}

TEST_CASE("sides: a device seals what a host framed, ESP before AH, and opens AH before ESP, in each portion") {
  constexpr auto tx = list_kind::device_outbound;
  constexpr auto rx = list_kind::device_inbound;
  constexpr auto entrance = from_host<fact::framed, fact::ah_framed>;
  static_assert(complete<both_protocols, tx>(judge<both_protocols, tx>(entrance, finds_bundle{}, seals_esp{}, seals_ah{}, finds_bundle{}, seals_esp{}, seals_ah{}), 7));
  static_assert(complete<both_protocols, rx>(judge<both_protocols, rx>(finds_bundle{}, opens_ah{}, opens_esp{}, finds_bundle{}, opens_ah{}, opens_esp{}), 6));
  static_assert(judge<both_protocols, tx>(entrance, finds_bundle{}, seals_ah{}, seals_esp{}).missing == fact::device_sealed);
  static_assert(judge<both_protocols, rx>(finds_bundle{}, opens_esp{}, opens_ah{}).missing == fact::device_ah_opened);
  static_assert(judge<both_protocols, tx>(finds_bundle{}, seals_esp{}, seals_ah{}).missing == fact::framed);
  static_assert(judge<both_protocols, tx>(entrance, seals_esp{}).missing == fact::sa_selected);
  static_assert(judge<both_protocols, tx>(entrance, finds_bundle{}, seals_esp{}, finds_bundle{}).unfinished == fact::device_ah_sealed);
  static_assert(judge<both_protocols, rx>(finds_bundle{}, opens_ah{}, opens_ah{}).repeated == fact::device_ah_opened);
  static_assert(complete<of_ah, tx>(judge<of_ah, tx>(from_host<fact::ah_framed, fact::framed>, finds_bundle{}, seals_ah{}), 3));
}

TEST_CASE("sides: a host frames where a datapath seals, under the same rules") {
  constexpr auto out = list_kind::host_outbound;
  static_assert(complete<nic_profile, out>(judge<nic_profile, out>(select_sa, assign_sequence, write_trailer, frames{}, write_outer_header), 5));
  static_assert(judge<nic_profile, out>(select_sa, write_trailer, frames{}).missing == fact::sequence_leased);
  static_assert(judge<nic_profile, out>(select_sa, assign_sequence, write_trailer, write_outer_header).missing == fact::framed);
  static_assert(judge<nic_profile, out>(select_sa, assign_sequence, write_trailer, frames{}, assign_sequence).repeated == fact::framed);
  static_assert(!complete<nic_profile, out>(judge<nic_profile, out>(select_sa, assign_sequence, write_trailer), 3));
  static_assert(complete<both_protocols, out>(judge<both_protocols, out>(select_sa, assign_sequence, write_ah_header, write_trailer, frames{}, write_outer_header, frames_ah{},
                                                                         select_sa, assign_sequence, write_ah_header, write_trailer, frames{}, write_outer_header, frames_ah{}), 14));
  static_assert(complete<of_ah, out>(judge<of_ah, out>(select_sa, assign_sequence, write_ah_header, write_outer_header, frames_ah{}), 5));
}

TEST_CASE("sides: a host takes a result only where it came in by name, after the replay filter and before the window [class 1]") {
  constexpr auto in = list_kind::host_inbound;
  constexpr auto entrance = from_device<fact::device_result>;
  static_assert(complete<nic_profile, in>(judge<nic_profile, in>(entrance, find_sa, check_replay, believes{}, update_replay, remove_trailer, remove_outer_header, check_selectors), 8));
  static_assert(judge<nic_profile, in>(find_sa, check_replay, believes{}).missing == fact::device_result);
  static_assert(judge<nic_profile, in>(entrance, find_sa, believes{}).missing == fact::replay_checked);
  static_assert(judge<nic_profile, in>(entrance, find_sa, check_replay, update_replay).missing == fact::authenticated);
  static_assert(!complete<nic_profile, in>(judge<nic_profile, in>(entrance, find_sa, check_replay, believes{}, update_replay, remove_trailer, remove_outer_header), 7));
  // What came with the packet holds for all of its SAs.
  static_assert(complete<both_protocols, in>(judge<both_protocols, in>(entrance, find_sa, check_replay, believes{}, update_replay, remove_trailer, remove_outer_header, check_selectors,
                                                                       find_sa, check_replay, believes{}, update_replay, remove_trailer, remove_outer_header, check_selectors), 15));
}

TEST_CASE("sides: every stage stands on the side that does its work") {
  using esplanade::detail::stands_on_its_side;
  using k = list_kind;
  static_assert(stands_on_its_side<k::inbound, esp_open_stage>() && !stands_on_its_side<k::host_inbound, esp_open_stage>() && !stands_on_its_side<k::device_inbound, esp_open_stage>());
  static_assert(stands_on_its_side<k::outbound, esp_seal_stage>() && !stands_on_its_side<k::host_outbound, esp_seal_stage>());
  static_assert(!stands_on_its_side<k::inbound, seals_esp>() && !stands_on_its_side<k::host_outbound, seals_esp>() && stands_on_its_side<k::device_outbound, seals_esp>());
  static_assert(!stands_on_its_side<k::inbound, believes>() && stands_on_its_side<k::host_inbound, believes>() && !stands_on_its_side<k::device_inbound, believes>());
  static_assert(!stands_on_its_side<k::device_inbound, check_replay_stage>() && !stands_on_its_side<k::device_inbound, check_selectors_stage>());
}

TEST_CASE("walk: goes over a device's context, which has no SAs that count") {
  using context = device_context<nic_profile, flat_packet, no_store, null_crypto, 4>;
  constexpr auto list = device_inbound<nic_profile>(finds_bundle{}, opens_esp{});
  octet memory[64]{};
  flat_packet packet(memory, 16, 24), runt(memory, 0, 8);
  const auto c = std::make_unique<context>();
  c->packets[0] = &packet;
  c->packets[1] = &runt;
  c->state[0].length = 24;
  c->state[1].length = 8;
  c->count = 2;
  CHECK(esplanade::detail::walk_of<std::remove_cv_t<decltype(list)>, context>::start(list, *c));
  CHECK(c->verdicts[0] == verdict::forwarded);
  CHECK(c->verdicts[1] == verdict::runt);
  CHECK(c->forwarded == 1);
  CHECK(c->carried == 24);
}
