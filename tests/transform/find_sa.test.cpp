#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
template <class Key> using keyed = world<gateway, flat_packet, mixing_crypto, flat_store<16, Key>>;

bytes outer(const sa_form& form, octet protocol, const bytes& payload) {
  return make_ip({.source = outside(form.outer, 1), .destination = outside(form.outer, 10 + form.which), .protocol = protocol, .payload = payload});
}

}  // namespace

TEST_CASE_TEMPLATE("find_sa: what is one bit beside the key finds nothing [class 15, 55]", Key, by_spi, by_spi_and_destination) {
  for (const family version : {family::ipv4, family::ipv6}) {
    keyed<Key> r;
    const sa_form form{.spi = 0x01020304, .outer = version};
    r.add_receiver(form);
    const bytes wire = tunnelled_packet(r.crypto, form, 1, udp_packet(family::ipv4, 9));
    const std::size_t esp = version == family::ipv4 ? 20 : 40, destination = version == family::ipv4 ? 16 : 24;
    const auto with = [&](std::size_t at, octet value) {
      bytes changed = wire;
      changed[at] = value;
      if (version == family::ipv4) set_checksum(changed);
      return r.received(changed).first;
    };
    CHECK(with(esp + 3, 0x03) == verdict::no_sa);
    CHECK(with(esp + 3, 0x05) == verdict::no_sa);
    for (std::size_t bit = 0; bit < 32; ++bit) CHECK(with(esp + bit / 8, static_cast<octet>(wire[esp + bit / 8] ^ (1u << bit % 8))) == verdict::no_sa);
    bytes swapped = wire;
    std::reverse(swapped.begin() + static_cast<std::ptrdiff_t>(esp), swapped.begin() + static_cast<std::ptrdiff_t>(esp + 4));
    CHECK(r.received(swapped).first == verdict::no_sa);
    for (const octet protocol : {octet{51}, octet{4}, octet{41}, octet{17}, octet{49}, octet{0xff}}) CHECK(with(version == family::ipv4 ? 9 : 6, protocol) == verdict::not_protected);
    const std::size_t size = version == family::ipv4 ? 4 : 16;
    if constexpr (std::is_same_v<Key, by_spi_and_destination>) {
      for (std::size_t at = destination; at < destination + size; ++at) CHECK(with(at, static_cast<octet>(wire[at] ^ 1)) == verdict::no_sa);
      bytes elsewhere = wire;
      elsewhere[destination] = static_cast<octet>(elsewhere[destination] ^ 0x80);
      if (version == family::ipv4) set_checksum(elsewhere);
      CHECK(r.received(elsewhere).first == verdict::no_sa);
      // The same SPI over the other family, whose address begins with the same octets.
      sa_form other = form;
      other.outer = version == family::ipv4 ? family::ipv6 : family::ipv4;
      CHECK(r.received(tunnelled_packet(r.crypto, other, 1, udp_packet(family::ipv4, 9))).first == verdict::no_sa);
    }
    CHECK(r.received(wire).first == verdict::forwarded);
    if constexpr (std::is_same_v<Key, by_spi>) CHECK(with(destination, static_cast<octet>(wire[destination] ^ 1)) == verdict::replayed);  // we chose the SPI: it names the SA
  }
}

TEST_CASE("find_sa: one SPI for each of several addresses of ours [class 15]") {
  keyed<by_spi_and_destination> r;
  for (unsigned which = 1; which <= 5; ++which) r.add_receiver({.spi = 0x1001, .which = which});
  sa_form v6{.spi = 0x1001, .outer = family::ipv6, .which = 6};
  r.add_receiver(v6);
  for (unsigned which = 1; which <= 5; ++which) {
    const sa_form form{.spi = 0x1001, .which = which};
    CHECK(r.received(tunnelled_packet(r.crypto, form, 1, udp_packet(family::ipv4, which))).first == verdict::forwarded);
  }
  CHECK(r.received(tunnelled_packet(r.crypto, v6, 1, udp_packet(family::ipv4, 6))).first == verdict::forwarded);
  // Another SA's key opens nothing.
  sa_form mixed{.spi = 0x1001, .which = 2};
  bytes wire = tunnelled_packet(r.crypto, mixed, 2, udp_packet(family::ipv4, 9));
  wire[19] = 13;
  set_checksum(wire);
  CHECK(r.received(wire).first == verdict::icv_mismatch);
}

TEST_CASE("find_sa: reserved SPIs on the wire find nothing [class 14]") {
  keyed<by_spi> r;
  r.add_receiver({.spi = 0x1001});
  for (std::uint32_t spi = 0; spi <= 255; ++spi) CHECK(r.received(tunnelled_packet(r.crypto, {.spi = spi}, 1, udp_packet(family::ipv4, 9))).first == verdict::no_sa);
}

TEST_CASE("find_sa: what is not an ESP packet says what it is [class 11, 55]") {
  keyed<by_spi> r;
  const sa_form form;
  r.add_receiver(form);
  const bytes esp = sealed_esp(r.crypto, form, 1, esp_text(udp_packet(family::ipv4, 9), 4));
  CHECK(r.received({}).first == verdict::not_ip);
  CHECK(r.received(bytes(40, octet{0x55})).first == verdict::not_ip);
  CHECK(r.received(outer(form, 17, udp(1, 2, 30))).first == verdict::not_protected);
  CHECK(r.received(outer(form, 50, bytes(esp.begin(), esp.begin() + 7))).first == verdict::runt);
  for (const std::size_t fragment : {std::size_t{0x2000}, std::size_t{1}, std::size_t{0x2001}, std::size_t{0x1fff}}) {
    const ip_form ip{.source = outside_v4(1), .destination = outside_v4(11), .protocol = 50, .payload = esp, .fragment = fragment};
    CHECK(r.received(make_ip(ip)).first == verdict::ip_fragment);
  }
  ip_form v6{.source = outside_v6(1), .destination = outside_v6(11), .protocol = 50, .payload = esp};
  v6.extensions = {{44, {0, 0, 1, 0, 0, 0, 9}}};
  CHECK(r.received(make_ip(v6)).first == verdict::ip_fragment);
  v6.extensions = {{44, {0, 0, 0, 0, 0, 0, 9}}};
  CHECK(r.received(make_ip(v6)).first == verdict::forwarded);  // an atomic fragment, as Linux sends them
  v6.extensions = {{60, {40, 0, 0, 0, 0, 0, 0}}};
  CHECK(r.received(make_ip(v6)).first == verdict::bad_header);
}

TEST_CASE("find_sa: link padding behind the packet is cut off") {
  for (const std::size_t more : {std::size_t{1}, std::size_t{4}, std::size_t{46}, std::size_t{3000}}) {
    keyed<by_spi> r;
    const sa_form form;
    r.add_receiver(form);
    bytes wire = tunnelled_packet(r.crypto, form, 1, udp_packet(family::ipv4, 9));
    put(wire, bytes(more, octet{0x00}));
    const auto [v, octets] = r.received(wire);
    CHECK(v == verdict::forwarded);
    CHECK(octets == udp_packet(family::ipv4, 9));
  }
}

TEST_CASE("find_sa: writes what the stages behind it read") {
  receiving_bench<gateway> b;
  b.add({.spi = 0x01020304});
  ip_form ip{.source = outside_v4(1), .destination = outside_v4(11), .protocol = 50, .payload = counted(60), .traffic_class = 0xb9, .options = {1, 1, 1, 0}};
  std::copy_n(std::vector<octet>{1, 2, 3, 4, 0xaa, 0xbb, 0xcc, 0xdd}.begin(), 8, ip.payload.begin());
  b.packets.add(make_ip(ip));
  b.go(find_sa);
  REQUIRE(b.of(0) == verdict::forwarded);
  CHECK(b.state(0).record == b.store.at(inbound_handle{0, 1}));
  CHECK(b.state(0).passed(0) == b.state(0).record);
  CHECK(b.state(0).level == 1);
  CHECK(b.state(0).number == 0xaabbccdd);
  CHECK(b.state(0).esp_at == 24);
  CHECK(b.state(0).protocol_at == 9);
  CHECK(b.state(0).traffic_class == 0xb9);
  CHECK(b.state(0).version == family::ipv4);
  CHECK(b.state(0).length == 84);
}
