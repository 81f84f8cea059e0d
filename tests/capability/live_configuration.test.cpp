#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/capability/live_configuration.hpp>

#include <thread>

using namespace esplanade;

TEST_CASE("live_configuration: the word holds every field of a report that does IPsec, and nothing of one that does not") {
  reports::source random{6};
  std::size_t some = 0;
  for (int round = 0; round < 3000; ++round) {
    const device_capabilities c = random.ipsec();
    const auto word = configuration_word::of(c, {});
    if (c.any()) CHECK(word.capabilities(c.sa_capacity) == c);
    else CHECK(word == configuration_word{});
    CHECK(word.features() == features_of(c));
    some += c.any();
  }
  CHECK(some > 500);
}

TEST_CASE("live_configuration: says for each IP version whether it is active and how long its link header is") {
  offload_report r = reports::full();
  offload_activation a;
  CHECK_FALSE(configuration_word::of(r.ipsec, a).active(family::ipv4));
  CHECK(a.request(r, {activation::on, link_framing::ieee_802_3, 18}, {activation::on, link_framing::llc_snap_routed, 22}) == activation_answer::done);
  auto word = configuration_word::of(r.ipsec, a);
  CHECK(word.active(family::ipv4));
  CHECK(word.active(family::ipv6));
  CHECK(word.header_octets(family::ipv4) == 18);
  CHECK(word.header_octets(family::ipv6) == 22);
  CHECK(word.capabilities(r.ipsec.sa_capacity) == r.ipsec);
  r.ipsec.ipv6 = false;
  word = configuration_word::of(r.ipsec, a);
  CHECK_FALSE(word.active(family::ipv6));
  CHECK(word.header_octets(family::ipv6) == 0);
}

TEST_CASE("live_configuration: a reader sees one state or the other, never half of each") {
  live_configuration<> live;
  const device_capabilities whole = reports::full_ipsec();
  device_capabilities other = with_protocols(whole, ipsec_protocol::ah);
  other.ipv6 = false;
  live.publish(whole, {});
  std::thread writer{[&] {
    for (int i = 0; i < 20000; ++i) live.publish(i % 2 == 0 ? other : whole, {});
  }};
  bool torn = false;
  for (int i = 0; i < 20000; ++i) {
    const auto seen = live.capabilities();
    torn = torn || !(seen == whole || seen == other);
  }
  writer.join();
  CHECK_FALSE(torn);
}

TEST_CASE("F12: large sends are active with their record and with their IP version's framing, whether IPsec is or not") {
  offload_report r = reports::full();
  offload_activation a;
  CHECK(large_sends_active(r, a) == active_large_sends{});
  CHECK(a.request(r, {activation::on, link_framing::ieee_802_3, 14}, {}) == activation_answer::done);
  CHECK(large_sends_active(r, a) == active_large_sends{set_of<large_send_kind>::from_bits(3), link_framing::ieee_802_3});
  r.large_send_v1.framings = link_framing::llc_snap_routed;
  CHECK(large_sends_active(r, a).kinds == set_of(large_send_kind::v2_ipv4));
  CHECK(a.request(r, {activation::on, link_framing::ieee_802_3, 14}, {activation::on, link_framing::ieee_802_3, 14}) == activation_answer::done);
  const active_large_sends both = large_sends_active(r, a);
  CHECK(both.kinds.has(large_send_kind::v2_ipv6));
  CHECK(configuration_word::of(r.ipsec, a, both).large_sends() == both);
  CHECK(configuration_word::of({}, a, both).large_sends() == both);
  CHECK(configuration_word::of({}, a, both).features().empty());
  CHECK(configuration_word::of(r.ipsec, a, both).header_octets(family::ipv6) == 14);
}
