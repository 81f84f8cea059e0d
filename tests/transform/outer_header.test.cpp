// class 6, 47 and 48 are shown through the whole datapath; here the stages stand alone.
#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <esplanade/transform/outer_header.hpp>

using namespace support;

namespace {

struct both_modes : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};

}  // namespace

TEST_CASE("write_outer_header: an empty segment in front does not take the header [class 28, 37]") {
  bench<both_modes, list_kind::outbound, chain_packet<8>> b;
  const auto handle = b.add({});
  const bytes inner = udp_packet(family::ipv4, 30);
  std::vector<octet> room(256, octet{0xee}), nothing(4, octet{0xee});
  chain_packet<8> p;
  REQUIRE(p.append({nothing.data(), 2}, 0, 0));  // holds nothing and has room for two octets
  std::copy(inner.begin(), inner.end(), room.begin() + 100);
  REQUIRE(p.append(room, 100, inner.size()));
  b.packets.lend(p, handle);
  b.go(select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header);
  CHECK(b.of(0) == verdict::forwarded);
  CHECK(wrong_in_ip(testing::octets_of(p)) == "");
  CHECK(nothing == std::vector<octet>(4, octet{0xee}));
}
