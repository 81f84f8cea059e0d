#include "support/ip.hpp"

#include <esplanade/offload/link_header.hpp>

#include <doctest/doctest.h>

using namespace support;
using namespace esplanade;

namespace {

constexpr auto ethernet = set_of<link_framing>(link_framing::ieee_802_3), tagged = ethernet | link_framing::vlan_inline, snapped = ethernet | link_framing::llc_snap_routed;

bytes frame(const bytes& behind_addresses, octet first_of_ip = 0x45) {
  bytes out(12, 0x22);
  put(out, behind_addresses);
  out.push_back(first_of_ip);
  out.resize(80);
  return out;
}
link_header read(const bytes& of, set_of<link_framing> framings) {
  span_reader reader{of};
  return read_link_header(reader, framings);
}

}  // namespace

TEST_CASE("link_header: the IP header stands where each framing puts it [class 49]") {
  struct {
    bytes between;
    link_framing framing;
    std::size_t octets;
    family version;
  } const rows[] = {
      {{0x08, 0x00}, link_framing::ieee_802_3, 14, family::ipv4},
      {{0x86, 0xdd}, link_framing::ieee_802_3, 14, family::ipv6},
      {{0x81, 0x00, 0x20, 0x07, 0x08, 0x00}, link_framing::vlan_inline, 18, family::ipv4},
      {{0x81, 0x00, 0x20, 0x07, 0x86, 0xdd}, link_framing::vlan_inline, 18, family::ipv6},
      {{0x00, 0x40, 0xaa, 0xaa, 0x03, 0, 0, 0, 0x08, 0x00}, link_framing::llc_snap_routed, 22, family::ipv4},
      {{0x05, 0xdc, 0xaa, 0xaa, 0x03, 0, 0, 0, 0x86, 0xdd}, link_framing::llc_snap_routed, 22, family::ipv6},
  };
  for (const auto& row : rows) {
    const link_header link = read(frame(row.between), ethernet);
    CHECK(link.carries_ip);
    CHECK(link.framing == row.framing);
    CHECK(link.octets == row.octets);
    CHECK(link.version == row.version);
  }
}

TEST_CASE("link_header: what is no IP packet behind one header carries none") {
  for (const bytes& between : {bytes{0x08, 0x06}, bytes{0x81, 0x00, 0x20, 0x07, 0x81, 0x00, 0x20, 0x08, 0x08, 0x00}, bytes{0x88, 0xa8, 0, 1, 0x08, 0x00},
                               bytes{0x00, 0x40, 0xe0, 0xe0, 0x03, 0, 0, 0, 0x08, 0x00}, bytes{0x00, 0x40, 0xaa, 0xaa, 0x03, 0, 0, 1, 0x08, 0x00}, bytes{0x05, 0xdd, 0xaa, 0xaa, 0x03, 0, 0, 0, 0x08, 0x00}})
    CHECK_FALSE(read(frame(between), ethernet).carries_ip);
  for (std::size_t n = 0; n < 14; ++n) CHECK_FALSE(read(bytes(n, 0x08), ethernet).carries_ip);
  bytes cut{1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 0x81, 0, 0, 1, 8};
  CHECK_FALSE(read(cut, ethernet).carries_ip);
}

TEST_CASE("link_header: a link without link headers starts with IP") {
  const set_of<link_framing> none(link_framing::none);
  CHECK(read({0x45}, none).carries_ip);
  CHECK(read({0x60}, none).version == family::ipv6);
  CHECK(read({0x60}, none).octets == 0);
  CHECK_FALSE(read({0x50}, none).carries_ip);
  CHECK_FALSE(read({}, none).carries_ip);
}

TEST_CASE("F119: a frame is worked on when its framing is configured, and its tag where it stands") {
  const link_header plain = read(frame({0x08, 0x00}), ethernet), vlan = read(frame({0x81, 0, 0, 1, 0x08, 0x00}), ethernet), snap = read(frame({0, 64, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0}), ethernet);
  CHECK(works_behind(plain, false, ethernet));
  CHECK_FALSE(works_behind(plain, false, link_framing::vlan_inline));
  CHECK_FALSE(works_behind(vlan, false, ethernet));
  CHECK(works_behind(vlan, false, tagged));
  CHECK_FALSE(works_behind(snap, false, tagged));
  CHECK(works_behind(snap, false, snapped));
  CHECK_FALSE(works_behind(plain, true, tagged));
  CHECK(works_behind(plain, true, ethernet | link_framing::vlan_beside));
}
