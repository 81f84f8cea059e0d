#include "support/receiving_nic.hpp"

using namespace support;

namespace {

// One ESP bundle between two hosts.
struct fixture {
  receiving_nic<> nic{};
  peer other{};
  bundle_form esp = esp_bundle();

  bytes sealed(const bundle_form& form, esplanade::mode m = mode::transport) { return other.seal(form, m, plain(form)); }
  bool processed(const bytes& frame) { return nic.receive(frame).ipsec.done; }
};

// A packet with the ESP of `packet` behind other headers.
bytes behind(const bytes& packet, ip_form headers) {
  headers.protocol = 50;
  headers.payload = bytes(packet.begin() + (packet[0] >> 4 == 4 ? 20 : 40), packet.end());
  return make_ip(headers);
}

}  // namespace

TEST_CASE("F93: a frame under an SPI that no bundle has passes untouched, its words zero") {
  fixture f;
  f.nic.add(f.esp);
  for (bundle_form unknown : {esp_bundle(0x1002), ah_bundle(0x1003)}) {
    const bytes frame = f.sealed(unknown);
    CHECK(untouched(f.nic.receive(frame), frame));
  }
}

TEST_CASE("F93, F114: what is no IPsec passes untouched, however it is cut short") {
  fixture f;
  f.nic.add(f.esp);
  for (const bytes& frame : {plain(f.esp), bytes{}, bytes{0x45}, bytes(19, 0x45), bytes(60, 0), bytes(60, 0x50)}) CHECK(untouched(f.nic.receive(frame), frame));
  bytes frame = f.sealed(f.esp);
  frame.resize(23);  // not all of the SPI
  CHECK(untouched(f.nic.receive(frame), frame));
}

TEST_CASE("F94, F95: of bundles with one SPI the one for the packet's destination is taken, else the one for any") {
  fixture f;
  const bundle_form here = esp_bundle();
  bundle_form there = to(esp_bundle(), outside_v4(1), outside_v4(3)), anywhere = to(esp_bundle(), outside_v4(1), {});
  there.which = 2;
  anywhere.which = 3;
  for (const bundle_form& form : {here, there, anywhere}) f.nic.add(form);
  CHECK(f.nic.receive(f.sealed(here)).ipsec.status == crypto_status::success);
  CHECK(f.nic.receive(f.sealed(there)).ipsec.status == crypto_status::success);
  bundle_form elsewhere = to(anywhere, outside_v4(1), outside_v4(77));
  const told t = f.nic.receive(f.sealed(elsewhere));
  CHECK(t.ipsec.done);
  CHECK(t.ipsec.status == crypto_status::success);
}

TEST_CASE("F94, F95: over IPv6 the destination decides as well") {
  fixture f;
  const bundle_form here = to(esp_bundle(), outside_v6(1), outside_v6(2)), there = to(esp_bundle(), outside_v6(1), outside_v6(3));
  f.nic.add(here);
  CHECK(f.processed(f.sealed(here)));
  CHECK_FALSE(f.processed(f.sealed(there)));
}

TEST_CASE("F93, F95: the right SPI with another destination passes untouched") {
  fixture f;
  f.nic.add(f.esp);
  const bytes frame = f.sealed(to(esp_bundle(), outside_v4(1), outside_v4(3)));
  CHECK(untouched(f.nic.receive(frame), frame));
}

TEST_CASE("F105: a packet of other protocols than its bundle's has status 7, and is as it arrived") {
  fixture f;
  const bundle_form both = ah_esp_bundle(0x1002, 0x2002);
  f.nic.add(ah_bundle(0x3001));
  f.nic.add(esp_bundle(0x3002));
  f.nic.add(both);
  bytes esp_under_ah = f.sealed(f.esp), ah_under_esp = f.sealed(ah_bundle());
  store_be32(esp_under_ah.data() + 20, 0x3001);
  store_be32(ah_under_esp.data() + 24, 0x3002);
  const bytes only_esp = f.other.seal(both, 0, mode::transport, plain(both)), only_ah = f.other.seal(both, 1, mode::transport, plain(both));
  bundle_form another = ah_bundle(0x3001);
  const bytes esp_in_ah = f.other.seal(another, mode::transport, f.sealed(f.esp));
  for (const bytes& frame : {esp_under_ah, ah_under_esp, only_esp, only_ah, esp_in_ah}) {
    const told t = f.nic.receive(frame);
    CHECK(t.ipsec == receive_ipsec{.done = true, .status = crypto_status::invalid_protocol});
    CHECK(t.words[1] == 0);
    CHECK(t.frame == frame);
  }
}

TEST_CASE("F8, F110: IPv4 options pass untouched where the configuration does not have them") {
  fixture f;
  f.nic.add(f.esp);
  const bytes frame = behind(f.sealed(f.esp), {.source = f.esp.source, .destination = f.esp.destination, .options = {1, 1, 1, 0}});
  CHECK(f.nic.receive(frame).ipsec == receive_ipsec{.done = true});
  f.nic.current.ipv4_options = false;
  CHECK(untouched(f.nic.receive(frame), frame));
}

TEST_CASE("F9, F110: IPv6 extension headers pass untouched where the configuration does not have them") {
  fixture f;
  const bundle_form form = to(esp_bundle(), outside_v6(1), outside_v6(2));
  f.nic.add(form);
  const bytes frame = behind(f.sealed(form), {.source = form.source, .destination = form.destination, .extensions = {{octet{60}, bytes{0, 1, 4, 0, 0, 0, 0}}}});
  CHECK(f.nic.receive(frame).ipsec == receive_ipsec{.done = true});
  f.nic.current.ipv6_extension_headers = false;
  CHECK(untouched(f.nic.receive(frame), frame));
}

TEST_CASE("F110: what was switched off after the bundle was added passes untouched, and is worked on again afterwards") {
  fixture f;
  bundle_form esn = esp_bundle(0x1005);
  esn.esn = true;
  const bundle_form both = ah_esp_bundle(0x1002, 0x2002), auth = ah_bundle(0x2003), six = to(esp_bundle(0x1006), outside_v6(1), outside_v6(2));
  for (const bundle_form& form : {f.esp, both, auth, six, esn}) f.nic.add(form);
  struct {
    const char* what;
    bytes frame;
    void (*off)(device_capabilities&);
  } const rows[] = {
      {"ESP", f.sealed(f.esp), [](device_capabilities& c) { c.esp = false; }},
      {"AH", f.sealed(auth), [](device_capabilities& c) { c.ah = false; }},
      {"AH of a bundle", f.sealed(both), [](device_capabilities& c) { c.ah = false; }},
      {"both in one packet", f.sealed(both), [](device_capabilities& c) { c.ah_and_esp = false; }},
      {"encryption", f.sealed(f.esp), [](device_capabilities& c) { c.encryption = c.encryption.without(offload_encryption::aes_gcm_128); }},
      {"integrity", f.sealed(auth), [](device_capabilities& c) { c.integrity = c.integrity.without(offload_integrity::hmac_sha1); }},
      {"IPv6", f.sealed(six), [](device_capabilities& c) { c.ipv6 = false; }},
      {"ESN", f.other.seal(esn, mode::transport, plain(esn)), [](device_capabilities& c) { c.esn = false; }},
      {"everything", f.sealed(f.esp), [](device_capabilities& c) { c.tunnel = false; }},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    f.nic.current = every_capability();
    row.off(f.nic.current);
    CHECK(untouched(f.nic.receive(row.frame), row.frame));
    f.nic.current = every_capability();
    CHECK(f.nic.receive(row.frame).ipsec == receive_ipsec{.done = true});
  }
}

TEST_CASE("F111: IP fragments pass untouched, first and later ones") {
  fixture f;
  const bundle_form six = to(esp_bundle(0x1006), outside_v6(1), outside_v6(2));
  f.nic.add(f.esp);
  f.nic.add(six);
  for (const octet flags : {octet{0x20}, octet{0x00}}) {
    bytes frame = f.sealed(f.esp);
    frame[6] = flags;
    frame[7] = flags == 0 ? 3 : 0;
    set_checksum(frame);
    CHECK(untouched(f.nic.receive(frame), frame));
  }
  for (const octet last : {octet{1}, octet{8}}) {
    const bytes frame = behind(f.sealed(six), {.source = six.source, .destination = six.destination, .extensions = {{octet{44}, bytes{0, 0, last, 0, 0, 0, 1}}}});
    CHECK(untouched(f.nic.receive(frame), frame));
  }
}

TEST_CASE("F114: IKE and keep-alives on the port of encapsulated ESP pass untouched") {
  fixture f;
  f.esp.udp_esp = udp_esp_layout::transport;
  f.nic.add(f.esp);
  const bytes esp = f.sealed(f.esp);
  REQUIRE(f.nic.receive(esp).ipsec.done);
  bytes ike = esp, marked = esp;
  std::fill_n(ike.begin() + 28, 4, octet{0});
  marked[31] = 2;
  marked[28] = marked[29] = marked[30] = 0;
  const auto datagram_of = [&](const bytes& payload) { return make_ip({.source = f.esp.source, .destination = f.esp.destination, .payload = datagram(4500, 4500, payload)}); };
  for (const bytes& frame : {ike, marked, datagram_of({0xff}), datagram_of({}), datagram_of({0, 0, 0})}) CHECK(untouched(f.nic.receive(frame), frame));
}

TEST_CASE("F114, U-15: encapsulated ESP is told by the destination port, out of the list of the device profile") {
  fixture f;
  f.esp.udp_esp = udp_esp_layout::transport;
  f.nic.add(f.esp);
  const auto to_port = [&](std::size_t source, std::size_t destination) {
    bytes frame = f.sealed(f.esp);
    frame[20] = static_cast<octet>(source >> 8), frame[21] = static_cast<octet>(source & 0xff);
    frame[22] = static_cast<octet>(destination >> 8), frame[23] = static_cast<octet>(destination & 0xff);
    return frame;
  };
  CHECK(f.processed(to_port(4500, 4500)));
  CHECK(f.processed(to_port(61000, 4500)));
  CHECK(f.processed(to_port(61000, 4501)));
  CHECK_FALSE(f.processed(to_port(4500, 61000)));
  CHECK_FALSE(f.processed(to_port(4500, 4502)));
}

TEST_CASE("F93, F115: ESP in UDP is worked on when the bundle says UDP, and passes untouched when it does not") {
  fixture f;
  bundle_form in_udp = esp_bundle(0x1002), tunnel = esp_bundle(0x1003);
  in_udp.udp_esp = udp_esp_layout::transport;
  tunnel.udp_esp = udp_esp_layout::tunnel;
  for (const bundle_form& form : {f.esp, in_udp, tunnel}) f.nic.add(form);
  CHECK(f.nic.receive(f.sealed(in_udp)).ipsec == receive_ipsec{.done = true});
  CHECK(f.nic.receive(f.sealed(tunnel, mode::tunnel)).ipsec == receive_ipsec{.done = true});
  const bytes not_said = support::in_udp(f.sealed(f.esp));
  CHECK(untouched(f.nic.receive(not_said), not_said));
  bundle_form bare = in_udp;
  bare.udp_esp = {};
  const bytes missing = f.sealed(bare);
  CHECK(untouched(f.nic.receive(missing), missing));
}
