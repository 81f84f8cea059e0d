#include "support/receiving_nic.hpp"

using namespace support;

namespace {

// The bundles of one NIC, and frames under them.
struct scene {
  receiving_nic<> nic{};
  peer other{};
  bundle_form esp = esp_bundle(0x1001), auth = ah_bundle(0x2001), both = ah_esp_bundle(0x1002, 0x2002), tunnel = esp_bundle(0x1003), ah_tunnel = ah_bundle(0x2003);
  bundle_form inside = inner(esp_bundle(0x1004)), inside_ah = inner(ah_bundle(0x2004)), unknown = esp_bundle(0x9999), inside_unknown = inner(esp_bundle(0x999a));
  bundle_form auth_only = ah_bundle(0x3001);

  scene() {
    for (const bundle_form& form : {esp, auth, both, tunnel, ah_tunnel, inside, inside_ah, auth_only}) nic.add(form);
    nic.receive(tunnelled(esp_in()));  // what the tunnel carries is known from then on (U-17)
    nic.receive(other.seal(ah_tunnel, mode::tunnel, plain(inside)));
  }
  bytes transport(const bundle_form& form) { return other.seal(form, mode::transport, plain(form)); }
  bytes esp_in() { return transport(inside); }
  bytes tunnelled(const bytes& packet) { return other.seal(tunnel, mode::tunnel, packet); }
};

struct plain_nic : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

}  // namespace

TEST_CASE("receive list: the truth table of the receive side") {
  scene s;
  bytes fragment = s.transport(s.esp);
  fragment[6] = 0x20;
  bytes cut_short = s.transport(s.esp);
  cut_short.resize(cut_short.size() - 4);
  const bytes inside = s.esp_in(), inside_ah = s.transport(s.inside_ah);
  bytes esp_as_ah = s.transport(s.esp);
  store_be32(esp_as_ah.data() + 20, 0x3001);
  const bytes both = s.transport(s.both), tunnel_in_clear = s.tunnelled(plain(s.inside));
  bytes ah_bad = both, esp_bad = s.other.seal(s.both, 1, mode::transport, end_changed(s.other.seal(s.both, 0, mode::transport, plain(s.both))));
  ah_bad[20 + 12] ^= 1;

  struct row {
    const char* situation;
    bytes frame;
    bool done, next;
    unsigned status;
    oob_word header;  // slot 12
  };
  const unsigned udp = 17, ipv4 = 4;
  const row table[] = {
      {"not IPsec", plain(s.esp), false, false, 0, 0},
      {"no SA", s.transport(s.unknown), false, false, 0, 0},
      {"fragment", fragment, false, false, 0, 0},
      {"ESP, transport", s.transport(s.esp), true, false, 0, slot_12(udp, 2)},
      {"AH, transport", s.transport(s.auth), true, false, 0, 0},
      {"AH, transport, bad", end_changed(s.transport(s.auth)), true, false, 2, 0},
      {"ESP, transport, bad", end_changed(s.transport(s.esp)), true, false, 3, 0},
      {"ESP, tunnel", tunnel_in_clear, true, false, 0, slot_12(ipv4, 2)},
      {"AH, tunnel, bad", end_changed(s.other.seal(s.ah_tunnel, mode::tunnel, plain(s.inside))), true, false, 4, 0},
      {"ESP, tunnel, bad", end_changed(tunnel_in_clear), true, false, 5, 0},
      {"tunnel, transport SA not here", s.tunnelled(s.transport(s.inside_unknown)), true, false, 0, slot_12(ipv4, 2)},
      {"tunnel and transport", s.tunnelled(inside), true, true, 0, slot_12(udp, 2)},
      {"tunnel and AH transport", s.tunnelled(inside_ah), true, true, 0, slot_12(ipv4, 2)},
      {"tunnel, transport ESP bad", s.tunnelled(end_changed(inside)), true, true, 3, slot_12(ipv4, 2)},
      {"tunnel, transport AH bad", s.tunnelled(end_changed(inside_ah)), true, true, 2, slot_12(ipv4, 2)},
      {"tunnel bad, transport not attempted", end_changed(s.tunnelled(inside)), true, false, 5, 0},
      {"truncated", cut_short, true, false, 6, 0},
      {"SA says AH, the packet has ESP", esp_as_ah, true, false, 7, 0},
      {"AH and ESP", both, true, false, 0, slot_12(udp, 2)},
      {"AH and ESP, AH bad", ah_bad, true, false, 2, 0},
      {"AH and ESP, ESP bad", esp_bad, true, false, 3, 0},
  };
  for (const row& r : table) {
    CAPTURE(r.situation);
    const told t = s.nic.receive(r.frame);
    CHECK(t.words[0] == slot_1(r.done, r.next, r.status));
    CHECK(t.words[1] == r.header);
    CHECK(t.frame.size() == r.frame.size());
    if (!r.done) CHECK(t.frame == r.frame);
  }
}

TEST_CASE("receive_list: the list of a profile is what its suites and levels ask for") {
  using plain_list = decltype(receive_list<plain_nic>());
  using full_list = decltype(receive_list<receiving_profile>());
  CHECK(plain_list::size == 5);
  CHECK(full_list::size == 10);
  CHECK(plain_list::kind == list_kind::device_inbound);
  for (const char* name : plain_list::names) CHECK(std::string(name) != "verify_ah");
}
