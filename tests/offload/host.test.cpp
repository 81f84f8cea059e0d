#include "support/stub_device.hpp"

#include <esplanade/testing/ciphers.hpp>

using namespace support;

namespace host_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
const bytes inner = make_ip({.payload = counted(100, 7)});
}  // namespace host_test
using namespace host_test;

TEST_CASE("host: with every SA in software it is a datapath") {
  split<gateway> a;
  world<gateway, flat_packet, testing::mixing_crypto> b;
  const sa_form form{.esn = true};
  const auto h = a.add_sender(form);
  a.add_receiver(form);
  const auto hb = b.add(form);
  train<flat_packet> x, y;
  for (int i = 0; i < 40; ++i) x.add(inner, h), y.add(inner, hb);
  a.send(x), b.send(y);
  CHECK(x.survivors == 40);
  for (std::size_t i = 0; i < 40; ++i) {
    CHECK(x.octets(i) == y.octets(i));
    CHECK(!a.words[i]);
  }
  a.receive(x);
  CHECK(x.survivors == 40);
  CHECK(x.octets(3) == inner);
  CHECK(a.got().opened_here.get() == 40);
}

TEST_CASE("host: frames for the device what software would have sealed, octet for octet") {
  for (const mode how : {mode::tunnel, mode::transport}) {
    split<gateway> a;
    world<gateway, flat_packet, testing::mixing_crypto> b;
    const sa_form form{.mode = how, .esn = true};
    const auto h = a.add_sender(form);
    const auto in = a.add_receiver(form);
    const auto hb = b.add(form);
    REQUIRE(a.offload(h, form));
    REQUIRE(a.offload(in, form));
    train<flat_packet> x, y;
    for (int i = 0; i < 40; ++i) x.add(inner, h), y.add(inner, hb);
    a.send(x), b.send(y);
    CHECK(a.sent().framed.get() == 40);
    for (std::size_t i = 0; i < 40; ++i) {
      CHECK(x.octets(i) == y.octets(i));
      CHECK(a.words[i]);
      CHECK(a.words[i].headers.esp_offset == 20);
    }
    CHECK(a.sa(h).place().given() == 40);
    a.complete();
    CHECK(a.sa(h).place().given() == 0);
    a.receive(x);
    CHECK(x.survivors == 40);
    CHECK(x.octets(3) == inner);
    CHECK(a.got().believed.get() == 40);
    CHECK(a.got().opened_here.get() == 0);
    CHECK(a.side.inbound_counters()[verdict::forwarded] == 40);
  }
}
