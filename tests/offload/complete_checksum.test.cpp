#include "support/card.hpp"

using namespace support;

namespace complete_checksum_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct with_ah : gateway {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha1_96>>;
};
using crypto_type = testing::mixing_crypto;
using nic_card = card<gateway, flat_packet, crypto_type>;

std::uint64_t pseudo_sum(const bytes& ip, std::size_t at, octet protocol) {
  const bool six = ip[0] >> 4 == 6;
  return pseudo_header_sum(six ? family::ipv6 : family::ipv4, &ip[six ? 8 : 12], ip.size() - at, protocol);
}
/// A packet whose checksum is open: the field holds the sum of the pseudo header. `tcp`: 20 octets of header.
bytes open_packet(family version, bool tcp, std::size_t size, std::size_t& at) {
  bytes ip = udp_packet(version, size);
  at = version == family::ipv6 ? 40 : 20;
  if (tcp) {
    ip[version == family::ipv6 ? 6 : 9] = protocol_number::tcp;
    if (version == family::ipv4) ip[10] = ip[11] = 0, set_checksum(ip);
  }
  store_be16(&ip[at + (tcp ? 16 : 6)], static_cast<std::uint16_t>(fold_checksum(pseudo_sum(ip, at, tcp ? protocol_number::tcp : protocol_number::udp))));
  return ip;
}
/// What the sum of pseudo header, header and text comes to: all ones when the checksum is right.
std::uint16_t sum_of_l4(const bytes& ip, std::size_t at, bool tcp) {
  return fold_checksum(pseudo_sum(ip, at, tcp ? protocol_number::tcp : protocol_number::udp) + checksum_sum({&ip[at], ip.size() - at}));
}
send_checksum asked(bool tcp, std::size_t at) {
  send_checksum c;
  (tcp ? c.tcp : c.udp) = true;
  c.tcp_offset = static_cast<std::uint16_t>(at);
  return c;
}
template <class Side> void check_arrives(Side& s, const sa_form& form, outbound_handle out, family version, bool tcp, bool device_computes) {
  std::size_t at = 0;
  train<flat_packet> t;
  std::vector<send_checksum> open;
  for (const std::size_t size : {30u, 33u, 140u}) {
    t.add(open_packet(version, tcp, size, at), out);
    open.push_back(asked(tcp, at));
  }
  s.words.assign(3, {});
  REQUIRE(s.side.outbound(t.view_with_handles(), s.words, open) == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK((s.words[i].checksum != 0) == device_computes);
    if (device_computes) CHECK(send_checksum::unpack(s.words[i].checksum).tcp_offset == at + 16 + (form.mode == mode::tunnel ? 20 : 0));
    CHECK(s.device.send(*t.packets[i], s.words[i]));
  }
  s.complete();
  CHECK(s.side.inbound(t.view()) == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(sum_of_l4(t.octets(i), at, tcp) == 0xffff);
}
/// Calls somebody back while packets are sealed: behind the decision who seals, and before frames are given away.
struct interrupted : crypto_type {
  interrupted() noexcept : crypto_type() {}
  void (*during)(void*) noexcept = nullptr;
  void* whose = nullptr;
  void seal(workspace& w, job_list jobs) noexcept {
    if (during != nullptr) during(whose);
    crypto_type::seal(w, jobs);
  }
};
}  // namespace complete_checksum_test
using namespace complete_checksum_test;

TEST_CASE("F17: the host completes the checksum inside a packet that the NIC does not complete beside IPsec, and leaves the other to it") {
  for (const bool computes_tcp : {false, true})
    for (const bool computes_udp : {false, true})
      for (const mode how : {mode::tunnel, mode::transport}) {
        split<gateway, flat_packet, crypto_type, nic_card> s;
        s.device.can.tcp_checksum = computes_tcp;
        s.device.can.udp_checksum = computes_udp;
        s.device.use_ethernet();
        const sa_form form{.mode = how};
        const auto out = s.add_sender(form);
        s.add_receiver(form);
        REQUIRE(s.offload(out, form));
        check_arrives(s, form, out, family::ipv4, true, computes_tcp);
        check_arrives(s, form, out, family::ipv4, false, computes_udp);
        CHECK(s.sent().framed.get() == 6);
        if (how == mode::tunnel) check_arrives(s, form, out, family::ipv6, true, computes_tcp);
        s.placing.suspend();
        check_arrives(s, form, out, family::ipv4, true, false);
      }
}

TEST_CASE("F17: a checksum that was left to the NIC is completed by the host when the packet is sealed in software after all") {
  SUBCASE("the number is beyond what the NIC was told") {
    split<gateway, flat_packet, crypto_type, nic_card> s;
    s.device.can.udp_checksum = true;
    s.device.configure();
    const sa_form form{.esn = true, .start = 0xffff'fffd};
    const auto out = s.add_sender(form);
    s.add_receiver(form);
    REQUIRE(s.offload(out, form));
    train<flat_packet> t;
    std::size_t at = 0;
    for (int i = 0; i < 6; ++i) t.add(open_packet(family::ipv4, false, 50, at), out);
    const std::vector<send_checksum> open(6, asked(false, at));
    s.words.assign(6, {});
    REQUIRE(s.side.outbound(t.view_with_handles(), s.words, open) == 6);
    CHECK(s.sent().framed.get() == 2);
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(send_checksum::unpack(s.words[i].checksum).udp == (i < 2));
      CHECK(s.device.send(*t.packets[i], s.words[i]));
    }
    CHECK(s.side.inbound(t.view()) == 6);
    for (std::size_t i = 0; i < 6; ++i) CHECK(sum_of_l4(t.octets(i), at, false) == 0xffff);
  }
  SUBCASE("its SA drains before the frame is given away") {
    using stub = stub_device<gateway, flat_packet, interrupted>;
    split<gateway, flat_packet, interrupted, stub> s;
    s.device.can.tcp_checksum = true;
    const sa_form form{.mode = mode::transport}, other{.spi = 0x1002, .mode = mode::transport, .which = 2};
    const auto out = s.add_sender(form), in_software = s.add_sender(other);
    s.add_receiver(form);
    s.add_receiver(other);
    REQUIRE(s.offload(out, form));
    s.crypto.whose = &s.placing;
    s.crypto.during = [](void* placing) noexcept { static_cast<decltype(&s.placing)>(placing)->suspend(); };
    train<flat_packet> t;
    std::size_t at = 0;
    t.add(open_packet(family::ipv4, true, 50, at), out);
    t.add(open_packet(family::ipv4, true, 60, at), in_software);
    const std::vector<send_checksum> open(2, asked(true, at));
    s.words.assign(2, {});
    REQUIRE(s.side.outbound(t.view_with_handles(), s.words, open) == 2);
    CHECK(s.sent().framed.get() == 0);
    s.crypto.during = nullptr;
    for (std::size_t i = 0; i < 2; ++i) CHECK_FALSE(s.words[i]);
    CHECK(s.side.inbound(t.view()) == 2);
    for (std::size_t i = 0; i < 2; ++i) CHECK(sum_of_l4(t.octets(i), at, true) == 0xffff);
  }
}

TEST_CASE("complete_checksum: in software, under ESP and AH, before anything is sealed; and of the IPv4 header") {
  split<with_ah> s;
  for (const bool under_ah : {false, true}) {
    const sa_form form{.suite = under_ah ? ah<hmac_sha1_96>::sizes : gcm128::sizes, .spi = under_ah ? 0x1002u : 0x1001u, .mode = mode::transport};
    const auto out = s.add_sender(form);
    s.add_receiver(form);
    check_arrives(s, form, out, family::ipv4, true, false);
    check_arrives(s, form, out, family::ipv6, false, false);
  }
  const sa_form form{.spi = 0x1003};
  const auto out = s.add_sender(form);
  s.add_receiver(form);
  bytes wrong = udp_packet(family::ipv4, 30);
  wrong[10] ^= 0x55;
  train<flat_packet> t;
  t.add(wrong, out);
  s.words.assign(1, {});
  const send_checksum ip{.ipv4 = true, .ip_header = true};
  REQUIRE(s.side.outbound(t.view_with_handles(), s.words, {&ip, 1}) == 1);
  CHECK(s.side.inbound(t.view()) == 1);
  CHECK(wrong_in_ip(t.octets(0)).empty());
}

TEST_CASE("complete_checksum: what is asked for outside the packet, or of both protocols, is refused, and no number is spent") {
  split<gateway> s;
  const auto out = s.add_sender({});
  send_checksum both = asked(true, 20);
  both.udp = true;
  for (const send_checksum& wrong : {asked(true, 30), asked(false, 60), asked(false, 4), both}) {
    train<flat_packet> t;
    t.add(udp_packet(family::ipv4, 12), out);
    s.words.assign(1, {});
    CHECK(s.side.outbound(t.view_with_handles(), s.words, {&wrong, 1}) == 0);
    CHECK(t.of(0) == verdict::bad_header);
  }
  CHECK(s.sa(out).sequence().used() == 0);
}
