#include "v1_support.hpp"

#include <esplanade/offload/report_record.hpp>

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace v1_tests;

namespace {
v1_report random_report(std::mt19937& random) {
  const auto coin = [&] { return (random() & 1) != 0; };
  v1_report r;
  r.framings = set_of<link_framing>::from_bits(random() & 0x1f);
  r.ah_and_esp = coin(), r.transport_in_tunnel = coin(), r.ipv4_options = coin();
  r.udp_esp = set_of<udp_esp_layout>::from_bits(random() & 0xf);
  r.ah = {coin(), coin(), coin(), coin(), coin(), coin()};
  r.esp = {coin(), coin(), coin(), coin(), coin(), coin(), coin()};
  return r;
}
}  // namespace

TEST_CASE("V1-01: every field stands where the report's record has it, and comes back") {
  v1_report r;
  r.framings = link_framing::ieee_802_3 | set_of(link_framing::llc_snap_routed);
  r.ah.md5 = r.ah.tunnel = r.ah.receive = true;
  r.esp.des = r.esp.null = r.esp.send = true;
  r.transport_in_tunnel = true;
  offload_report whole;
  whole.ipsec_v1 = words_of(r);
  octet at[112];
  REQUIRE(write_report(whole, at, 1));
  const auto word = [&](std::size_t offset) { return record_reader(at, native_layout).u32(52 + offset); };
  CHECK(word(0) == 0x12);
  CHECK(word(4) == 0);
  CHECK(word(8) == 1);
  CHECK(word(12) == 0);
  CHECK(word(16) == 0);
  CHECK(word(20) == (1u | 1u << 6 | 1u << 10));           // MD5:2 SHA_1:2 Transport:2 Tunnel:2 Send:2 Receive:2
  CHECK(word(24) == (1u | 1u << 6 | 1u << 12));           // DES:2 Reserved:2 3DES:2 NULL:2 Transport:2 Tunnel:2 Send:2 Receive:2
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    const v1_report some = random_report(random);
    whole.ipsec_v1 = words_of(some);
    REQUIRE(write_report(whole, at, 1));
    const auto back = v1_report_of(read_report(at)->ipsec_v1);
    REQUIRE(back);
    CHECK(*back == some);
  }
}

TEST_CASE("V1-01: a field that is neither 0 nor 1 is refused") {
  CHECK(v1_report_of(ipsec_v1_words{}));
  for (std::uint32_t ipsec_v1_words::*member : {&ipsec_v1_words::ah_esp_combined, &ipsec_v1_words::transport_tunnel_combined, &ipsec_v1_words::ipv4_options, &ipsec_v1_words::ah, &ipsec_v1_words::esp}) {
    ipsec_v1_words words = words_of(everything());
    words.*member |= 3;
    CHECK(refused(v1_report_of(words), fault_kind::invalid_value));
  }
}

TEST_CASE("V1-02: whatever is reported, nothing of it is IPv6") {
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    const v1_report r = random_report(random);
    for (const bool inbound : {false, true}) {
      const device_capabilities c = capabilities_of(r, inbound, 16);
      CHECK_FALSE(c.ipv6);
      CHECK_FALSE(c.ipv6_extension_headers);
      CHECK_FALSE(c.esn);
    }
  }
}

TEST_CASE("V1-03: what a NIC does for sends says nothing of receives, for AH and for ESP") {
  v1_report r = everything();
  r.ah.receive = r.esp.send = false;
  const device_capabilities send = capabilities_of(r, false, 16), receive = capabilities_of(r, true, 16);
  CHECK(send.ah);
  CHECK_FALSE(send.esp);
  CHECK_FALSE(receive.ah);
  CHECK(receive.esp);
  CHECK_FALSE(send.ah_and_esp);
  CHECK_FALSE(receive.ah_and_esp);
  CHECK(send.udp_esp.empty());
  CHECK(receive.udp_esp == all_udp_esp_layouts);
}

TEST_CASE("V1-04: AH has MD5 and SHA-1, and nothing newer") {
  v1_report r = everything();
  CHECK(capabilities_of(r, true, 1).integrity == (offload_integrity::hmac_md5 | set_of(offload_integrity::hmac_sha1)));
  r.ah.md5 = false;
  CHECK(capabilities_of(r, true, 1).integrity == set_of(offload_integrity::hmac_sha1));
}

TEST_CASE("V1-05: ESP has DES, 3DES and NULL, and nothing newer") {
  v1_report r = everything();
  CHECK(capabilities_of(r, false, 1).encryption == (offload_encryption::null | set_of(offload_encryption::des_cbc) | set_of(offload_encryption::triple_des_cbc)));
  r.esp.des = false;
  CHECK_FALSE(capabilities_of(r, false, 1).encryption.has(offload_encryption::des_cbc));
  r.esp.null = false;
  CHECK(capabilities_of(r, false, 1).encryption == set_of(offload_encryption::triple_des_cbc));
}

TEST_CASE("V1-21: the layouts of UDP are the bits 0x10 to 0x80, and those below are reserved") {
  const std::pair<udp_esp_layout, std::uint32_t> bits[] = {{udp_esp_layout::transport, 0x10}, {udp_esp_layout::tunnel, 0x20}, {udp_esp_layout::transport_over_udp_tunnel, 0x40}, {udp_esp_layout::udp_transport_over_tunnel, 0x80}};
  for (const auto& [layout, bit] : bits) {
    v1_report r;
    r.udp_esp = layout;
    ipsec_v1_words words = words_of(r);
    CHECK(words.flags == bit);
    words.flags |= 0x0f;
    CHECK(v1_report_of(words)->udp_esp == set_of(layout));
  }
}

TEST_CASE("v1_report: what a NIC of version 2 looks like to a host of version 1, both directions alike") {
  device_capabilities c;
  c.framings = link_framing::ieee_802_3;
  c.ipv6 = c.ah = c.esp = c.ah_and_esp = c.transport = c.tunnel = c.large_send = c.esn = true;
  c.integrity = all_offload_integrity;
  c.encryption = all_offload_encryption;
  c.sa_capacity = 64;
  const v1_report r = v1_report_of(c);
  CHECK(r.ah.md5);
  CHECK(r.esp.triple_des);
  for (const bool inbound : {false, true}) {
    const device_capabilities back = capabilities_of(r, inbound, 64);
    CHECK(c.covers(back));
    CHECK(back.any());
    CHECK_FALSE(back.large_send);
  }
  c.integrity = offload_integrity::aes_gmac_128;  // nothing that version 1 has a name for
  CHECK_FALSE(capabilities_of(v1_report_of(c), false, 64).any());
}

TEST_CASE("v1_report: what is switched off is gone, and comes back whole") {
  const v1_report all = everything();
  CHECK(all.with(true, true) == all);
  CHECK(all.with(false, false) == v1_report{});
  CHECK_FALSE(all.with(false, true).ah.send);
  CHECK(all.with(false, true).ah.md5);  // which ESP authenticates with
  CHECK_FALSE(all.with(true, false).esp.receive);
  CHECK_FALSE(all.with(true, false).ah_and_esp);
  for (const bool ah : {false, true})
    for (const bool esp : {false, true}) {
      CHECK(all.covers(all.with(ah, esp)));
      CHECK(all.with(ah, esp).covers(all) == (ah && esp));
    }
}

TEST_CASE("v1_report: one word holds a whole report, and the word 0 none") {
  CHECK(unpacked(0) == v1_report{});
  CHECK(packed(v1_report{}) == 0);
  v1_report all = everything();
  all.framings = set_of<link_framing>::from_bits(0x1f);
  CHECK(unpacked(packed(all)) == all);
  for (unsigned bit = 0; bit < 48; ++bit)
    if (const std::uint64_t one = std::uint64_t{1} << bit; packed(unpacked(one)) != 0) CHECK(packed(unpacked(one)) == one);
  for (bool v1_report::ah_part::*m : {&v1_report::ah_part::md5, &v1_report::ah_part::sha1, &v1_report::ah_part::transport, &v1_report::ah_part::tunnel, &v1_report::ah_part::send, &v1_report::ah_part::receive}) {
    v1_report r;
    r.ah.*m = true;
    CHECK(unpacked(packed(r)) == r);
  }
}
