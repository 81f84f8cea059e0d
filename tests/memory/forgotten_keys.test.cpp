// Keys, and what is made of them, are nowhere in memory once their SAs are gone.
#ifdef ESPLANADE_TESTS_IPSEC_MB
#include <esplanade/crypto/ipsec_mb.hpp>  // in front of Botan's headers, which must bear it
#endif

#include <esplanade/crypto/botan.hpp>
#include <esplanade/testing/configuration.hpp>

#include "memory/needles.hpp"
#include "support/every_suite.hpp"
#include "support/ip.hpp"

#include <doctest/doctest.h>

#include <botan/cpuid.h>

#include <algorithm>
#include <memory>

using namespace esplanade;
using support::bytes;

namespace {

template <class Crypto, class... Chosen> constexpr auto of_those(suite_list<>, suite_list<Chosen...> chosen) { return chosen; }
template <class Crypto, class S, class... Others, class... Chosen> constexpr auto of_those(suite_list<S, Others...>, suite_list<Chosen...>) {
  if constexpr (Crypto::template supports<S>) return of_those<Crypto>(suite_list<Others...>{}, suite_list<Chosen..., S>{});
  else return of_those<Crypto>(suite_list<Others...>{}, suite_list<Chosen...>{});
}
template <class Crypto> struct all_esp : profile {
  static constexpr auto suites = of_those<Crypto>(support::together(support::every_aead, support::every_implicit_iv, support::every_mac, support::every_legacy), suite_list<>{});
  static constexpr bool legacy_algorithms = true;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using random = testing::seeded;
};
template <class Crypto> struct all_ah : profile {
  static constexpr auto suites = of_those<Crypto>(support::every_ah, suite_list<>{});
  static constexpr auto modes = mode::tunnel | mode::transport;
};

// What HMAC makes of a key before there is a message: intel-ipsec-mb keeps that, Botan the key crossed with two constants.
void add_hmac(memory::haystack& secrets, const suite_sizes& sizes, const octet* key) {
  secrets.add_ends(key, sizes.mac_key);
  for (const octet pad : {octet{0x36}, octet{0x5c}}) {
    secrets.add_ends(key, sizes.mac_key, pad);
#ifdef ESPLANADE_TESTS_IPSEC_MB
    static ESPLANADE_IPSEC_MB_TAG::manager library;
    if (!library.runs() && !library.set_up(IMB_ARCH_NONE)) continue;
    IMB_MGR* const m = library.get();
    alignas(64) octet block[128], state[64];
    for (std::size_t i = 0; i < sizeof block; ++i) block[i] = static_cast<octet>((i < sizes.mac_key ? key[i] : 0) ^ pad);
    switch (sizes.mac) {
      case mac_family::hmac_sha1: m->sha1_one_block(block, state); break;
      case mac_family::hmac_sha2_256: m->sha256_one_block(block, state); break;
      case mac_family::hmac_sha2_384: m->sha384_one_block(block, state); break;
      case mac_family::hmac_sha2_512: m->sha512_one_block(block, state); break;
      default: m->md5_one_block(block, state); break;
    }
    secrets.add(state);
    wipe(block, sizeof block);
    wipe(state, sizeof state);
#endif
  }
}
void add_mac(memory::haystack& secrets, const suite_sizes& sizes, const octet* key) {
  if (sizes.mac != mac_family::aes_xcbc && sizes.mac != mac_family::aes_cmac) return add_hmac(secrets, sizes, key);
  secrets.add(key);
  if (sizes.mac != mac_family::aes_xcbc) return;
  octet first[16];  // RFC 3566 4: the key that enciphers is made of the key that is given
  std::fill_n(first, 16, octet{1});
  const auto cipher = Botan::BlockCipher::create_or_throw("AES-128");
  cipher->set_key(key, 16);
  cipher->encrypt(first);
  secrets.add(first);
  wipe(first, sizeof first);
}

// FIPS 197 5.2: the first round key that is not the key itself.
octet substituted(octet value) {
  unsigned inverse = 0;
  const auto times = [](unsigned a, unsigned b) {
    unsigned product = 0;
    for (; b != 0; b >>= 1, a = a << 1 ^ ((a & 0x80) != 0 ? 0x11bu : 0u))
      if ((b & 1) != 0) product ^= a;
    return product;
  };
  for (unsigned i = 1; i < 256; ++i)
    if (times(value, i) == 1) inverse = i;
  unsigned out = 0x63;
  for (unsigned turn = 0; turn < 5; ++turn) out ^= (inverse << turn | inverse >> (8 - turn)) & 0xff;
  return static_cast<octet>(out);
}
void add_round_key(memory::haystack& secrets, const octet* key) {
  octet next[16];
  for (std::size_t i = 0; i < 16; ++i) {
    const octet before = i < 4 ? substituted(key[12 + (i + 1) % 4]) : next[i - 4];
    next[i] = static_cast<octet>(key[i] ^ before ^ (i == 0 ? 1 : 0));
  }
  secrets.add(next);
  wipe(next, sizeof next);
}

bool enciphers(const suite_sizes& s) { return s.cipher_key() != 0; }
bool is_des(const suite_sizes& s) { return s.family == cipher_family::des_cbc || s.family == cipher_family::triple_des_cbc; }

template <template <class> class P, class Crypto> void keys_are_forgotten(std::uint64_t seed) {
  using chosen = P<Crypto>;
  using configuration = testing::default_configuration<chosen, flat_packet, flat_store<256>, Crypto>;
  auto ends = std::make_unique<configuration>();
  const std::unique_ptr<memory::haystack> secrets(new memory::haystack);
  std::vector<testing::sa_pair> pairs;
  testing::seeded numbers{seed};
  static octet key[256];
  for (std::size_t i = 0; i < 2 * chosen::suites.count; ++i) {
    sa_parameters p = testing::sample_sa<chosen>(static_cast<std::uint32_t>(i), i / 2);
    p.mode = i % 2 == 0 ? mode::tunnel : mode::transport;
    for (std::size_t k = 0; k < p.suite.key; ++k) key[k] = static_cast<octet>(numbers.next());
    p.key = {key, p.suite.key};
    if (enciphers(p.suite)) {
      // Botan keeps other forms where the processor has no AES, and both keep others of DES.
      secrets->name("cipher key of SA " + std::to_string(i), !is_des(p.suite) && Botan::CPUID::has_aes_ni());
      if (p.suite.cipher_key() >= 16) secrets->add_ends(key, p.suite.cipher_key());
      if (p.suite.cipher_key() == 16) add_round_key(*secrets, key);
    }
    if (p.suite.mac_key != 0) {
      secrets->name("MAC key of SA " + std::to_string(i), Botan::CPUID::has_aes_ni());
      add_mac(*secrets, p.suite, key + p.suite.cipher_key());
    }
    memory::clear_stack();
    const result<testing::sa_pair> added = ends->add_pair(p);
    REQUIRE(added);
    pairs.push_back(*added);
    wipe(key, sizeof key);
  }
  const bytes plain = support::make_ip({.protocol = 17, .payload = bytes(300, octet{1})});
  for (const testing::sa_pair& pair : pairs)
    for (const bool forged : {true, false}) {
      bytes room(1024);
      std::copy(plain.begin(), plain.end(), room.begin() + 256);
      flat_packet packet(octets(room), 256, plain.size());
      flat_packet* packets[] = {&packet};
      verdict verdicts[] = {verdict::withheld};
      const outbound_handle handles[] = {pair.sending};
      REQUIRE(ends->path().outbound({packets, verdicts, handles}) == 1);
      if (forged) packet.data()[packet.length() - 1] ^= 1;
      ends->path().inbound({packets, verdicts, {}});
      CHECK(verdicts[0] == (forged ? verdict::icv_mismatch : verdict::forwarded));
    }

  CHECK(secrets->size() >= pairs.size());
  for (const std::string& words : secrets->missing()) FAIL_CHECK("not found while it is in use, so that finding nothing later would say nothing: " << words);
  for (const testing::sa_pair& pair : pairs) REQUIRE(ends->remove_pair(pair));
  for (const std::string& words : secrets->found()) FAIL_CHECK("left behind by an SA that is gone: " << words);
  ends.reset();
  for (const std::string& words : secrets->found()) FAIL_CHECK("left behind by a datapath that is gone: " << words);
}

}  // namespace

TEST_CASE("needles: a secret is found where it stands, and not where it is looked for from") {
  memory::haystack secrets;
  static octet place[64];
  for (std::size_t i = 0; i < sizeof place; ++i) place[i] = static_cast<octet>(i * 7 + 3);
  secrets.name("a secret");
  secrets.add_ends(place + 5, 40);
  CHECK(secrets.found().size() == 1);
  CHECK(secrets.missing().empty());
  wipe(place, 24);  // its end is left
  CHECK(secrets.found().size() == 1);
  wipe(place, sizeof place);
  CHECK(secrets.found().empty());
  CHECK(secrets.missing().size() == 1);
}

TEST_CASE("botan_all: keys of every suite and their round keys stand nowhere in memory once their SAs are removed [class 41]") {
  keys_are_forgotten<all_esp, botan_all>(1);
  keys_are_forgotten<all_ah, botan_all>(2);
}
#ifdef ESPLANADE_TESTS_IPSEC_MB
TEST_CASE("ipsec_mb_all: keys of every suite and their round keys stand nowhere in memory once their SAs are removed [class 41]") {
  if (!Botan::CPUID::has_aes_ni()) return;
  keys_are_forgotten<all_esp, ipsec_mb_all>(3);
  keys_are_forgotten<all_ah, ipsec_mb_all>(4);
}
#endif
