#include "support/stub_device.hpp"

using namespace support;

namespace host_statistics_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, esp_null<hmac_sha2_256_128>, ah<hmac_sha2_256_128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
}  // namespace host_statistics_test
using namespace host_statistics_test;

TEST_CASE("F122: every verdict of a received packet is no loss or one reason, and the reasons add up to the total") {
  counters_snapshot all;
  for (std::size_t k = 0; k < verdict_count; ++k) all.by_verdict[k] = k + 1;
  const drop_statistics d = drop_statistics_of(all);
  const auto of = [&](verdict v) { return all[v]; };
  CHECK(d.invalid_spi == of(verdict::no_sa));
  CHECK(d.authentication_failed == of(verdict::icv_mismatch));
  CHECK(d.decryption_failed == of(verdict::bad_padding) + of(verdict::bad_alignment) + of(verdict::crypto_failed));
  CHECK(d.udp_esp_validation_failed == of(verdict::bad_checksum) + of(verdict::bad_wesp));
  CHECK(d.replay_check_failed == of(verdict::replayed) + of(verdict::too_old));
  CHECK(d.invalid_clear_text == of(verdict::not_protected));
  CHECK(d.not_matching_filters == of(verdict::wrong_selectors));
  CHECK(d.sa_expired == of(verdict::lifetime_expired));
  CHECK(d.total == d.invalid_spi + d.decryption_failed + d.authentication_failed + d.udp_esp_validation_failed + d.replay_check_failed + d.invalid_clear_text + d.sa_expired + d.over_incorrect_sa + d.not_matching_filters + d.malformed);
  CHECK(d.total < all.total());
}

TEST_CASE("F122: octets count by what protects them, and apart where a device has the SA") {
  split<gateway> s;
  const sa_form gcm{.spi = 0x1001, .which = 1}, null{.suite = esp_null<hmac_sha2_256_128>::sizes, .spi = 0x1002, .mode = mode::transport, .which = 2}, of_ah{.suite = ah<hmac_sha2_256_128>::sizes, .spi = 0x1003, .which = 3};
  train<flat_packet> t;
  const bytes packet = udp_packet(family::ipv4, 72);
  REQUIRE(packet.size() == 100);
  for (const sa_form& f : {gcm, null, of_ah}) {
    const auto h = s.add_sender(f);
    s.add_receiver(f);
    if (f.spi == 0x1001) REQUIRE(s.offload(h, f));
    t.add(packet, h);
  }
  s.send(t);
  s.complete();
  CHECK(t.survivors == 3);
  const traffic_statistics& sent = s.side.sending().traffic();
  CHECK(sent.packets.get() == 3);
  CHECK(sent.encrypted.get() == 100);
  CHECK(sent.esp_authenticated.get() == 200);
  CHECK(sent.ah_authenticated.get() == 100);
  CHECK(sent.transport.get() == 100);
  CHECK(sent.tunnel.get() == 200);
  CHECK(sent.offloaded.get() == 100);
  s.receive(t);
  CHECK(s.side.receiving().traffic().packets.get() == 3);
  CHECK(s.side.receiving().traffic().offloaded.get() == 0);
  const sa_statistics sas = statistics_of(s.receiving, s.sending, s.placing);
  CHECK(sas.active == 6);
  CHECK(sas.offloaded == 1);
  CHECK(sas.added == 1);
}
