#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/policies.hpp>
#include <esplanade/transform/esp_trailer.hpp>

using namespace support;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm128_8>;
};
struct generous : gateway {
  using padding = testing::fixed_padding;
};

}  // namespace

TEST_CASE("write_trailer: 1, 2, 3 …, pad length, next header, for every payload [class 3]") {
  for (const suite_sizes& suite : {gcm128::sizes, gcm128_8::sizes})
    for (std::size_t size = 0; size <= 70; ++size) {
      sending_bench<gateway> b;
      const auto sa = b.add({.suite = suite});
      const bytes inner = udp_packet(size % 2 == 0 ? family::ipv4 : family::ipv6, size);
      b.packets.add(inner, sa);
      b.go(select_sa_by_handle, write_trailer);
      REQUIRE(b.of(0) == verdict::forwarded);
      bytes text = esp_text(inner, size % 2 == 0 ? 4 : 41);
      const bytes written = b.octets(0);
      CHECK(written.size() == text.size() + suite.icv);
      CHECK(bytes(written.begin(), written.end() - suite.icv) == text);
      CHECK(b.state(0).length == written.size());
    }
}

TEST_CASE("write_trailer: padding of every length up to 255, whole and cut [class 3, 28]") {
  const bytes inner = udp_packet(family::ipv4, 6);
  for (std::size_t padding = 0; padding <= 255; ++padding) {
    testing::given.padding = padding;
    bench<generous, list_kind::outbound> flat;
    flat.packets.add(testing::packet_form{.content = inner, .headroom = 60, .tailroom = 273}, flat.add({}));
    flat.go(select_sa_by_handle, write_trailer);
    bench<generous, list_kind::outbound, chain_packet<4>> chained;
    chained.packets.add(testing::packet_form{.content = inner, .segments = {3, inner.size() - 3}, .headroom = 60, .tailroom = 273}, chained.add({}));
    chained.go(select_sa_by_handle, write_trailer);
    const bytes expected = esp_text(inner, padding, padding, 4);
    for (const bytes& written : {flat.octets(0), chained.octets(0)}) CHECK(bytes(written.begin(), written.end() - 16) == expected);
  }
  testing::given.padding = 0;
}

TEST_CASE("write_trailer: without room nothing changes [class 37]") {
  for (std::size_t tailroom = 0; tailroom < 273; ++tailroom) {
    testing::given.padding = 255;
    bench<generous, list_kind::outbound> b;
    const bytes inner = udp_packet(family::ipv4, 6);
    b.packets.add(testing::packet_form{.content = inner, .headroom = 60, .tailroom = tailroom}, b.add({}));
    b.go(select_sa_by_handle, write_trailer);
    CHECK(b.of(0) == verdict::no_room);
    CHECK(b.octets(0) == inner);
    CHECK(b.state(0).length == inner.size());
  }
  testing::given.padding = 0;
}

TEST_CASE("remove_trailer: leaves the payload, and its next header in the state [class 5]") {
  receiving_bench<gateway> b;
  b.add({});
  const bytes inner = counted(28);
  b.packets.add(sealed_packet(b.crypto, {}, 1, esp_text(inner, 2, 2, 200)));
  b.go(find_sa, check_replay, esp_open, remove_trailer);
  REQUIRE(b.of(0) == verdict::forwarded);
  CHECK(b.state(0).next_header == 200);
  CHECK(b.state(0).length == 20 + 16 + 28);
  const bytes octets = b.octets(0);
  CHECK(bytes(octets.begin() + 36, octets.end()) == inner);
}

TEST_CASE("remove_trailer: a refused packet keeps its octets [class 2]") {
  receiving_bench<gateway> b;
  b.add({});
  b.packets.add(sealed_packet(b.crypto, {}, 1, esp_text(counted(28), 2, 33, 4)));
  b.packets.add(sealed_packet(b.crypto, {}, 2, esp_text(counted(28), 2, 2, 59)));
  b.go(find_sa, check_replay, esp_open, remove_trailer);
  CHECK(b.of(0) == verdict::bad_padding);
  CHECK(b.of(1) == verdict::dummy);
  CHECK(b.octets(0).size() == 20 + 16 + 32 + 16);
}
