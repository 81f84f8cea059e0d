// Two SAs on one packet: lists with two levels.
#include "support/flights.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using crypto_type = testing::mixing_crypto;

namespace {

struct bundle : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr std::size_t levels = 2;
};

// Names the SA of the second level by the first's: what a policy store would do, for packets that bring a handle.
struct name_next {
  static constexpr const char* name = "name_next";
  static constexpr fact needs = fact::header_written, gives = fact::none;
  outbound_handle next{};
  template <class Context> verdict operator()(Context& c, std::size_t i) const noexcept {
    c.given[i] = next;
    return verdict::forwarded;
  }
};

inline constexpr auto receive = inbound<bundle>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors,
                                                find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
inline constexpr auto send = outbound<bundle>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header,
                                              select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
template <class Next> constexpr auto send_by_handle(Next next) {
  return outbound<bundle>(select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header, next,
                          select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header);
}

using outbound_store = slot_table<outbound_sa<bundle, crypto_type>, 4>;
using inbound_store = flat_sad<inbound_sa<bundle, crypto_type>, 4>;

sa_form inner_sa() { return {.suite = gcm128::sizes, .spi = 0x1001, .which = 1}; }
sa_form outer_sa() { return {.suite = gcm256::sizes, .spi = 0x2002, .esn = true, .outer = family::ipv6, .which = 2}; }

struct two_ends {
  crypto_type crypto{};
  outbound_store sending{};
  inbound_store receiving{};
  linear_policy<4> policy{};
  no_pool none{};
  outbound_handle first = sending.add(crypto, inner_sa().parameters()).value();
  outbound_handle second = sending.add(crypto, outer_sa().parameters()).value();
  inbound_handle from_first = receiving.add(crypto, inner_sa().parameters()).value();
  inbound_handle from_second = receiving.add(crypto, outer_sa().parameters()).value();
  lane<std::remove_cv_t<decltype(send)>, flat_packet, outbound_store, crypto_type, linear_policy<4>> out{{sending, crypto, policy, none}, send};
  lane<std::remove_cv_t<decltype(receive)>, flat_packet, inbound_store, crypto_type> in{{receiving, crypto, nothing, none}, receive};
  static constexpr no_policy_store nothing{};

  two_ends() {
    REQUIRE(policy.add({traffic_selector{selector_parameters{.protocol = 50}}, policy_action::protect, second}));
    REQUIRE(policy.add({traffic_selector::any(), policy_action::protect, first}));
  }
};

}  // namespace

TEST_CASE("bundle: two SAs by policy, opened one after the other") {
  two_ends ends;
  train<flat_packet> packets;
  std::vector<bytes> inner;
  for (std::size_t i = 0; i < 40; ++i) {
    inner.push_back(udp_packet(i % 2 == 0 ? family::ipv4 : family::ipv6, 3 * i));
    packets.add(inner.back());
  }
  REQUIRE(ends.out(packets.view()) == 40);
  for (std::size_t i = 0; i < 40; ++i) {
    const bytes wire = packets.octets(i);
    CHECK(wrong_in_ip(wire) == "");
    CHECK((wire[0] >> 4) == 6);
    CHECK(get32(wire, 40) == 0x2002);
    CHECK(get32(wire, 44) == i + 1);
  }
  REQUIRE(ends.in(packets.view()) == 40);
  for (std::size_t i = 0; i < 40; ++i) CHECK(packets.octets(i) == inner[i]);
  CHECK(ends.sending.at(ends.first)->sequence().used() == 40);
  CHECK(ends.sending.at(ends.second)->sequence().used() == 40);
  for (auto sa : {ends.from_first, ends.from_second}) CHECK(ends.receiving.at(sa)->traffic().packets.get() == 40);
}

TEST_CASE("bundle: each level has its own replay window and its own ICV") {
  two_ends ends;
  train<flat_packet> once;
  once.add(udp_packet(family::ipv4, 30));
  REQUIRE(ends.out(once.view()) == 1);
  const bytes wire = once.octets(0);

  train<flat_packet> copies;
  copies.add(wire);
  copies.add(wire);
  CHECK(ends.in(copies.view()) == 1);
  CHECK(copies.count(verdict::replayed) == 1);
  CHECK(ends.receiving.at(ends.from_second)->drops().replayed.get() == 1);

  // Under a new number of the outer SA the inner one is still a replay.
  const bytes esp = tunnelled_packet(ends.crypto, inner_sa(), 1, udp_packet(family::ipv4, 30));
  train<flat_packet> again;
  again.add(tunnelled_packet(ends.crypto, outer_sa(), 7, esp));
  CHECK(ends.in(again.view()) == 0);
  CHECK(again.of(0) == verdict::replayed);
  CHECK(ends.receiving.at(ends.from_first)->drops().replayed.get() == 1);
  CHECK(ends.receiving.at(ends.from_second)->drops().replayed.get() == 1);
}

TEST_CASE("bundle: a packet that is refused at either level is counted where it was refused") {
  two_ends ends;
  const bytes inner = udp_packet(family::ipv4, 30);
  const bytes esp = tunnelled_packet(ends.crypto, inner_sa(), 1, inner);
  train<flat_packet> packets;
  bytes forged_outside = tunnelled_packet(ends.crypto, outer_sa(), 1, esp);
  forged_outside.back() = static_cast<octet>(~forged_outside.back());
  bytes forged_inside = esp;
  forged_inside.back() = static_cast<octet>(~forged_inside.back());
  bytes unknown_inside = esp;
  unknown_inside[20 + 3] = 0x77;
  packets.add(forged_outside);
  packets.add(tunnelled_packet(ends.crypto, outer_sa(), 2, forged_inside));
  packets.add(tunnelled_packet(ends.crypto, outer_sa(), 3, unknown_inside));
  packets.add(tunnelled_packet(ends.crypto, outer_sa(), 4, inner));
  packets.add(tunnelled_packet(ends.crypto, outer_sa(), 5, esp));
  CHECK(ends.in(packets.view()) == 1);
  CHECK(packets.of(0) == verdict::icv_mismatch);
  CHECK(packets.of(1) == verdict::icv_mismatch);
  CHECK(packets.of(2) == verdict::no_sa);
  CHECK(packets.of(3) == verdict::not_protected);
  CHECK(packets.of(4) == verdict::forwarded);
  const auto& outside = ends.receiving.at(ends.from_second)->drops();
  const auto& inside = ends.receiving.at(ends.from_first)->drops();
  CHECK(outside.icv_mismatch.get() == 1);
  CHECK(inside.icv_mismatch.get() == 1);
  CHECK(outside.other.get() == 2);  // no SA and no ESP inside: noted on the SA that they came under
  CHECK(inside.other.get() == 0);
}

TEST_CASE("bundle: an exhausted second SA lets nothing leave [class 24, 45]") {
  two_ends ends;
  sa_form at_its_end{.spi = 0x3003, .start = 0xfffffffe, .which = 3};
  const auto last = ends.sending.add(ends.crypto, at_its_end.parameters()).value();
  REQUIRE(ends.policy.change_sa(0, last));
  train<flat_packet> packets;
  for (std::size_t i = 0; i < 3; ++i) packets.add(udp_packet(family::ipv4, 30));
  CHECK(ends.out(packets.view()) == 1);
  CHECK(packets.of(0) == verdict::forwarded);
  CHECK(packets.of(1) == verdict::sequence_exhausted);
  CHECK(ends.sending.at(last)->drops().sequence_exhausted.get() == 2);
}

TEST_CASE("bundle: a stage between the levels names the second SA of packets that bring a handle") {
  two_ends ends;
  lane<decltype(send_by_handle(name_next{})), flat_packet, outbound_store, crypto_type> out{{ends.sending, ends.crypto, two_ends::nothing, ends.none}, send_by_handle(name_next{ends.second})};
  train<flat_packet> packets;
  packets.add(udp_packet(family::ipv4, 30), ends.first);
  packets.add(udp_packet(family::ipv6, 31));
  CHECK(out(packets.view_with_handles()) == 1);
  CHECK(packets.of(1) == verdict::no_sa);
  CHECK(get32(packets.octets(0), 40) == 0x2002);
  train<flat_packet> arriving;
  arriving.add(packets.octets(0));
  REQUIRE(ends.in(arriving.view()) == 1);
  CHECK(arriving.octets(0) == udp_packet(family::ipv4, 30));
}

TEST_CASE("bundle: transport mode inside a tunnel, and inside another transport-mode SA [row 18]") {
  for (const mode outer_mode : {mode::tunnel, mode::transport})
    for (const family version : {family::ipv4, family::ipv6}) {
      two_ends ends;
      sa_form one{.spi = 0x4004, .mode = mode::transport, .which = 4}, two{.suite = gcm256::sizes, .spi = 0x5005, .mode = outer_mode, .which = 5};
      REQUIRE(ends.policy.change_sa(1, ends.sending.add(ends.crypto, one.parameters()).value()));
      REQUIRE(ends.policy.change_sa(0, ends.sending.add(ends.crypto, two.parameters()).value()));
      REQUIRE(ends.receiving.add(ends.crypto, one.parameters()));
      REQUIRE(ends.receiving.add(ends.crypto, two.parameters()));
      const bytes inner = udp_packet(version, 33);
      train<flat_packet> packets;
      packets.add(inner);
      REQUIRE(ends.out(packets.view()) == 1);
      const bytes wire = packets.octets(0);
      CHECK(wrong_in_ip(wire) == "");
      const std::size_t esp = (wire[0] >> 4) == 4 ? 20 : 40;
      CHECK(get32(wire, esp) == 0x5005);
      // 16 in front and 18 to 21 behind for each SA, and an outer header for a tunnel.
      CHECK(wire.size() >= inner.size() + 2 * (16 + 18) + (outer_mode == mode::tunnel ? 20 : 0));
      REQUIRE(ends.in(packets.view()) == 1);
      CHECK(packets.octets(0) == inner);
    }
}

TEST_CASE("bundle: both levels through an asynchronous provider, with a copy and a forged packet on the way [class 35]") {
  using later = testing::delayed_crypto<crypto_type>;
  later crypto{3, 5};
  slot_table<outbound_sa<bundle, later>, 4> sending;
  flat_sad<inbound_sa<bundle, later>, 4> receiving;
  linear_policy<4> policy;
  no_pool none;
  sa_form one = inner_sa(), two = outer_sa();
  const auto first = sending.add(crypto, one.parameters()).value(), second = sending.add(crypto, two.parameters()).value();
  const auto from_first = receiving.add(crypto, one.parameters()).value();
  REQUIRE(receiving.add(crypto, two.parameters()));
  REQUIRE(policy.add({traffic_selector{selector_parameters{.protocol = 50}}, policy_action::protect, second}));
  REQUIRE(policy.add({traffic_selector::any(), policy_action::protect, first}));
  lane<std::remove_cv_t<decltype(send)>, flat_packet, decltype(sending), later, linear_policy<4>> out{{sending, crypto, policy, none}, send};
  lane<std::remove_cv_t<decltype(receive)>, flat_packet, decltype(receiving), later> in{{receiving, crypto, two_ends::nothing, none}, receive};

  train<flat_packet> packets;
  for (std::size_t i = 0; i < 100; ++i) packets.add(udp_packet(family::ipv4, i));
  submit_and_reap(out, packets);
  CHECK(packets.count(verdict::forwarded) == 100);
  train<flat_packet> arriving;
  for (std::size_t i = 0; i < 100; ++i) arriving.add(packets.octets(i));
  bytes forged = packets.octets(9);
  forged[50] = static_cast<octet>(forged[50] ^ 1);
  arriving.add(packets.octets(7));
  arriving.add(forged);
  submit_and_reap(in, arriving);
  CHECK(arriving.count(verdict::forwarded) == 100);
  CHECK((arriving.of(7) == verdict::replayed) != (arriving.of(100) == verdict::replayed));
  CHECK((arriving.of(101) == verdict::icv_mismatch || arriving.of(101) == verdict::replayed));  // as the window stood when it came
  for (std::size_t i = 0; i < 100; ++i)
    if (arriving.of(i) == verdict::forwarded) CHECK(arriving.octets(i) == udp_packet(family::ipv4, i));
  CHECK(receiving.at(from_first)->traffic().packets.get() == 100);
}

TEST_CASE("bundle: a third level is refused when a packet comes to it") {
  using lane_type = decltype(two_ends{}.in);
  auto context = std::make_unique<lane_type::context>();
  inbound_sa<bundle, crypto_type> a, b, c;
  context->count = 1;
  CHECK(context->enter_level(0, &a));
  CHECK(context->enter_level(0, &b));
  CHECK_FALSE(context->enter_level(0, &c));
  CHECK(context->state[0].record == &b);
  CHECK(context->state[0].path[0] == &a);
}
