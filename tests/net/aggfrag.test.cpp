#include <doctest/doctest.h>

#include <esplanade/net/aggfrag.hpp>
#include <esplanade/testing/seeded.hpp>

#include <vector>

using namespace esplanade;

TEST_CASE("aggfrag: sub-type 0 as RFC 9347 6.1.1 draws it") {
  octet at[4]{9, 9, 9, 9};
  write_aggfrag(at, 0x1234);
  CHECK(std::vector<octet>(at, at + 4) == std::vector<octet>{0, 0, 0x12, 0x34});
  at[1] = 0xff;  // reserved: ignored on receipt
  const aggfrag_header header = read_aggfrag(at, 4);
  CHECK(header.sound);
  CHECK_FALSE(header.congestion);
  CHECK(header.block_offset == 0x1234);
  CHECK(header.size == 4);
}

TEST_CASE("aggfrag: sub-type 1 as RFC 9347 6.1.2 draws it, bit for bit") {
  octet at[24];
  write_aggfrag(at, 0x00ff, {.probing = true, .marks_seen = false, .loss_event_rate = 0x01020304, .rtt = 0x200001, .echo_delay = 0x100001, .transmit_delay = 0x155555,
                             .value = 0xa1a2a3a4, .echo = 0xb1b2b3b4});
  // 22, 21 and 21 bits: 1000000000000000000001 100000000000000000001 101010101010101010101
  const std::vector<octet> expected{1, 2, 0, 0xff, 1, 2, 3, 4, 0x80, 0x00, 0x06, 0x00, 0x00, 0x35, 0x55, 0x55, 0xa1, 0xa2, 0xa3, 0xa4, 0xb1, 0xb2, 0xb3, 0xb4};
  CHECK(std::vector<octet>(at, at + 24) == expected);
  write_aggfrag(at, 0, {.marks_seen = true});
  CHECK(at[1] == 1);
}

TEST_CASE("aggfrag: congestion information comes back, and what is longer than a field is the most that it says") {
  testing::seeded numbers{4};
  for (int i = 0; i < 2000; ++i) {
    const auto any = [&] { return static_cast<std::uint32_t>(numbers.next() >> (32 + numbers.below(32))); };
    const congestion_info info{.probing = i % 2 == 0, .marks_seen = i % 3 == 0, .loss_event_rate = any(), .rtt = any(), .echo_delay = any(), .transmit_delay = any(), .value = any(), .echo = any()};
    octet at[24];
    write_aggfrag(at, 7, info);
    const aggfrag_header header = read_aggfrag(at, 24);
    congestion_info expected = info;
    expected.rtt = std::min(info.rtt, aggfrag_rtt_max);
    expected.echo_delay = std::min(info.echo_delay, aggfrag_delay_max);
    expected.transmit_delay = std::min(info.transmit_delay, aggfrag_delay_max);
    REQUIRE(header.sound);
    CHECK(header.info == expected);
    CHECK(header.block_offset == 7);
  }
}

TEST_CASE("aggfrag: other sub-types and headers cut short are not sound [class 1]") {
  octet at[24]{};
  for (unsigned kind = 0; kind < 256; ++kind) {
    at[0] = static_cast<octet>(kind);
    for (std::size_t size = 0; size <= 24; ++size) {
      const std::vector<octet> exact(at, at + size);
      CHECK(read_aggfrag(exact.data(), size).sound == (kind == 0 ? size >= 4 : kind == 1 && size >= 24));
    }
  }
}

TEST_CASE("block_of: the first four bits say what it is, and its own header how long [class 6]") {
  const auto of = [](std::vector<octet> at) { return block_of(at.data(), at.size()); };
  CHECK(of({0x00}).kind == block_kind::padding);
  CHECK(of({0x0f, 0xff}).kind == block_kind::padding);
  CHECK(of({0x45, 0, 0, 20}).kind == block_kind::packet);
  CHECK(of({0x45, 0, 0x12, 0x34}).length == 0x1234);
  CHECK(of({0x45, 0, 0, 19}).kind == block_kind::unknown);
  CHECK(of({0x45, 0, 0}).kind == block_kind::unfinished);
  CHECK(of({0x60, 0, 0, 0, 0, 0}).length == 40);
  CHECK(of({0x60, 0, 0, 0, 0xff, 0xff}).length == 65575);
  CHECK(of({0x60, 0, 0, 0, 0}).kind == block_kind::unfinished);
  for (const unsigned kind : {1u, 2u, 3u, 5u, 7u, 8u, 15u}) CHECK(of({static_cast<octet>(kind << 4), 0, 0, 99, 0, 99}).kind == block_kind::unknown);
}
