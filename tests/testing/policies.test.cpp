#include <doctest/doctest.h>

#include <esplanade/crypto/null.hpp>
#include <esplanade/testing/policies.hpp>

#include <algorithm>
#include <array>

using namespace esplanade;

namespace recorded_test {  // named: clang 14 calls members of unnamed namespaces unused
struct replayed : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr bool caller_set_iv = true;
  using iv = testing::given_iv;
  using header = testing::given_header;
  using padding = testing::fixed_padding;
};
}  // namespace recorded_test
using namespace recorded_test;

namespace {
// An SA between two addresses, with hop limit 9.
struct installed {
  null_crypto crypto;
  outbound_sa<replayed, null_crypto> sa;
  installed(const address& source, const address& destination) {
    const octet key[16]{}, salt[4]{};
    const auto done = sa.install(crypto, {.spi = 0x1000, .suite = esp_aes_gcm_16<128>::sizes, .key = key, .salt = salt, .source = source, .destination = destination, .hop_limit = 9});
    REQUIRE(done);
  }
};
}  // namespace

TEST_CASE("given_header: over IPv4 the recorded fields, and a checksum that is right") {
  const installed from{address::v4(192, 0, 2, 1), address::v4(192, 0, 2, 2)};
  testing::given = {};
  testing::given.traffic_class = 0xb9;
  testing::given.identification = 0x1234;
  testing::given.dont_fragment = true;
  testing::given.flow_label = 0xfffff;  // not a field of IPv4
  std::array<octet, 20> header;
  header.fill(0xa5);
  testing::given_header::write(header.data(), from.sa, {.length = 80});
  CHECK(internet_checksum(header) == 0);
  header[10] = header[11] = 0;
  CHECK(header == std::array<octet, 20>{0x45, 0xb9, 0, 100, 0x12, 0x34, 0x40, 0, 9, 50, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2});
  testing::given.dont_fragment = false;
  testing::given_header::write(header.data(), from.sa, {.length = 80});
  CHECK(header[6] == 0);
}

TEST_CASE("given_header: over IPv6 the recorded fields") {
  const installed from{address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2)};
  testing::given = {};
  testing::given.traffic_class = 0xb9;
  testing::given.flow_label = 0xabcde;
  std::array<octet, 40> header;
  header.fill(0xa5);
  testing::given_header::write(header.data(), from.sa, {.length = 300});
  const octet fixed[] = {0x6b, 0x9a, 0xbc, 0xde, 1, 44, 50, 9, 0x20, 1, 0x0d, 0xb8};
  CHECK(std::equal(std::begin(fixed), std::end(fixed), header.begin()));
  CHECK(header[23] == 1);
  CHECK(header[39] == 2);
}

TEST_CASE("given_iv, fixed_padding: what was given, whatever the number and the payload") {
  testing::given = {};
  octet iv[8];
  for (octet i = 0; i < 8; ++i) testing::given.iv[i] = static_cast<octet>(0x80 + i);
  testing::given_iv::write(iv, 7);
  CHECK(std::equal(std::begin(iv), std::end(iv), testing::given.iv));
  testing::given.padding = 254;
  CHECK(testing::fixed_padding::octets(100, 4) == 254);
}
