#include "support/world.hpp"

#include <esplanade/sa/key.hpp>
#include <esplanade/testing/ciphers.hpp>

#include <set>

using namespace support;
using testing::mixing_crypto;

namespace {
struct both : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha2_256_128>>;
};
using sa = inbound_sa<both, mixing_crypto>;

const octet us[] = {192, 0, 2, 1}, them[] = {192, 0, 2, 2}, others[] = {192, 0, 2, 3};
outer_view packet(std::uint32_t spi, const octet* source, const octet* destination, protocol_kind protocol = protocol_kind::esp) {
  outer_view v{spi, family::ipv4, source, destination};
  v.protocol = protocol;
  return v;
}
sa_parameters parameters(std::uint32_t spi, address source, address destination) {
  sa_parameters p = sa_form{.spi = spi}.parameters();
  p.source = source;
  p.destination = destination;
  return p;
}

/// A packet of an SA, its parameters and the SA itself have one key, and `differs` says which packets have another.
template <class Key> void one_key(std::initializer_list<outer_view> same, std::initializer_list<outer_view> different) {
  const sa_parameters p = parameters(0x1001, address::v4(192, 0, 2, 2), address::v4(192, 0, 2, 1));
  mixing_crypto crypto;
  sa record;
  REQUIRE(record.install(crypto, p));
  const auto key = Key::of(p);
  CHECK(Key::spi(key) == 0x1001);
  CHECK(Key::hash(Key::of_sa(record)) == Key::hash(key));
  CHECK(Key::names(key, record));
  for (const outer_view& v : same) {
    CHECK(Key::hash(Key::of(v)) == Key::hash(key));
    CHECK(Key::names(Key::of(v), record));
  }
  for (const outer_view& v : different) {
    CHECK(Key::hash(Key::of(v)) != Key::hash(key));
    if (v.spi == 0x1001) CHECK_FALSE(Key::names(Key::of(v), record));  // an SPI is compared before that
  }
  record.uninstall(crypto);
}
}  // namespace

TEST_CASE("key: packet, parameters and SA agree on what names an SA, and what else a packet says does not matter [class 15]") {
  using enum protocol_kind;
  one_key<by_spi>({packet(0x1001, them, us), packet(0x1001, others, others), packet(0x1001, us, them, ah)}, {packet(0x1002, them, us)});
  one_key<by_spi_and_protocol>({packet(0x1001, them, us), packet(0x1001, others, others)}, {packet(0x1001, them, us, ah), packet(0x1002, them, us)});
  one_key<by_spi_and_destination>({packet(0x1001, them, us), packet(0x1001, others, us), packet(0x1001, them, us, ah)}, {packet(0x1001, them, others), packet(0x1002, them, us)});
  one_key<by_spi_and_addresses>({packet(0x1001, them, us), packet(0x1001, them, us, ah)}, {packet(0x1001, others, us), packet(0x1001, them, others), packet(0x1001, us, them), packet(0x1002, them, us)});
}

TEST_CASE("key: hashes of neighbouring addresses, and of addresses the other way round, differ") {
  std::set<std::uint64_t> seen;
  std::size_t keys = 0;
  for (unsigned s = 0; s < 16; ++s)
    for (unsigned d = 0; d < 16; ++d, ++keys) {
      octet from[4] = {10, 0, 0, static_cast<octet>(s)}, to[4] = {10, 0, 0, static_cast<octet>(d)};
      seen.insert(by_spi_and_addresses::hash(by_spi_and_addresses::of(packet(7, from, to))));
    }
  CHECK(seen.size() == keys);
}
