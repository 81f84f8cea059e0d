// Several SAs on one packet: AH around ESP as one bundle, and transport mode inside a tunnel, on the device or in part.
#include "support/card.hpp"
#include "support/sending_nic.hpp"

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

namespace {
struct two_in_udp : two_esp {
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};
}  // namespace

TEST_CASE("host bundle: a transport portion in a tunnel in UDP does not go to the device, for neither was plumbed as a portion of two") {
  sa_form around = esp(mode::tunnel, 0x1002, 2);
  around.made.encapsulation = encapsulation::udp;
  ends<two_in_udp, our_card<two_in_udp>> e(esp(mode::transport, 0x1001, 1), around);
  e.place(0);
  e.place(1);
  e.same();
  CHECK(e.a.words[0].tunnel.handle == 0);
  CHECK(e.a.sent().sealed_here.get() != 0);
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

namespace host_bundle_test {
struct two_suspicious : two_esp {
  using device_trust = verify_after;
};
/// May open whatever it finds an SA for, one inside the other.
template <class P> struct eager_card : our_card<P> {
  static constexpr device_guarantees guarantees{.failed_as_received = true};
};
}  // namespace host_bundle_test

TEST_CASE("F108: of a tunnel inside a tunnel the device opens the outer one alone, and software the other") {
  for (const bool esn : {false, true}) {
    CAPTURE(esn);
    sa_form inside = esp(mode::tunnel, 0x1001, 1), around = esp(mode::tunnel, 0x1002, 2);
    inside.esn = around.esn = esn;
    ends<two_esp, our_card<two_esp>> e(inside, around);
    e.place(0);
    e.place(1);
    e.same();
    CHECK(e.a.got().believed.get() >= 20);  // the outer ones
    CHECK(e.a.got().opened_here.get() >= 20);
    CHECK(e.a.got().rechecked.get() == 0);
    CHECK(e.a.words[0].tunnel.handle == 0);
  }
  ends<two_suspicious, our_card<two_suspicious>> e(esp(mode::tunnel, 0x1001, 1), esp(mode::tunnel, 0x1002, 2));
  e.place(0);
  e.place(1);
  e.same();
  CHECK(e.a.got().believed.get() == 0);
  CHECK(e.a.got().rechecked.get() >= 20);
}

TEST_CASE("host bundle: tunnels of which one may carry the other are refused to a device that may open both, where the outer one may need verifying again") {
  const auto refused = [](sa_form inside, sa_form around, auto of_profile) {
    using config = decltype(of_profile);
    ends<config, eager_card<config>> e(inside, around), other(inside, around);
    REQUIRE(e.a.offload(e.in[0], e.forms[0]));
    REQUIRE(other.a.offload(other.in[1], other.forms[1]));
    const auto second = e.a.offload(e.in[1], e.forms[1]), swapped = other.a.offload(other.in[0], other.forms[0]);
    CHECK(static_cast<bool>(second) == static_cast<bool>(swapped));
    if (!second) {
      CHECK(second.why().kind == fault_kind::not_supported);
      CHECK(second.why().field == std::string("mode"));
      e.same();  // one on the device, one in software
      other.same();
    }
    return !second;
  };
  sa_form inside = esp(mode::tunnel, 0x1001, 1), around = esp(mode::tunnel, 0x1002, 2), with_esn = around;
  with_esn.esn = true;
  CHECK_FALSE(refused(inside, around, two_esp{}));
  CHECK(refused(inside, with_esn, two_esp{}));
  CHECK(refused(inside, around, two_suspicious{}));
  // Selectors that admit no packet between tunnel ends keep them apart.
  const traffic_selector datagrams{selector_parameters{.protocol = 6}};
  for (sa_form* f : {&inside, &around, &with_esn}) f->selector = datagrams;
  CHECK_FALSE(refused(inside, with_esn, two_esp{}));
  CHECK_FALSE(refused(inside, around, two_suspicious{}));
}

TEST_CASE("host bundle: what a device says of a tunnel inside a tunnel that it opened is verified again, never believed [class 49]") {
  ends<two_esp, our_card<two_esp>> e(esp(mode::tunnel, 0x1001, 1), esp(mode::tunnel, 0x1002, 2));
  e.place(0);
  e.place(1);
  testing::mixing_crypto peer{};
  const bytes inner = udp_packet(family::ipv4, 60, 3);
  const auto leave_open = [](bytes& packet, const bytes& inside) {
    const std::size_t text = 20 + 16, end = packet.size() - 16, pad = end - 2 - text - inside.size();
    std::copy(inside.begin(), inside.end(), packet.begin() + static_cast<std::ptrdiff_t>(text));
    for (std::size_t k = 0; k < pad; ++k) packet[text + inside.size() + k] = static_cast<octet>(k + 1);
    packet[end - 2] = static_cast<octet>(pad);
    packet[end - 1] = 4;
  };
  const auto arrives = [&](std::uint64_t number, bool forged, bool opened) {
    bytes middle = tunnelled_packet(peer, e.forms[0], number, inner);
    if (forged) middle.back() ^= 1;
    if (opened) leave_open(middle, inner);
    bytes outer = tunnelled_packet(peer, e.forms[1], number, middle);
    leave_open(outer, middle);
    train<flat_packet> one;
    one.add(outer);
    const receive_words said{{.done = true, .next_done = true}, {}};
    e.a.side.inbound(one.view(), std::vector<receive_words>{said});
    return one.of(0);
  };
  CHECK(arrives(1, false, true) == verdict::forwarded);
  CHECK(arrives(2, true, true) == verdict::icv_mismatch);
  CHECK(arrives(3, false, false) == verdict::forwarded);
  CHECK(arrives(4, true, false) == verdict::icv_mismatch);
}

namespace host_bundle_test {
struct one_by_one : profile {
  static constexpr auto suites = two_esp::suites;
  static constexpr auto modes = two_esp::modes;
};
}  // namespace host_bundle_test

TEST_CASE("host bundle: what a device says of a portion inside one that it does not have is verified again, never believed [class 49]") {
  ends<two_esp, our_card<two_esp>> e(esp(mode::transport, 0x1001, 1), esp(mode::tunnel, 0x1002, 2));
  e.place(0);
  std::uint64_t number = 0;
  for (const bool forged : {false, true})
    for (const receive_words said : {receive_words{{.done = true, .next_done = true}, {}}, receive_words{{.done = true, .next_done = true, .status = crypto_status::transport_esp_failed}, {}}}) {
      ++number;
      sa_form inside = e.forms[0], around = e.forms[1];
      inside.start = around.start = number - 1;
      bytes middle = sealed_inline<one_by_one>(udp_packet(family::ipv4, 60, 3), inside);
      if (forged) middle.back() ^= 1;
      train<flat_packet> one;
      one.add(sealed_inline<one_by_one>(middle, around));
      e.a.side.inbound(one.view(), std::vector<receive_words>{said});
      CHECK(one.of(0) == (forged ? verdict::icv_mismatch : verdict::forwarded));
    }
  CHECK(e.a.got().believed.get() == 0);
}

TEST_CASE("host bundle: AH around AH is sealed here, inside too, before the IP header moves") {
  for (const mode inner : {mode::tunnel, mode::transport}) {
    CAPTURE(inner);
    ends<two, our_card<two>> e(ah_of(inner, 0x1001, 1), ah_of(mode::transport, 0x2001, 1));
    e.place(0);
    e.same();
    CHECK(e.a.sent().framed.get() == 0);
    CHECK(e.a.sent().sealed_here.get() == 20);
  }
}

TEST_CASE("host bundle: an AH that its device has already does not enter a bundle as well, though it drains") {
  ends<two, our_card<two>> e(esp(mode::transport, 0x1001, 1), ah_of(mode::transport, 0x2001, 1));
  REQUIRE(e.a.offload(e.out[1], e.forms[1]));
  e.a.placing.suspend();
  sa_parameters p[2];
  for (int k = 0; k < 2; ++k) p[k] = ends<two, our_card<two>>::any_address(e.forms[k], true);
  CHECK(e.a.placing.offload(e.out[0], p[0], e.out[1], p[1]).why().kind == fault_kind::already_exists);
  CHECK(e.a.placing.size() == 1);
}
