// AES-GMAC in AH (RFC 4543 4): packets computed by python-cryptography from the RFC's text, and Botan behind the datapath.
#include "support/world.hpp"

#include <esplanade/crypto/botan.hpp>

using namespace support;

namespace ah_gmac_test {
struct gmac : profile {
  static constexpr auto suites = esplanade::suites<ah_aes_gmac<128>, ah_aes_gmac<192>, ah_aes_gmac<256>>;
  static constexpr auto modes = mode::transport;
};
}  // namespace ah_gmac_test
using namespace ah_gmac_test;

namespace {
bytes from_hex(const std::string& text) {
  bytes all;
  for (std::size_t i = 0; i < text.size(); i += 2) all.push_back(static_cast<octet>(std::stoul(text.substr(i, 2), nullptr, 16)));
  return all;
}
bytes gmac_key(std::size_t size) {
  bytes key(size);
  for (std::size_t i = 0; i < size; ++i) key[i] = static_cast<octet>((7 * i + 3) & 255);
  return key;
}

// Options: router alert, record route, no operation. Hop-by-hop: an option of four octets that may change.
constexpr struct {
  suite_sizes suite;
  bool esn;
  std::uint64_t number;
  std::size_t ah_at, ah;
  const char* wire;
} packets_by_hand[] = {
    {ah_aes_gmac<128>::sizes, false, 0x2a, 32, 36,
     "48b80058123440003d339c3ec0000201c63364079404000007070400000000011107000000c0ffee0000002a000000000000002a83bc5750fa3de823f2452e1cf780f4d5"
     "0fa000350014000048656c6c6f2c2041480a2121"},
    {ah_aes_gmac<192>::sizes, true, 0x700000001, 32, 36,
     "48b80058123440003d339c3ec0000201c63364079404000007070400000000011107000000c0ffee00000001000000070000000169c0387ca58137216aec3f93c1b8df5b"
     "0fa000350014000048656c6c6f2c2041480a2121"},
    {ah_aes_gmac<256>::sizes, true, 0x700000001, 48, 40,
     "6b8123450044003d20010db800010000000000000000000120010db800020000000000000000000733003e04010203041108000000c0ffee000000010000000700000001"
     "cd218ccd1108b9e5fd2ac0cf9b16b797000000000fa000350014000048656c6c6f2c2041480a2121"},
};
}  // namespace

TEST_CASE("ah_gmac: IV and ICV stand in the ICV field, and everything is AAD (RFC 4543 4) [class 25, 26]") {
  for (const auto& by_hand : packets_by_hand) {
    const bytes wire = from_hex(by_hand.wire);
    const bytes key = gmac_key(by_hand.suite.key), salt = from_hex("a1b2c3d4");
    world<gmac, flat_packet, botan_for<gmac>> w;
    sa_parameters sa{.spi = 0x00c0ffee, .suite = by_hand.suite, .key = key, .salt = salt, .mode = mode::transport, .esn = by_hand.esn, .sequence_start = by_hand.number - 1};
    REQUIRE(w.receiving.add(w.crypto, sa));
    const auto sending = w.sending.add(w.crypto, sa);
    REQUIRE(sending);

    bytes plain(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(by_hand.ah_at));
    plain.insert(plain.end(), wire.begin() + static_cast<std::ptrdiff_t>(by_hand.ah_at + by_hand.ah), wire.end());
    if (wire[0] >> 4 == 4) {
      plain[9] = 17;
      plain[2] = 0, plain[3] = static_cast<octet>(plain.size());
      set_checksum(plain);
    } else {
      plain[40] = 17;
      plain[4] = 0, plain[5] = static_cast<octet>(plain.size() - 40);
    }
    CHECK(w.sent(plain, *sending) == std::pair{verdict::forwarded, wire});
    bytes forged = wire;
    forged[by_hand.ah_at + 15] ^= 1;  // the IV
    CHECK(w.received(forged).first == verdict::icv_mismatch);
    CHECK(w.received(wire) == std::pair{verdict::forwarded, plain});
  }
}
