#include "support/receiving_nic.hpp"

#include <algorithm>

using namespace support;

namespace {

struct fixture {
  receiving_nic<> nic{};
  peer other{};
  bundle_form tunnel = esp_bundle(0x1001), esp = inner(esp_bundle(0x1002)), auth = inner(ah_bundle(0x2002)), both = inner(ah_esp_bundle(0x1003, 0x2003)), unknown = inner(esp_bundle(0x9999));

  fixture() {
    for (const bundle_form& form : {tunnel, esp, auth, both}) nic.add(form);
  }
  bytes transport(const bundle_form& form, std::size_t size = 40) { return other.seal(form, mode::transport, plain(form, size)); }
  /// Whatever is inside, and be it no packet that our own tunnels would take.
  bytes around(const bytes& inside) { return other.seal(tunnel, mode::transport, make_ip({.source = tunnel.source, .destination = tunnel.destination, .protocol = 4, .payload = inside})); }
  bytes tunnelled(const bytes& packet) { return other.seal(tunnel, mode::tunnel, packet); }
};

bytes cut_in(bytes packet) {  // its IP header says four octets more than there are
  const std::size_t total = packet.size() + 4;
  packet[2] = static_cast<octet>(total >> 8), packet[3] = static_cast<octet>(total & 0xff);
  set_checksum(packet);
  return packet;
}

}  // namespace

TEST_CASE("F98: the words of a good ESP packet are its trailer's") {
  fixture f;
  f.nic.add(esp_bundle(0x1005));
  for (std::size_t size = 0; size < 9; ++size) {
    const bytes frame = f.other.seal(esp_bundle(0x1005), mode::transport, plain(esp_bundle(), size));
    const unsigned padding = static_cast<unsigned>((4 - (8 + size + 2) % 4) % 4);
    CHECK(f.nic.receive(frame, {frame.size() - 17, 17}).words[1] == slot_12(17, padding));
  }
  CHECK(f.nic.receive(f.tunnelled(udp_packet(family::ipv6, 32))).words[1] == slot_12(41, 2));
}

TEST_CASE("F99: where no trailer was recovered, nothing is said of one") {
  fixture f;
  f.nic.add(esp_bundle(0x1005));
  const bytes esp = f.other.seal(esp_bundle(0x1005), mode::transport, plain(esp_bundle()));
  CHECK(f.nic.receive(end_changed(esp)).words[1] == 0);
  CHECK(f.nic.receive(end_changed(f.tunnelled(f.transport(f.esp)))).words[1] == 0);
  CHECK(f.nic.receive(plain(f.tunnel)).words[1] == 0);
}

TEST_CASE("F99, U-24: AH alone has no trailer to tell of") {
  fixture f;
  CHECK(f.nic.receive(f.other.seal(f.auth, mode::transport, plain(f.auth))).words[1] == 0);
}

TEST_CASE("F98, U-16: of two portions the innermost trailer that was recovered is told") {
  fixture f;
  CHECK(f.nic.receive(f.tunnelled(f.transport(f.esp, 41))).words[1] == slot_12(17, 1));
  CHECK(f.nic.receive(f.tunnelled(end_changed(f.transport(f.esp, 41)))).words[1] == slot_12(4, 2));
  CHECK(f.nic.receive(f.tunnelled(f.transport(f.auth, 41))).words[1] == slot_12(4, 1));
  CHECK(f.nic.receive(f.tunnelled(plain(f.esp, 41))).words[1] == slot_12(4, 1));
}

TEST_CASE("F108: NextCryptoDone stands when both portions were checked, and never alone") {
  fixture f;
  for (const bundle_form& inside : {f.esp, f.auth, f.both}) {
    const told t = f.nic.receive(f.tunnelled(f.transport(inside)), {90, 31, f.tunnelled(f.transport(inside)).size() - 121});
    CHECK(t.words[0] == slot_1(true, true, 0));
  }
  CHECK(f.nic.receive(f.tunnelled(end_changed(f.transport(f.esp)))).words[0] == slot_1(true, true, 3));
  CHECK(f.nic.receive(f.tunnelled(end_changed(f.transport(f.auth)))).words[0] == slot_1(true, true, 2));
  CHECK_FALSE(f.nic.receive(f.tunnelled(plain(f.esp))).ipsec.next_done);
  CHECK_FALSE(f.nic.receive(end_changed(f.tunnelled(f.transport(f.esp)))).ipsec.next_done);
}

TEST_CASE("F108: both payloads are in clear where they stand") {
  fixture f;
  const bytes inside = f.transport(f.esp), frame = f.tunnelled(inside);
  const told t = f.nic.receive(frame);
  const bytes payload = bytes(t.frame.begin() + 36 + 36, t.frame.begin() + 36 + 36 + 48), whole = plain(f.esp);
  CHECK(payload == bytes(whole.begin() + 20, whole.end()));
  CHECK(bytes(t.frame.begin() + 36, t.frame.begin() + 72) == bytes(inside.begin(), inside.begin() + 36));
}

TEST_CASE("F108: without the combination in the configuration only the tunnel portion is worked on") {
  fixture f;
  f.nic.current.transport_in_tunnel = false;
  CHECK(f.nic.receive(f.tunnelled(f.transport(f.esp))).ipsec == receive_ipsec{.done = true});
}

TEST_CASE("F109: the tunnel's bundle is here and the one inside is not: CryptoDone alone, and what is inside is as it was sealed") {
  fixture f;
  const bytes inside = f.transport(f.unknown);
  const told t = f.nic.receive(f.tunnelled(inside));
  CHECK(t.ipsec == receive_ipsec{.done = true});
  CHECK(bytes(t.frame.begin() + 36, t.frame.begin() + 36 + static_cast<std::ptrdiff_t>(inside.size())) == inside);
}

TEST_CASE("F108, U-23: when the tunnel portion is right and the one inside contradicts itself, both count as checked: status 6") {
  fixture f;
  CHECK(f.nic.receive(f.around(cut_in(f.transport(f.esp)))).words[0] == slot_1(true, true, 6));
  bytes odd = f.transport(f.esp);
  odd.pop_back();
  odd[3] = static_cast<octet>(odd.size());
  set_checksum(odd);
  CHECK(f.nic.receive(f.around(odd)).words[0] == slot_1(true, true, 6));
}

TEST_CASE("F108, F115: nested layouts are worked on with both bundles here, and pass untouched where one is missing") {
  for (const udp_esp_layout layout : {udp_esp_layout::transport_over_udp_tunnel, udp_esp_layout::udp_transport_over_tunnel}) {
    const bool outer_udp = layout == udp_esp_layout::transport_over_udp_tunnel;
    fixture f;
    bundle_form outside_form = esp_bundle(0x1011), inside_form = inner(esp_bundle(0x1012)), missing = inner(esp_bundle(0x1013)), alone = esp_bundle(0x1014);
    for (bundle_form* form : {&outside_form, &inside_form, &missing, &alone}) form->udp_esp = layout;
    f.nic.add(outside_form);
    f.nic.add(inside_form);
    const auto sealed = [&](const bundle_form& outer, const bundle_form& within) {
      f.other.in_udp = !outer_udp;
      const bytes inside = f.transport(within);
      f.other.in_udp = outer_udp;
      return f.other.seal(outer, mode::tunnel, inside);
    };
    CHECK(f.nic.receive(sealed(outside_form, inside_form)).words[0] == slot_1(true, true, 0));
    for (const bytes& frame : {sealed(outside_form, missing), sealed(alone, inside_form)}) CHECK(untouched(f.nic.receive(frame, {44, 20, frame.size() - 64}), frame));
    // Where UDP stands in the other portion, or in both, it is another layout, and nobody's.
    f.other.in_udp = true;
    const bytes both = f.other.seal(outside_form, mode::tunnel, f.transport(inside_form));
    CHECK_FALSE(f.nic.receive(both).ipsec.next_done);
  }
}

namespace {
using enum udp_esp_layout;
const set_of<udp_esp_layout> layouts[] = {{}, transport_over_udp_tunnel, udp_transport_over_tunnel, transport, tunnel};

// A transport portion under one layout inside a tunnel under another: what is told of it, and whether its inside was opened.
struct nested {
  told said{};
  bool opened = false;
  nested(set_of<udp_esp_layout> outer, set_of<udp_esp_layout> within) {
    fixture f;
    bundle_form outside_form = esp_bundle(0x1011), inside_form = inner(esp_bundle(0x1012));
    outside_form.udp_esp = outer, inside_form.udp_esp = within;
    f.nic.add(outside_form);
    f.nic.add(inside_form);
    f.other.in_udp = within == udp_transport_over_tunnel || within == transport;
    const bytes inside = f.transport(inside_form);
    f.other.in_udp = outer != udp_transport_over_tunnel;
    said = f.nic.receive(f.other.seal(outside_form, mode::tunnel, inside));
    opened = said.ipsec.done && std::search(said.frame.begin(), said.frame.end(), inside.begin(), inside.end()) == said.frame.end();
  }
};
bool may_nest_under(set_of<udp_esp_layout> outer, set_of<udp_esp_layout> within) {
  return (outer.empty() && within.empty()) || (outer == transport_over_udp_tunnel && (within.empty() || within == outer)) || (within == udp_transport_over_tunnel && (outer.empty() || outer == within));
}
}  // namespace

TEST_CASE("F83: inside a tunnel in UDP whose layout has one portion, and in UDP inside a tunnel without word of it, nothing is opened") {
  for (const auto outer : layouts)
    for (const auto within : layouts) {
      CAPTURE(outer.bits);
      CAPTURE(within.bits);
      CHECK(nested(outer, within).opened == may_nest_under(outer, within));
    }
}

TEST_CASE("receive_inner: a layout of both portions is worked on whole or not at all, and of others the tunnel is opened") {
  for (const auto outer : layouts)
    for (const auto within : layouts) {
      CAPTURE(outer.bits);
      CAPTURE(within.bits);
      const nested n(outer, within);
      CHECK(n.said.ipsec.next_done == n.opened);
      const bool both_or_none = outer == transport_over_udp_tunnel || outer == udp_transport_over_tunnel;
      if (outer != transport) CHECK(n.said.ipsec.done == (n.opened || !both_or_none));
    }
}

TEST_CASE("F11, F110: without transport mode in the configuration its packets go up as they came, and tunnels are opened") {
  fixture f;
  f.nic.current.transport = false;
  const bundle_form alone = esp_bundle(0x1005), auth = ah_bundle(0x2005), both = ah_esp_bundle(0x1006, 0x2006);
  for (const bundle_form& form : {alone, auth, both}) f.nic.add(form);
  for (const bundle_form& form : {alone, auth, both})
    for (const std::vector<std::size_t>& pieces : {std::vector<std::size_t>{}, std::vector<std::size_t>{30, 17, 40}}) {
      const bytes frame = f.other.seal(form, mode::transport, plain(form, 60));
      std::vector<std::size_t> cut = pieces;
      if (!cut.empty()) cut.push_back(frame.size() - 87);
      CHECK(untouched(f.nic.receive(frame, cut), frame));
      const told t = f.nic.receive(f.other.seal(form, mode::tunnel, udp_packet(family::ipv4, 40)));
      CHECK(t.words[0] == slot_1(true, false, 0));
    }
  CHECK(f.nic.receive(f.tunnelled(f.transport(f.esp))).words[0] == slot_1(true, false, 0));  // the tunnel alone
  f.nic.current.transport = true;
  CHECK(f.nic.receive(f.other.seal(alone, mode::transport, plain(alone))).words[0] == slot_1(true, false, 0));
  CHECK(f.nic.receive(f.other.seal(auth, mode::transport, plain(auth))).words[0] == slot_1(true, false, 0));
}

TEST_CASE("receive_inner: under every suite what is restored is octet for octet what arrived [class 49]") {
  const offload_transform gmac{protocol_kind::esp, offload_integrity::aes_gmac_128, offload_encryption::null, 0}, cbc{protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::aes_cbc_128, 0};
  std::uint32_t spi = 0x5000;
  for (const offload_transform& named : {gmac, cbc, gcm_named(offload_encryption::aes_gcm_256)}) {
    for (const bool esn : {false, true}) {
      fixture f;
      bundle_form outer = esp_bundle(++spi, named);
      outer.udp_esp = udp_esp_layout::transport_over_udp_tunnel;
      outer.esn = esn;
      outer.high = 9;
      f.nic.add(outer);
      f.other.in_udp = false;
      const bytes inside = f.transport(f.unknown);
      f.other.in_udp = true;
      const bytes frame = f.other.seal(outer, 0, mode::tunnel, inside, esn ? std::uint64_t{9} << 32 | 5 : 5);
      CHECK(untouched(f.nic.receive(frame, {44, 20, frame.size() - 70, 6}), frame));
    }
  }
}
