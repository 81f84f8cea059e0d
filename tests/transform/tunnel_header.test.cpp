#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/transform/tunnel_header.hpp>

using namespace support;

namespace {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
}  // namespace

TEST_CASE("copied_header: IPv4, field by field [class 47, 48]") {
  null_crypto crypto;
  outbound_sa<gateway, null_crypto> sa;
  sa_form form{.hop_limit = 17};
  REQUIRE(sa.install(crypto, form.parameters()));
  for (const bool df : {false, true})
    for (const std::uint64_t number : {std::uint64_t{1}, std::uint64_t{0x12345}, std::uint64_t{0xffffffffffffffff}}) {
      bytes header(20, octet{0xee});
      copied_header::write(header.data(), sa, {.number = number, .length = 1000, .flow_label = 0x12345, .traffic_class = 0xb9, .dont_fragment = df});
      bytes expected = make_ip({.source = outside_v4(1), .destination = outside_v4(11), .protocol = 50, .payload = bytes(1000), .traffic_class = 0xb9,
                                .hop_limit = 17, .identification = static_cast<std::size_t>(number & 0xffff), .fragment = df ? 0x4000u : 0u});
      expected.resize(20);
      CHECK(header == expected);
    }
}

TEST_CASE("copied_header: IPv6, field by field [class 47]") {
  null_crypto crypto;
  outbound_sa<gateway, null_crypto> sa;
  sa_form form{.outer = family::ipv6, .hop_limit = 17};
  REQUIRE(sa.install(crypto, form.parameters()));
  bytes header(40, octet{0xee});
  copied_header::write(header.data(), sa, {.number = 9, .length = 1000, .flow_label = 0xfff12345, .traffic_class = 0xb9, .dont_fragment = true});
  bytes expected = make_ip({.source = outside_v6(1), .destination = outside_v6(11), .protocol = 50, .payload = bytes(1000), .traffic_class = 0xb9, .hop_limit = 17, .flow_label = 0x12345});
  expected.resize(40);
  CHECK(header == expected);
}

TEST_CASE("copied_header: the checksum is right when its sum is all ones or all zeros [class 48]") {
  null_crypto crypto;
  outbound_sa<gateway, null_crypto> sa;
  sa_form form;
  REQUIRE(sa.install(crypto, form.parameters()));
  bool edges[2]{};
  for (std::uint64_t number = 0; number < 65536; ++number) {
    bytes header(20);
    copied_header::write(header.data(), sa, {.number = number, .length = 40});
    if (sum_of(header, 20) != 0xffff) FAIL_CHECK("identification " << number);
    if (get16(header, 10) == 0) edges[0] = true;
    if (get16(header, 10) == 0xfffe) edges[1] = true;
  }
  CHECK(edges[0]);
  CHECK(edges[1]);
}
