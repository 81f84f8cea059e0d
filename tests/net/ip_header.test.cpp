#include "support/ip.hpp"

#include <esplanade/net/ip_header.hpp>

#include <doctest/doctest.h>

using namespace esplanade;
using namespace support;

TEST_CASE("ip_header: field by field, over both families [class 48]") {
  for (const family version : {family::ipv4, family::ipv6})
    for (const bool df : {false, true})
      for (const unsigned traffic_class : {0u, 0xb9u, 0xffu}) {
        const bytes payload = counted(37);
        ip_form form{.source = outside(version, 3), .destination = outside(version, 4), .protocol = 99, .payload = payload, .traffic_class = static_cast<octet>(traffic_class),
                     .hop_limit = 9, .flow_label = 0x54321, .identification = 0x4321, .fragment = df ? 0x4000u : 0u};
        bytes expected = make_ip(form);
        expected.resize(expected.size() - payload.size());
        bytes at(expected.size(), 0xee);
        write_ip_header(at.data(), {.source = form.source, .destination = form.destination, .payload = 37, .flow_label = 0xfff54321, .identification = 0x4321, .protocol = 99,
                                    .traffic_class = static_cast<octet>(traffic_class), .hop_limit = 9, .dont_fragment = df});
        CHECK(at == expected);
      }
}

TEST_CASE("ip_header: IPv4 options that stand behind it are covered by its checksum [class 48]") {
  for (std::size_t options = 0; options <= 40; options += 4) {
    const ip_form form{.protocol = 6, .payload = counted(5), .hop_limit = 64, .identification = 0, .options = bytes(options, 1)};
    bytes expected = make_ip(form);
    expected.resize(20 + options);
    bytes at(20 + options, 1);
    write_ip_header(at.data(), {.source = form.source, .destination = form.destination, .payload = 5, .protocol = 6}, options);
    CHECK(at == expected);
  }
}
