// Several SAs on one packet: AH around ESP as one bundle, and transport mode inside a tunnel, on the device or in part.
#include "support/card.hpp"

using namespace support;

namespace host_bundle_test {
using crypto_type = testing::mixing_crypto;
struct two : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha2_256_128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr std::size_t levels = 2;
  using policy = linear_policy<8>;
};
struct two_esp : two {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
constexpr suite_sizes ah_sha256 = ah<hmac_sha2_256_128>::sizes;

template <class P, class Device> struct ends {
  split<P, flat_packet, crypto_type, Device> a{};
  world<P, flat_packet, crypto_type> b{};
  sa_form forms[2];
  outbound_handle out[2];
  inbound_handle in[2];

  ends(const sa_form& inside, const sa_form& around) : forms{inside, around} {
    outbound_handle there[2];
    for (int k = 0; k < 2; ++k) {
      out[k] = a.add_sender(forms[k]);
      in[k] = a.add_receiver(forms[k]);
      there[k] = b.add(forms[k]);
    }
    const auto decide = [](auto& policy, outbound_handle first, outbound_handle second) {
      for (const octet protocol : {octet{50}, octet{51}}) REQUIRE(policy.add({traffic_selector{selector_parameters{.protocol = protocol}}, policy_action::protect, second}));
      REQUIRE(policy.add({traffic_selector::any(), policy_action::protect, first}));
    };
    decide(a.policy, out[0], out[1]);
    decide(b.policy, there[0], there[1]);
  }
  void bundle() {
    sa_parameters p[2];
    for (int k = 0; k < 2; ++k) p[k] = any_address(forms[k], forms[0].mode == mode::transport);
    REQUIRE(a.placing.offload(out[0], p[0], out[1], p[1]));
    REQUIRE(a.placing.offload(in[0], p[0], in[1], p[1]));
  }
  static sa_parameters any_address(sa_form& f, bool any) {
    sa_parameters p = f.parameters();
    if (any) p.source = p.destination = address{.version = f.outer};
    return p;
  }
  void place(int k) {
    REQUIRE(a.offload(out[k], forms[k]));
    REQUIRE(a.offload(in[k], forms[k]));
  }
  /// Both ways, against the inline datapath.
  void same(std::size_t n = 20) {
    train<flat_packet> x, y;
    for (std::size_t i = 0; i < n; ++i) {
      const bytes packet = udp_packet(forms[0].outer, 7 * i, 3);
      x.add(packet);
      y.add(packet);
    }
    a.words.assign(n, {});
    x.survivors = a.side.outbound(x.view(), a.words);
    for (std::size_t i = 0; i < x.survivors; ++i) CHECK(a.device.send(*x.packets[i], a.words[i]));
    b.path.outbound(y.view());
    for (std::size_t i = 0; i < n; ++i) {
      REQUIRE(x.of(i) == verdict::forwarded);
      CHECK(x.octets(i) == y.octets(i));
    }
    a.complete();
    bytes forged = x.octets(3);
    forged.back() ^= 1;
    a.receive(x);
    CHECK(x.survivors == n);
    for (std::size_t i = 0; i < n; ++i) CHECK(x.octets(i) == udp_packet(forms[0].outer, 7 * i, 3));
    train<flat_packet> bad;
    bad.add(forged);
    a.receive(bad);
    CHECK(bad.of(0) == (bad.of(0) == verdict::replayed ? verdict::replayed : verdict::icv_mismatch));
  }
};
sa_form esp(mode how, std::uint32_t spi, unsigned which) { return {.spi = spi, .mode = how, .which = which}; }
sa_form ah_of(mode how, std::uint32_t spi, unsigned which) { return {.suite = ah_sha256, .spi = spi, .mode = how, .which = which}; }
template <class P> using our_card = card<P, flat_packet, crypto_type>;
}  // namespace host_bundle_test
using namespace host_bundle_test;

TEST_CASE("host bundle: ESP and AH as one bundle on the device are what software makes of them") {
  for (const mode how : {mode::transport, mode::tunnel}) {
    CAPTURE(how);
    ends<two, our_card<two>> e(esp(how, 0x1001, 1), ah_of(mode::transport, 0x2001, 1));
    e.bundle();
    e.same();
    CHECK(e.a.sent().framed.get() == 20);
    CHECK(e.a.sent().sealed_here.get() == 0);
    CHECK(e.a.got().believed.get() >= 40);
    CHECK(e.a.words[0].headers.ah_offset == 20);
    CHECK(e.a.words[0].headers.esp_offset == 20 + 28);
  }
}

TEST_CASE("host bundle: transport inside a tunnel, both on the device, or either, or none") {
  for (int which = 0; which < 4; ++which) {
    CAPTURE(which);
    ends<two_esp, our_card<two_esp>> e(esp(mode::transport, 0x1001, 1), esp(mode::tunnel, 0x1002, 2));
    if ((which & 1) != 0) e.place(0);
    if ((which & 2) != 0) e.place(1);
    e.same();
    CHECK(e.a.sent().framed.get() == ((which & 2) != 0 ? 20u : 0u));
    CHECK((e.a.words[0].tunnel.handle != 0) == (which == 3));
  }
}

TEST_CASE("host bundle: AH inside and around a tunnel, in every part on the device") {
  for (int which = 0; which < 4; ++which)
    for (const auto& [inside, around] : {std::pair{ah_of(mode::transport, 0x1001, 1), esp(mode::tunnel, 0x1002, 2)}, std::pair{esp(mode::transport, 0x1001, 1), ah_of(mode::tunnel, 0x1002, 2)},
                                         std::pair{esp(mode::transport, 0x1001, 1), ah_of(mode::transport, 0x1002, 1)}}) {
      CAPTURE(which);
      ends<two, our_card<two>> e(inside, around);
      if ((which & 1) != 0) e.place(0);
      if ((which & 2) != 0 && around.mode == mode::tunnel) e.place(1);
      e.same();
    }
}

TEST_CASE("host bundle: a bundle whose device drains between two frames is sealed here, whole") {
  ends<two, our_card<two>> e(esp(mode::transport, 0x1001, 1), ah_of(mode::transport, 0x2001, 1));
  e.bundle();
  e.a.placing.suspend();
  e.same();
  CHECK(e.a.sent().framed.get() == 0);
  e.a.placing.resume();
  // One of the two is no longer as it was seen: neither goes.
  auto& ah_place = e.a.sa(e.out[1]).place();
  placed now = ah_place.now();
  now.where = placement::draining;
  ah_place.put(now);
  e.same();
  CHECK(e.a.sent().framed.get() == 0);
  CHECK(e.a.sa(e.out[0]).place().given() == 0);
}

TEST_CASE("host bundle: a tunnel with ESN and a transport portion are not both opened by the device, in either order") {
  sa_form tunnel = esp(mode::tunnel, 0x1002, 2);
  tunnel.esn = true;
  ends<two_esp, our_card<two_esp>> e(esp(mode::transport, 0x1001, 1), tunnel), other(esp(mode::transport, 0x1001, 1), tunnel);
  REQUIRE(e.a.offload(e.in[1], e.forms[1]));
  CHECK(e.a.offload(e.in[0], e.forms[0]).why().kind == fault_kind::not_supported);
  REQUIRE(other.a.offload(other.in[0], other.forms[0]));
  CHECK(other.a.offload(other.in[1], other.forms[1]).why().kind == fault_kind::not_supported);
  REQUIRE(e.a.offload(e.out[0], e.forms[0]));
  REQUIRE(e.a.offload(e.out[1], e.forms[1]));
  e.same();
}
