// A host's lane with large sends among its packets: order, verdicts, and nothing in part.
#include "support/large_sends.hpp"

using namespace support;

namespace {
struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
const sa_form esp{.mode = mode::transport};
}  // namespace

TEST_CASE("large lane: numbers are leased in list order, large or not, and survivors stand in that order") {
  for (const bool on_device : {true, false}) {
    large_bench<of_host> a;
    const auto h = a.add(esp);
    if (on_device) REQUIRE(a.offload(h, esp));
    const large_form l{.payload = 1000, .mss = 300}, whole{.payload = 200, .mss = 300, .version_2 = false};
    const bytes small = whole.segment(0);
    bytes broken = l.large();
    broken[0] = 0x95;
    a.send({{small, {}, h}, {l.large(), l.word(), h}, {broken, l.word(), h}, {small, {}, h}, {small, {}, {}}, {l.large(), l.word(), h}, {small, {}, h}});
    std::vector<bytes> expected;
    sa_form form = esp;
    const auto one = [&] {
      expected.push_back(sealed_inline<of_host>(small, form));
      ++form.start;
    };
    const auto four = [&] {
      for (const bytes& b : sealed_each<of_host>(l, {form})) expected.push_back(b);
      form.start += 4;
    };
    one(), four(), one(), four(), one();
    CHECK(a.wire == expected);
    const std::size_t live = on_device ? 5 : 11;
    REQUIRE(a.verdicts.size() == live + (on_device ? 2 : 4));
    for (std::size_t k = 0; k < live; ++k) CHECK(a.verdicts[k] == verdict::forwarded);
    const std::vector<verdict> lost(a.verdicts.begin() + static_cast<std::ptrdiff_t>(live), a.verdicts.end());
    if (on_device) CHECK(lost == std::vector{verdict::not_ip, verdict::no_sa});
    else CHECK(lost == std::vector{verdict::absorbed, verdict::not_ip, verdict::no_sa, verdict::absorbed});
    CHECK(a.side.outbound_counters()[verdict::not_ip] == 1);
    CHECK(a.side.outbound_counters()[verdict::absorbed] == (on_device ? 0u : 2u));
  }
}

TEST_CASE("large lane: all segments leave or none: an empty pool, no room, no SA, a policy; nothing is spent and nothing leaks [class 46]") {
  const large_form l{.payload = 3000, .mss = 300};
  for (const std::size_t pooled : {0u, 9u}) {
    large_bench<of_host> a(pooled);
    const auto h = a.add(esp);
    a.send(l, h);
    CHECK(a.verdicts == std::vector{verdict::no_packet});
    CHECK(a.sa(h).sequence().used() == 0);
    CHECK(a.segments.level() == pooled);
    CHECK(a.side.outbound_counters()[verdict::no_packet] == 1);
    REQUIRE(a.offload(h, esp));  // a NIC that cuts needs none
    a.send(l, h);
    CHECK(a.wire.size() == 10);
  }
  large_bench<of_host> a;
  const auto h = a.add(esp);
  a.send({{l.large(), l.word(), h}, {l.segment(0), {}, h}}, 9);  // nine more than there are packets
  CHECK(a.verdicts == std::vector{verdict::forwarded, verdict::batch_full});
  CHECK(a.sa(h).sequence().used() == 1);
  a.send({{l.large(), l.word(), h}, {l.segment(0), {}, h}}, 10);
  CHECK(a.wire.size() == 11);
  a.send(l, {});
  CHECK(a.verdicts == std::vector{verdict::no_sa});
  CHECK(a.segments.level() == 200);
}

TEST_CASE("large lane: a word that does not point to TCP is refused, whoever would cut") {
  for (const bool on_device : {true, false}) {
    large_bench<of_host> a;
    const auto h = a.add(esp);
    if (on_device) REQUIRE(a.offload(h, esp));
    const large_form l{.payload = 3000, .mss = 300};
    for (const std::uint16_t at : {std::uint16_t{24}, std::uint16_t{40}, std::uint16_t{0}, std::uint16_t{1023}}) {
      send_large word = l.word();
      word.tcp_offset = at;
      a.send({{l.large(), word, h}});
      CHECK(a.verdicts == std::vector{verdict::bad_header});
    }
    bytes datagram = l.large();
    datagram[9] = 17;
    a.send({{datagram, l.word(), h}});
    CHECK(a.verdicts == std::vector{verdict::bad_header});
    CHECK(a.sa(h).sequence().used() == 0);
    CHECK(a.segments.level() == 200);
    CHECK(a.side.outbound_counters()[verdict::bad_header] == 5);
  }
}

namespace {
struct by_policy : of_host {
  using policy = linear_policy<8>;
};
}  // namespace

TEST_CASE("large lane: its SA is the policy's, and what the policy lets pass or discards does not leave") {
  large_bench<by_policy> a;
  const auto h = a.add(esp);
  REQUIRE(a.policy.add({traffic_selector({.source = address::v4(192, 0, 2, 1), .source_prefix = 32, .protocol = 6}), policy_action::protect, h}));
  REQUIRE(a.policy.add({traffic_selector({.protocol = 6}), policy_action::bypass, {}}));
  REQUIRE(a.offload(h, esp));
  const large_form l{.payload = 3000, .mss = 300};
  a.send(l, {});
  CHECK(a.words_large == 1);
  CHECK(a.wire == sealed_each<of_host>(l, {esp}));
  const large_form six{.version = family::ipv6, .payload = 3000, .mss = 300};
  a.send(six, {});
  CHECK(a.wire.empty());
  CHECK(a.verdicts == std::vector{verdict::bypassed});
  CHECK(a.segments.level() == 200);
}

namespace {
struct refuses_broken {
  static constexpr bool compares = true;
  static void broken(const char*) noexcept { ++times; }
  static inline unsigned times = 0;
};
struct careful : of_host {
  using checks = refuses_broken;
};
}  // namespace

TEST_CASE("large lane: spans that do not fit each other are refused before anything is touched") {
  large_bench<careful> a;
  const auto h = a.add(esp);
  const large_form l{.payload = 600, .mss = 300};
  testing::owned_net_buffer buffer(testing::packet_form{.content = l.large(), .headroom = 64, .tailroom = 64});
  net_buffer *in[] = {&buffer}, *out[8]{};
  verdict before[1]{}, verdicts[8]{};
  const send_large large[] = {l.word()};
  send_words words[8]{};
  const batch_view<net_buffer> batch{in, before, {&h, 1}};
  const auto came = [&](std::size_t with, std::size_t room, std::size_t judged, std::size_t worded) {
    return a.side.outbound(batch, std::span(large).first(with), a.segments, {std::span(out).first(room), std::span(verdicts).first(judged)}, std::span(words).first(worded)).packets;
  };
  CHECK(came(0, 8, 8, 8) == 0);
  CHECK(came(1, 0, 8, 8) == 0);
  CHECK(came(1, 8, 7, 8) == 0);
  CHECK(came(1, 8, 8, 7) == 0);
  CHECK(refuses_broken::times == 4);
  CHECK(a.sa(h).sequence().used() == 0);
  CHECK(came(1, 8, 8, 8) == 3);
  CHECK(refuses_broken::times == 4);
}
