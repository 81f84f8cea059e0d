// AH and ESP on one packet, in one pass: lists of two and three levels that a profile makes.
#include "support/ah.hpp"
#include "support/flights.hpp"


using namespace support;
using crypto_type = testing::mixing_crypto;

namespace ah_bundle_test {
struct two : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha2_256_128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr std::size_t levels = 2;
  using policy = linear_policy<8>;
};
struct three : two {
  static constexpr std::size_t levels = 3;
};
}  // namespace ah_bundle_test
using namespace ah_bundle_test;

namespace {

// Both ends of a profile's datapath; the n-th SA protects what the one before it made.
template <class Profile, class P = flat_packet> struct ends : world<Profile, P, crypto_type, flat_store<8>> {
  std::vector<outbound_handle> handles{};
  std::vector<inbound_handle> receivers{};
  void put_under(std::vector<sa_form> innermost_first) {
    for (sa_form& form : innermost_first) {
      handles.push_back(this->add_sender(form));
      receivers.push_back(this->add_receiver(form));
    }
    // What the packet already is names how far it came: plain, ESP with some SPI, AH.
    if (innermost_first.size() == 3) REQUIRE(this->policy.add({traffic_selector{selector_parameters{.destination = outside(innermost_first[1].outer, 10 + innermost_first[1].which), .destination_prefix = 32}}, policy_action::protect, handles[2]}));
    for (const octet protocol : {octet{50}, octet{51}}) REQUIRE(this->policy.add({traffic_selector{selector_parameters{.protocol = protocol}}, policy_action::protect, handles[1]}));
    REQUIRE(this->policy.add({traffic_selector::any(), policy_action::protect, handles[0]}));
  }
};

struct combination {
  sa_form inner, outer;
  octet first, second;  // protocols, outermost first
};
std::vector<combination> combinations(family version) {
  const sa_form esp_transport{.spi = 0x1001, .mode = mode::transport, .outer = version, .which = 1}, esp_tunnel{.spi = 0x1002, .outer = version, .which = 1};
  const sa_form ah_transport{.suite = ah_sha256, .spi = 0x2001, .mode = mode::transport, .esn = true, .outer = version, .which = 2};
  const sa_form ah_tunnel{.suite = ah_sha256, .spi = 0x2002, .outer = version, .which = 2}, other_tunnel{.spi = 0x3003, .outer = version, .which = 3};
  return {{esp_transport, ah_transport, 51, 50}, {esp_tunnel, ah_transport, 51, 50}, {ah_transport, esp_tunnel, 50, 51}, {esp_transport, ah_tunnel, 51, 50},
          {ah_tunnel, other_tunnel, 50, 51},     {esp_transport, other_tunnel, 50, 50}, {ah_transport, esp_transport, 50, 51}};
}

}  // namespace

TEST_CASE("ah bundle: AH and ESP in every order and mode, both ways in one pass [row 15]") {
  for (const family version : {family::ipv4, family::ipv6})
    for (const combination& c : combinations(version)) {
      CAPTURE(c.inner.spi);
      CAPTURE(c.outer.spi);
      ends<two> e;
      e.put_under({c.inner, c.outer});
      train<flat_packet> packets;
      std::vector<bytes> inner;
      for (std::size_t i = 0; i < 40; ++i) {
        inner.push_back(udp_packet(version, 5 * i));
        packets.add(inner.back());
      }
      e.send(packets);
      REQUIRE(packets.survivors == 40);
      for (std::size_t i = 0; i < 40; ++i) {
        const bytes wire = packets.octets(i);
        REQUIRE(wrong_in_ip(wire) == "");
        CHECK(wire[version == family::ipv4 ? 9 : 6] == c.first);
      }
      const bytes replayed = packets.octets(7);
      e.receive(packets);
      REQUIRE(packets.survivors == 40);
      for (std::size_t i = 0; i < 40; ++i) CHECK(packets.octets(i) == inner[i]);
      for (const auto handle : e.receivers) CHECK(e.receiving.at(handle)->traffic().packets.get() == 40);
      CHECK(e.received(replayed).first == verdict::replayed);
    }
}

TEST_CASE("ah bundle: outer AH is judged before what is inside, and each refusal counts where it was made [class 17, 46]") {
  ends<two> e;
  const auto all = combinations(family::ipv4);
  e.put_under({all[0].inner, all[0].outer});
  train<flat_packet> packets;
  for (std::size_t i = 0; i < 4; ++i) packets.add(udp_packet(family::ipv4, 30));
  e.send(packets);
  bytes forged = packets.octets(0), both = packets.octets(2);
  forged.back() ^= 1;             // ESP's ICV: AH sees it first
  const auto [said, left] = e.received(forged);
  CHECK(said == verdict::icv_mismatch);
  CHECK(left == forged);          // so nothing was decrypted or scrubbed
  CHECK(e.receiving.at(e.receivers[1])->drops().icv_mismatch.get() == 1);
  CHECK(e.receiving.at(e.receivers[0])->drops().icv_mismatch.get() == 0);
  // Behind authentic AH a forged ESP.
  ip_form headers;
  bytes esp = sealed_esp(e.crypto, all[0].inner, 9, esp_text(udp(1, 2, 3), 17));
  esp.back() ^= 1;
  headers.source = address::v4(192, 0, 2, 1);
  CHECK(e.received(ah_packet(e.crypto, {.sa = all[0].outer, .number = 77, .next_header = 50, .payload = esp}, headers)).first == verdict::icv_mismatch);
  CHECK(e.receiving.at(e.receivers[0])->drops().icv_mismatch.get() == 1);
  CHECK(e.received(both).first == verdict::forwarded);
  // One SA where two are needed.
  CHECK(e.received(ah_packet(e.crypto, {.sa = all[0].outer, .number = 78, .payload = udp(1, 2, 3)}, headers)).first == verdict::not_protected);
}

TEST_CASE("ah bundle: cut anywhere it is the same packet [class 28]") {
  using P = chain_packet<24>;
  for (const family version : {family::ipv4, family::ipv6})
    for (const combination& c : combinations(version)) {
      ends<two, P> cut_up;
      ends<two> whole;
      cut_up.put_under({c.inner, c.outer});
      whole.put_under({c.inner, c.outer});
      const bytes inner = udp_packet(version, 33);
      for (std::size_t seed = 0; seed < 12; ++seed) {
        train<P> pieces;
        train<flat_packet> one;
        pieces.add({.content = inner, .segments = testing::random_cuts(inner.size(), 1, 12, seed).front(), .headroom = 160, .tailroom = 64});
        one.add(inner, {}, 160, 64);
        cut_up.send(pieces);
        whole.send(one);
        REQUIRE(pieces.of(0) == verdict::forwarded);
        const bytes wire = pieces.octets(0);
        CHECK(wire == one.octets(0));
        train<P> arriving;
        arriving.add({.content = wire, .segments = testing::random_cuts(wire.size(), 1, 24, seed + 5).front()});
        cut_up.receive(arriving);
        REQUIRE(arriving.of(0) == verdict::forwarded);
        CHECK(arriving.octets(0) == inner);
      }
    }
}

TEST_CASE("ah bundle: three SAs, transport ESP and AH in a tunnel; a fourth is not looked at [class 43]") {
  ends<three> e;
  const sa_form esp{.spi = 0x1001, .mode = mode::transport, .which = 1}, tunnel{.spi = 0x3003, .outer = family::ipv4, .which = 3};
  const sa_form of_ah{.suite = ah_sha256, .spi = 0x2001, .mode = mode::transport, .which = 2};
  e.put_under({esp, tunnel, of_ah});
  const bytes inner = udp_packet(family::ipv4, 50);
  train<flat_packet> packets;
  packets.add(inner, {}, 256, 128);
  e.send(packets);
  REQUIRE(packets.of(0) == verdict::forwarded);
  const bytes wire = packets.octets(0);
  CHECK(wire[9] == 51);
  CHECK(wire[20] == 50);
  CHECK(e.received(wire) == std::pair{verdict::forwarded, inner});
}

TEST_CASE("ah bundle: through an asynchronous provider that answers late and in another order [class 35]") {
  using later = testing::delayed_crypto<crypto_type>;
  using path = datapath<two, flat_packet, flat_store<8>, later>;
  later crypto{3, 5};
  path::inbound_store receiving;
  path::outbound_store sending;
  linear_policy<8> policy;
  auto all = combinations(family::ipv4);
  sa_form esp = all[0].inner, of_ah = all[0].outer;
  const auto first = sending.add(crypto, esp.parameters()).value(), second = sending.add(crypto, of_ah.parameters()).value();
  REQUIRE(receiving.add(crypto, esp.parameters()));
  REQUIRE(receiving.add(crypto, of_ah.parameters()));
  REQUIRE(policy.add({traffic_selector{selector_parameters{.protocol = 50}}, policy_action::protect, second}));
  REQUIRE(policy.add({traffic_selector::any(), policy_action::protect, first}));
  const auto run = std::make_unique<path>(path::resources{receiving, sending, crypto, policy});
  train<flat_packet> packets;
  for (std::size_t i = 0; i < 100; ++i) packets.add(udp_packet(family::ipv4, i));
  submit_and_reap(run->sending(), packets);
  REQUIRE(packets.count(verdict::forwarded) == 100);
  train<flat_packet> arriving;
  for (std::size_t i = 0; i < 100; ++i) arriving.add(packets.octets(i));
  submit_and_reap(run->receiving(), arriving);
  CHECK(arriving.count(verdict::forwarded) == 100);
  for (std::size_t i = 0; i < 100; ++i) CHECK(arriving.octets(i) == udp_packet(family::ipv4, i));
}
