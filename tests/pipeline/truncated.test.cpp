// Packets that end too early, in heap blocks that end with them.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm128_8>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};

struct shape {
  const char* name;
  sa_form form;
  bytes wire;
  std::size_t header;  // octets in front of ESP
};

// Every kind of packet that an inbound datapath accepts.
std::vector<shape> shapes(mixing_crypto& crypto) {
  std::vector<shape> all;
  unsigned which = 1;
  for (const suite_sizes& suite : {gcm128::sizes, gcm128_8::sizes})
    for (const bool esn : {false, true})
      for (const family outer : {family::ipv4, family::ipv6})
        for (const mode m : {mode::tunnel, mode::transport})
          for (const bool more : {false, true}) {
            const sa_form form{.suite = suite, .spi = 0x1000 + which, .mode = m, .esn = esn, .outer = outer, .which = which};
            ++which;
            const bytes payload = m == mode::tunnel ? udp_packet(more ? family::ipv6 : family::ipv4, 11) : udp(1, 2, 11);
            const octet next = m == mode::transport ? 17 : more ? 41 : 4;
            ip_form ip{.source = outside(outer, 1), .destination = outside(outer, 10), .protocol = 50,
                       .payload = sealed_esp(crypto, form, 1, esp_text(payload, next))};
            if (more && outer == family::ipv4) ip.options = {0x94, 4, 0, 0, 1, 1, 0, 0};
            if (more && outer == family::ipv6) ip.extensions = {{0, {0, 1, 4, 0, 0, 0, 0}}, {60, {0, 1, 4, 0, 0, 0, 0}}};
            const bytes wire = make_ip(ip);
            all.push_back({esn ? "ESN" : "no ESN", form, wire, wire.size() - ip.payload.size()});
          }
  return all;
}

// Sets the length field of a packet to what there is.
void set_length(bytes& packet) {
  const bool v4 = (packet[0] >> 4) == 4;
  const std::size_t length = v4 ? packet.size() : packet.size() - 40;
  packet[v4 ? 2 : 4] = static_cast<octet>(length >> 8);
  packet[v4 ? 3 : 5] = static_cast<octet>(length & 0xff);
  if (v4) set_checksum(packet);
}

struct receiver : world<gateway, flat_packet, mixing_crypto> {
  receiver() {
    for (const shape& s : shapes(crypto)) add_receiver(s.form);
  }
};

}  // namespace

TEST_CASE("datapath: whole packets of every shape are accepted [class 1, 55]") {
  receiver r;
  for (const shape& s : shapes(r.crypto)) CHECK(r.received(s.wire).first == verdict::forwarded);
}

TEST_CASE("datapath: a packet cut off anywhere is a runt [class 1]") {
  receiver r;
  for (const shape& s : shapes(r.crypto))
    for (std::size_t n = 0; n < s.wire.size(); ++n) {
      CAPTURE(n);
      CHECK(r.received(bytes(s.wire.begin(), s.wire.begin() + static_cast<std::ptrdiff_t>(n))).first == (n == 0 ? verdict::not_ip : verdict::runt));
    }
  CHECK(r.path.inbound_counters()[verdict::forwarded] == 0);
}

TEST_CASE("datapath: a packet that says how short it is has the verdict of the first thing that is missing [class 1, 55]") {
  receiver r;
  for (const shape& s : shapes(r.crypto))
    for (std::size_t n = 0; n < s.wire.size(); ++n) {
      bytes cut(s.wire.begin(), s.wire.begin() + static_cast<std::ptrdiff_t>(n));
      const bool v4 = (s.wire[0] >> 4) == 4;
      verdict expected = verdict::icv_mismatch;
      if (n == 0) expected = verdict::not_ip;
      else if (n < (v4 ? 20u : 40u)) expected = verdict::runt;
      else if (n < s.header) expected = verdict::bad_header;
      else if (n < s.header + 8 + 8 + 4 + s.form.suite.icv) expected = verdict::runt;
      else if ((n - s.header - 8 - 8 - s.form.suite.icv) % 4 != 0) expected = verdict::bad_alignment;
      if (n >= (v4 ? s.header : 40)) set_length(cut);
      else if (v4 && n >= 20) {  // the header says more octets than the packet has
        cut[2] = 0;
        cut[3] = static_cast<octet>(n);
      }
      CAPTURE(n);
      CAPTURE(s.header);
      CHECK(r.received(cut).first == expected);
    }
  CHECK(r.path.inbound_counters()[verdict::forwarded] == 0);
}

TEST_CASE("datapath: the least ESP packet of every shape is opened, one octet less is a runt [class 1]") {
  receiver r;
  for (const shape& s : shapes(r.crypto)) {
    bytes least(s.wire.begin(), s.wire.begin() + static_cast<std::ptrdiff_t>(s.header));
    put(least, sealed_esp(r.crypto, s.form, 2, esp_text({}, 2, 2, 59)));
    set_length(least);
    CHECK(least.size() == s.header + 8 + 8 + 4 + s.form.suite.icv);
    CHECK(r.received(least).first == verdict::dummy);
    least.pop_back();
    least[s.header + 7] = 3;  // not a replay, which would be seen first
    set_length(least);
    CHECK(r.received(least).first == verdict::runt);
  }
}

TEST_CASE("datapath: outbound packets cut off anywhere are refused before a number is spent [class 1, 45]") {
  world<gateway, flat_packet, mixing_crypto> r;
  const sa_handle sa = r.add({.spi = 0x1001});
  const sa_handle transport = r.add({.spi = 0x1002, .mode = mode::transport, .which = 2});
  ip_form v6{.source = address::v6(1, 2, 3, 4, 5, 6, 7, 8), .destination = address::v6(8, 7, 6, 5, 4, 3, 2, 1), .payload = udp(1, 2, 5),
             .extensions = {{0, {0, 1, 4, 0, 0, 0, 0}}, {43, {0, 0, 0, 0, 0, 0, 0}}, {60, {0, 1, 4, 0, 0, 0, 0}}}};
  for (const bytes& inner : {make_ip({.payload = udp(1, 2, 5), .options = {1, 1, 1, 0}}), make_ip(v6)})
    for (const auto handle : {sa, transport}) {
      for (std::size_t n = 0; n < inner.size(); ++n) {
        const bytes cut(inner.begin(), inner.begin() + static_cast<std::ptrdiff_t>(n));
        const auto [v, octets] = r.sent(cut, handle);
        CAPTURE(n);
        CHECK(v == (n == 0 ? verdict::not_ip : verdict::runt));
        CHECK(octets == cut);
      }
      CHECK(r.sending.at(handle)->sequence().used() == 0);
      CHECK(r.sent(inner, handle).first == verdict::forwarded);
      CHECK(r.sending.at(handle)->sequence().used() == 1);
      r.sending.at(handle)->sequence().start(1, 0xffffffff);
    }
}
