#include "support/receiving_nic.hpp"

using namespace support;

namespace {

struct fixture {
  receiving_nic<> nic{};
  peer other{};
  bundle_form esp = esp_bundle(0x1001), auth = ah_bundle(0x2001), tunnel = esp_bundle(0x1003), inside = inner(esp_bundle(0x1004)), natted = esp_bundle(0x1005);

  fixture() {
    natted.udp_esp = udp_esp_layout::transport;
    for (const bundle_form& form : {esp, auth, tunnel, inside, natted}) nic.add(form);
    nic.current.tcp_checksum = nic.current.udp_checksum = true;
  }
};

bytes upper(const bundle_form& form, octet protocol, bool right, std::size_t size = 33) {
  bytes payload = protocol == 17 ? udp(4000, 53, size) : counted(20 + size, 3);
  bytes packet = make_ip({.source = form.source, .destination = form.destination, .protocol = protocol, .payload = payload});
  const std::size_t at = form.version == family::ipv4 ? 20 : 40;
  set_upper_checksum(packet, at, protocol == 17 ? 6 : 16, protocol);
  return right ? packet : changed(packet, packet.size() - 2, 0x40);
}

constexpr receive_checksum nothing{}, tcp_right{.tcp_right = true, .ip_right = true}, udp_right{.udp_right = true, .ip_right = true}, tcp_failed{.tcp_failed = true, .ip_right = true},
    udp_failed{.udp_failed = true, .ip_right = true};

}  // namespace

TEST_CASE("F118: TCP and UDP over what was decrypted are checked where the configuration has them beside IPsec [row 68]") {
  fixture f;
  for (const bundle_form& form : {f.esp, f.auth}) {
    for (const octet protocol : {octet{6}, octet{17}}) {
      const bool tcp = protocol == 6;
      const bytes right = f.other.seal(form, mode::transport, upper(form, protocol, true)), wrong = f.other.seal(form, mode::transport, upper(form, protocol, false));
      f.nic.current.tcp_checksum = f.nic.current.udp_checksum = true;
      CHECK(f.nic.receive(right, {31, right.size() - 31}).checksums.pack() == (tcp ? tcp_right : udp_right).pack());
      CHECK(f.nic.receive(wrong).checksums.pack() == (tcp ? tcp_failed : udp_failed).pack());
      (tcp ? f.nic.current.tcp_checksum : f.nic.current.udp_checksum) = false;
      CHECK(f.nic.receive(wrong).checksums.pack() == receive_checksum{.ip_right = true}.pack());
      f.nic.current.tcp_checksum = f.nic.current.udp_checksum = false;
      CHECK(f.nic.receive(wrong).checksums.pack() == nothing.pack());
    }
  }
}

TEST_CASE("F118: with a packet in a tunnel both IP headers must be right, and one that is wrong is told") {
  fixture f;
  const bytes packet = upper(f.inside, 17, true);
  const bytes frame = f.other.seal(f.tunnel, mode::tunnel, packet);
  CHECK(f.nic.receive(frame).checksums.pack() == udp_right.pack());
  CHECK(f.nic.receive(changed(frame, 10)).checksums.pack() == receive_checksum{.ip_failed = true, .udp_right = true}.pack());
  const bytes wrong_inside = f.other.seal(f.tunnel, mode::transport, make_ip({.source = f.tunnel.source, .destination = f.tunnel.destination, .protocol = 4, .payload = changed(packet, 10)}));
  CHECK(f.nic.receive(wrong_inside).checksums.pack() == receive_checksum{.ip_failed = true, .udp_right = true}.pack());
  const bytes nested = f.other.seal(f.tunnel, mode::tunnel, f.other.seal(f.inside, mode::transport, upper(f.inside, 6, true)));
  CHECK(f.nic.receive(nested).checksums.pack() == tcp_right.pack());
  CHECK(f.nic.receive(changed(nested, 10)).checksums.pack() == receive_checksum{.ip_failed = true, .tcp_right = true}.pack());
}

TEST_CASE("F118: nothing is told of what cannot be checked, and of packets that did not open") {
  fixture f;
  bytes without = upper(f.esp, 17, false);
  without[26] = without[27] = 0;
  CHECK(f.nic.receive(f.other.seal(f.esp, mode::transport, without)).checksums.pack() == receive_checksum{.ip_right = true}.pack());
  CHECK(f.nic.receive(f.other.seal(f.natted, mode::transport, upper(f.natted, 6, false))).checksums.pack() == receive_checksum{.ip_right = true}.pack());
  CHECK(f.nic.receive(end_changed(f.other.seal(f.esp, mode::transport, upper(f.esp, 6, true)))).checksums.pack() == nothing.pack());
  CHECK(f.nic.receive(upper(f.esp, 6, true)).checksums.pack() == nothing.pack());
  bytes fragment = upper(f.inside, 17, true);
  fragment[6] = 0x20;
  set_checksum(fragment);
  CHECK(f.nic.receive(f.other.seal(f.tunnel, mode::transport, make_ip({.source = f.tunnel.source, .destination = f.tunnel.destination, .protocol = 4, .payload = fragment}))).checksums.pack() ==
        receive_checksum{.ip_right = true}.pack());
}

TEST_CASE("F118: over IPv6 there is no header checksum, and the upper layer's is checked") {
  fixture f;
  const bundle_form six = to(esp_bundle(0x1006), outside_v6(1), outside_v6(2));
  f.nic.add(six);
  CHECK(f.nic.receive(f.other.seal(six, mode::transport, upper(six, 6, true))).checksums.pack() == receive_checksum{.tcp_right = true}.pack());
  CHECK(f.nic.receive(f.other.seal(six, mode::transport, upper(six, 6, false))).checksums.pack() == receive_checksum{.tcp_failed = true}.pack());
}
