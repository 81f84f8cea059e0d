// Large sends that a NIC cuts: numbers, high words, ends, bundles, and everything that sends them another way.
#include "support/large_sends.hpp"

#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/sequence_block.hpp>
#include <esplanade/sa/shared_window.hpp>

using namespace support;

namespace {
struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128, esp_null<hmac_sha2_256_128>, ah<hmac_sha2_256_128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
const sa_form esp{.mode = mode::transport}, esp_esn{.mode = mode::transport, .esn = true};

template <class Bench> outbound_handle sender_on_nic(Bench& a, const sa_form& form) {
  const auto h = a.add(form);
  REQUIRE(a.offload(h, form));
  return h;
}
}  // namespace

TEST_CASE("large frame: the template keeps flags, options and identifications for the NIC to deal out, whatever the sizes") {
  for (const bool two : {true, false})
    for (const octet flags : {octet{0x10}, octet{0x18}, octet{0x11}, octet{0x90}, octet{0x99}})
      for (const std::size_t payload : {301u, 599u, 600u, 2999u}) {
        large_bench<of_host> a;
        const large_form l{.payload = payload, .mss = 300, .version_2 = two, .flags = flags, .identification = two ? 0xffffu : 0xfffeu, .options = {148, 4, 0, 0}, .tcp_options = payload % 2 == 0 ? 0u : 40u};
        const auto h = sender_on_nic(a, esp);
        a.send(l, h);
        CHECK(a.words_large == 1);
        CHECK(a.wire == sealed_each<of_host>(l, {esp}));
        CHECK(a.statuses == std::vector{nbl_status::success});
      }
}

TEST_CASE("F74: a host's large frame has no trailer and no padding, room for the IV, and the pseudo header's sum without a length") {
  large_bench<of_host> a;
  const large_form l{};
  const auto h = sender_on_nic(a, esp);
  testing::owned_net_buffer buffer(testing::packet_form{.content = l.large(), .headroom = 64, .tailroom = 64});
  net_buffer *in[] = {&buffer}, *out[8]{};
  verdict before[1]{}, verdicts[8]{};
  const send_large large[] = {l.word()};
  send_words words[8]{};
  const auto came = a.side.outbound({in, before, {&h, 1}}, large, a.segments, {out, verdicts}, words);
  CHECK(came.packets == 1);
  CHECK(came.survivors == 1);
  bytes expected = l.large();
  bytes header;
  put32(header, esp.spi), put32(header, 1), put(header, bytes(8, 0));
  expected.insert(expected.begin() + 20, header.begin(), header.end());
  expected[9] = 50;
  CHECK(testing::octets_of(static_cast<const net_buffer&>(buffer)) == expected);
  CHECK(words[0].headers == send_headers{6, 0, 0, 20});
  CHECK(send_large::unpack(words[0].large) == send_large{300, 36, true, false});
  CHECK(words[0].ipsec.handle == a.sa(h).place().handle().word);
  CHECK(a.sa(h).place().given() == 1);
  a.side.completed({words, 1});
  CHECK(a.sa(h).place().given() == 0);
}

TEST_CASE("U-13: a run of numbers goes on over 2^32 within one large send, and the next one waits for the new word [class 51]") {
  sa_form form = esp_esn;
  form.start = 0x3'ffff'fffa;
  large_bench<of_host> a;
  const auto h = sender_on_nic(a, form);
  const large_form l{.payload = 3000, .mss = 300};
  a.complete = false;
  a.send(l, h);
  CHECK(a.words_large == 1);
  CHECK(a.wire == sealed_each<of_host>(l, {form}));
  CHECK(a.sa(h).sequence().used() == 0x4'0000'0004);
  // The device's word is the old one: the next is cut here, and the word changes when the device has nothing of it any more.
  a.send(l, h);
  CHECK(a.words_large == 0);
  form.start += 10;
  CHECK(a.wire == sealed_each<of_host>(l, {form}));
  a.placing.tend();
  CHECK(a.sa(h).place().now().high == 3);
  CHECK(a.sa(h).place().given() == 1);
  send_words held[] = {{.given = {h}}};
  a.side.completed(held);
  a.placing.tend();
  CHECK(a.sa(h).place().now().high == 4);
  a.complete = true;
  a.send(l, h);
  CHECK(a.words_large == 1);
  form.start += 10;
  CHECK(a.wire == sealed_each<of_host>(l, {form}));
}

namespace {
/// A NIC that counts in 32 bits within a large send.
template <class Adapter> struct short_counting {
  static constexpr device_guarantees guarantees{.large_crosses = false};
  Adapter& below;
  [[nodiscard]] device_capabilities capabilities() const noexcept { return below.capabilities(); }
  [[nodiscard]] bool active(family version) const noexcept { return below.active(version); }
  [[nodiscard]] large_limits large_sends(family version) const noexcept { return below.large_sends(version); }
  [[nodiscard]] result<offload_handle> add_sa(const sa_request& r) noexcept { return below.add_sa(r); }
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept { return below.update_sa(u); }
  [[nodiscard]] result<void> delete_sa(offload_handle x) noexcept { return below.delete_sa(x); }
};
}  // namespace

TEST_CASE("large frame: a NIC that promises no number over 2^32 within a large send gets none [class 51]") {
  using bench = large_bench<of_host>;
  for (const std::uint64_t start : {0x3'ffff'fff4u, 0x3'ffff'fff5u, 0x3'ffff'fff6u, 0x3'ffff'fffeu}) {
    sa_form form = esp_esn;
    form.start = start;
    bench a;
    short_counting<bench::adapter> below{*a.below};
    offloader<bench::host_type, short_counting<bench::adapter>, 8> placing{a.receiving, a.sending, below};
    const auto h = a.add(form);
    sa_parameters p = form.parameters();
    p.source = p.destination = address{.version = family::ipv4};
    REQUIRE(placing.offload(h, p));
    const large_form l{.payload = 3000, .mss = 300};
    a.send(l, h);
    CHECK(a.words_large == (start + 10 <= 0x3'ffff'ffff ? 1u : 0u));
    CHECK(a.wire == sealed_each<of_host>(l, {form}));
  }
}

TEST_CASE("large frame: at the end of the numbers a large send has all of them or none, and a refused one changes nothing however often it is tried [class 22, 51]") {
  for (const bool esn : {false, true})
    for (const bool on_device : {true, false}) {
      sa_form form = esn ? esp_esn : esp;
      form.start = (esn ? sequence_last_64 : sequence_last_32) - 12;
      large_bench<of_host> a;
      const auto h = on_device ? sender_on_nic(a, form) : a.add(form);
      const large_form l{.payload = 3000, .mss = 300}, two{.payload = 600, .mss = 300};
      a.send(l, h);
      CHECK(a.wire == sealed_each<of_host>(l, {form}));
      CHECK(a.sa(h).sequence().left() == 2);
      for (int i = 0; i < 1000; ++i) {
        a.send(l, h);
        CHECK(a.wire.empty());
        CHECK(a.verdicts == std::vector{verdict::sequence_exhausted});
      }
      CHECK(a.sa(h).sequence().left() == 2);
      CHECK(a.sa(h).place().given() == 0);
      CHECK(a.segments.level() == 200);
      CHECK(a.side.outbound_counters()[verdict::sequence_exhausted] == 1000);
      form.start += 10;
      a.send(two, h);
      CHECK(a.wire == sealed_each<of_host>(two, {form}));
      CHECK(a.sa(h).sequence().left() == 0);
      a.send(two, h);
      CHECK(a.wire.empty());
    }
}

namespace {
struct two_lanes : of_host {
  static constexpr std::size_t lanes = 2;
  using replay = shared_window<1024>;
  using sequence = atomic_sequence;
};
using shared_store = flat_store<64, by_spi, epoch<2>>;
struct in_blocks : two_lanes {
  using sequence = reserved_block<16, 64, 256>;
};
}  // namespace

TEST_CASE("large frame: lanes that share an SA lease runs from its counter, or from a block when the run fits [class 51]") {
  const large_form l{.payload = 3000, .mss = 300}, longer{.payload = 5000, .mss = 300};
  {
    large_bench<two_lanes, shared_store> a;
    const auto h = sender_on_nic(a, esp);
    a.send(l, h);
    CHECK(a.words_large == 1);
    CHECK(a.wire == sealed_each<of_host>(l, {esp}));
    CHECK(a.sa(h).sequence().used() == 10);
  }
  large_bench<in_blocks, shared_store> a;
  const auto h = sender_on_nic(a, esp);
  a.send(l, h);
  CHECK(a.words_large == 1);
  CHECK(a.wire == sealed_each<of_host>(l, {esp}));
  sa_form form = esp;
  form.start = 16;  // 6 numbers of the block were too few
  a.send(l, h);
  CHECK(a.words_large == 1);
  CHECK(a.wire == sealed_each<of_host>(l, {form}));
  CHECK(a.sa(h).sequence().abandoned() == 6);
  a.send(longer, h);  // 17 segments, blocks of 16
  CHECK(a.words_large == 0);
  form.start = 26;
  CHECK(a.wire == sealed_each<of_host>(longer, {form}));
}

namespace {
struct ends : of_host {
  using lifetime = exact_lifetime;
};
}  // namespace

TEST_CASE("large frame: a lifetime counts every segment and its octets, whoever cuts [class 24]") {
  const large_form l{.payload = 3000, .mss = 300};
  const std::uint64_t octets = 10 * 52 + 3000;
  for (const bool on_device : {true, false}) {
    for (const std::uint64_t more : {0u, 1u}) {
      for (const bool by_packets : {true, false}) {
        large_bench<ends> a;
        sa_form form = esp;
        form.parameters();
        form.made.lifetime.hard = by_packets ? lifetime_limit{.packets = 20 - more} : lifetime_limit{.octets = 2 * octets - more};
        const auto h = a.add(form);
        if (on_device) REQUIRE(a.offload(h, form));
        a.send(l, h);
        CHECK(a.wire.size() == 10);
        a.send(l, h);
        CHECK(a.wire.size() == (more == 0 ? 10u : 0u));
        if (more != 0) {
          CHECK(a.verdicts == std::vector{verdict::lifetime_expired});
          CHECK(a.sa(h).lifetime().expired() == (by_packets ? lifetime_end::packet_limit : lifetime_end::octet_limit));
        }
        CHECK(a.sa(h).place().given() == 0);
        CHECK(a.segments.level() == 200);
        a.send(l, h);
        CHECK(a.wire.empty());
      }
    }
  }
}

TEST_CASE("large frame: payload may be in many pieces; headers that are not in one piece, or have no room in front, are cut here [class 28]") {
  const large_form l{.payload = 1400, .mss = 300};
  const std::size_t size = l.large().size();
  const auto sent = [&](const testing::cut& cut, std::size_t headroom) {
    large_bench<of_host> a;
    const auto h = sender_on_nic(a, esp);
    a.send(l, h, cut, headroom);
    CHECK(a.wire == sealed_each<of_host>(l, {esp}));
    return a.words_large;
  };
  CHECK(sent({}, 30) == 1);
  CHECK(sent({52, size - 52}, 64) == 1);
  CHECK(sent({53, 1, 100, size - 154}, 64) == 1);
  CHECK(sent({51, size - 51}, 64) == 0);
  CHECK(sent({20, 32, size - 52}, 64) == 0);
  CHECK(sent({0, size}, 0) == 0);
}

namespace {
struct of_bundles : of_host {
  static constexpr std::size_t levels = 2;
  using policy = linear_policy<8>;
};
}  // namespace

TEST_CASE("F75: a bundle of ESP and the AH around it goes as one large send, each with a run of its own [row 65]") {
  const sa_form over{.suite = ah<hmac_sha2_256_128>::sizes, .spi = 0x2002, .mode = mode::transport, .start = 0x5000, .which = 2};
  for (const bool bundled : {true, false}) {
    large_bench<of_bundles> a;
    const auto inner = a.add(esp), outer = a.add(over);
    REQUIRE(a.policy.add({traffic_selector({.protocol = 6}), policy_action::protect, inner}));
    REQUIRE(a.policy.add({traffic_selector({.protocol = 50}), policy_action::protect, outer}));
    if (bundled) {
      sa_form first = esp, second = over;
      sa_parameters p = first.parameters(), q = second.parameters();
      p.source = p.destination = q.source = q.destination = address{.version = family::ipv4};
      REQUIRE(a.placing.offload(inner, p, outer, q));
    }
    const large_form l{.payload = 2000, .mss = 300};
    a.send(l, {});
    CHECK(a.words_large == (bundled ? 1u : 0u));
    CHECK(a.wire == sealed_each<of_host>(l, {esp, over}));
    for (const auto h : {inner, outer}) CHECK(a.sa(h).traffic().packets.get() == 7);
    CHECK(a.sa(inner).traffic().octets.get() == a.sa(outer).traffic().octets.get());
    CHECK(a.sa(inner).place().given() == 0);
    CHECK(a.sa(outer).place().given() == 0);
    std::uint64_t between = 0;
    for (std::size_t k = 0; k < 7; ++k) between += sealed_inline<of_host>(l.segment(k), esp).size();
    CHECK(a.sa(outer).traffic().octets.get() == between);
  }
}

namespace {
struct in_datagrams : of_host {
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};
}  // namespace

TEST_CASE("U-10: ESP of a large send stands in UDP, whose length is each segment's own; a checksum over it is for software") {
  for (const family version : {family::ipv4, family::ipv6}) {
    sa_form form = esp;
    form.outer = version;
    form.parameters();
    form.made.encapsulation = encapsulation::udp;
    const large_form l{.version = version, .payload = 2000, .mss = 300};
    large_bench<in_datagrams> a;
    const auto h = a.add(form);
    const bool taken = static_cast<bool>(a.offload(h, form));
    CHECK(taken);
    a.send(l, h);
    CHECK(a.words_large == (version == family::ipv4 ? 1u : 0u));
    CHECK(a.wire == sealed_each<in_datagrams>(l, {form}));
  }
}

TEST_CASE("large frame: a large send under a tunnel's SA is cut by the host, and the NIC seals the segments") {
  for (const family version : {family::ipv4, family::ipv6}) {
    large_bench<of_host> a;
    const sa_form form{};
    const auto h = sender_on_nic(a, form);
    const large_form l{.version = version, .payload = 2000, .mss = 300};
    a.send(l, h);
    CHECK(a.words_large == 0);
    CHECK(a.did().framed.get() == 7);
    CHECK(a.wire == sealed_each<of_host>(l, {form}));
  }
}

TEST_CASE("F78: without LsoSupported, or while its SA drains, a large send is cut by the host; with it the NIC cuts again") {
  large_bench<of_host> a;
  const auto h = sender_on_nic(a, esp);
  const large_form l{.payload = 600, .mss = 300};
  const auto cut_below = [&] {
    sa_form form = esp;
    form.start = a.sa(h).sequence().used();
    a.send(l, h);
    CHECK(a.wire == sealed_each<of_host>(l, {form}));
    return a.words_large == 1;
  };
  CHECK(cut_below());
  a.can.large_send = false, a.configure(), a.placing.reconfigured();
  CHECK_FALSE(cut_below());
  CHECK(a.sa(h).place().now().where == placement::offloaded);
  a.can.large_send = true, a.configure(), a.placing.reconfigured();
  CHECK(cut_below());
  a.placing.suspend();
  CHECK_FALSE(cut_below());
  a.placing.resume();
  CHECK(cut_below());
  REQUIRE(a.placing.withdraw(h));
  CHECK_FALSE(cut_below());
}
