// No branch and no address depends on keys, on the texts under them or on where a received ICV differs; run by memcheck.
#include "timing/secret.hpp"

#include "crypto/families.hpp"
#include "crypto/jobs.hpp"
#include "support/ip.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/testing/configuration.hpp>

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

using namespace esplanade;
using jobs::bytes;
using jobs::random_bytes;

namespace {

// A comparison as it must not be.
[[gnu::noinline]] bool equal_at_once(const octet* a, const octet* b, std::size_t size) noexcept {
  for (std::size_t i = 0; i < size; ++i)
    if (a[i] != b[i]) return false;
  return true;
}
template <class Compare> unsigned long errors_of(Compare compare) {
  unsigned long found = 0;
  for (std::size_t size = 1; size <= 32; ++size)
    for (std::size_t differing = 0; differing <= size; ++differing) {
      bytes a = random_bytes(size, 1), b = a;
      if (differing != size) b[differing] ^= 1;
      timing::hide(b.data(), size);
      const unsigned long before = timing::errors();
      const bool equal = timing::answer_in_public(compare(a.data(), b.data(), size));
      found += timing::errors() - before;
      CHECK(equal == (differing == size));
    }
  return found;
}

/// A provider whose opened texts are public; those that were refused stay as secret as they were.
template <class C> struct revealing : C {
  using C::C;
  using workspace = typename C::workspace;
  void open(workspace& w, job_list list, on_forged mode) noexcept {
    C::open(w, list, mode);
    for (const job* j : list)
      for (std::size_t i = 0; j->status == job_status::done && i < j->segments; ++i) timing::reveal(j->destination[i].data, j->destination[i].size);
  }
};
/// One that compares as it must not: it looks at the ICV before it works.
template <class C> struct leaking : revealing<C> {
  using revealing<C>::revealing;
  using workspace = typename C::workspace;
  void open(workspace& w, job_list list, on_forged mode) noexcept {
    for (const job* j : list) first_ = first_ || equal_at_once(j->icv, seen_, j->icv_length);
    revealing<C>::open(w, list, mode);
  }
  octet seen_[icv_max]{};
  bool first_ = false;
};

struct all_esp : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_8<256>, esp_null_aes_gmac<256>, esp_aes_ccm_16<128>, esp_chacha20_poly1305, esp_aes_cbc<256, hmac_sha2_256_128>,
                                                   esp_aes_ctr<128, hmac_sha1_96>, esp_null<hmac_sha2_512_256>, esp_aes_cbc<128, aes_xcbc_96>, esp_aes_ctr<128, aes_cmac_96>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using random = testing::seeded;
};
struct all_ah : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>, ah<hmac_sha1_96>, ah<aes_cmac_96>, ah_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};

// IP packets whose transport payload is secret as well.
bytes inner_packet(bool ipv6, std::size_t size) {
  support::ip_form form{.protocol = 17, .payload = random_bytes(8 + size, size)};
  if (ipv6) form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1), form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
  const bytes made = support::make_ip(form);
  return made;
}

// One packet each way, and forged ones of every kind. Returns the errors that memcheck counted meanwhile.
template <class P, template <class> class Wrapper> unsigned long errors_both_ways(std::size_t suite, esplanade::mode mode, bool ipv6, std::size_t size) {
  using configuration = testing::default_configuration<P, flat_packet, flat_store<4>, Wrapper<botan_for<P>>>;
  const std::unique_ptr<configuration> ends(new configuration);
  sa_parameters p = testing::sample_sa<P>(0, suite);
  p.mode = mode;
  bytes key = random_bytes(p.suite.key, suite + 1);
  p.key = key;
  timing::hide(key.data(), key.size());
  const unsigned long before = timing::errors();
  const testing::sa_pair pair = ends->add_pair(p).value();

  const bytes plain = inner_packet(ipv6, size);
  const auto run = [&](const bytes& content, bool out) {
    bytes memory(256 + content.size() + 256);
    std::copy(content.begin(), content.end(), memory.begin() + 256);
    flat_packet packet(octets(memory), 256, content.size());
    flat_packet* packets[] = {&packet};
    verdict verdicts[] = {verdict::withheld};
    const outbound_handle handles[] = {pair.sending};
    if (out) {
      if (size != 0) timing::hide(memory.data() + 256 + content.size() - size, size);
      ends->path().outbound({packets, verdicts, handles});
    } else {
      ends->path().inbound({packets, verdicts, {}});
    }
    return std::pair{verdicts[0], bytes(packet.data(), packet.data() + packet.length())};
  };
  const auto sent = [&] {
    auto [said, wire] = run(plain, true);
    CHECK(said == verdict::forwarded);
    timing::reveal(wire.data(), wire.size());
    return wire;
  };
  // Where the ICV of a packet is.
  const std::size_t header = mode == mode::tunnel ? 20u : ipv6 ? 40u : 20u;
  const auto icv_at = [&](const bytes& wire) { return p.suite.protocol == protocol_kind::ah ? header + 12 + p.suite.iv : wire.size() - p.suite.icv; };
  const auto arrives = [&](bytes wire) {
    timing::hide(wire.data() + icv_at(wire), p.suite.icv);
    return run(wire, false);
  };
  for (const std::size_t off : {std::size_t{0}, std::size_t{p.suite.icv} / 2, p.suite.icv - std::size_t{1}}) {
    bytes forged = sent();
    forged[icv_at(forged) + off] ^= 1;
    CHECK(arrives(forged).first == verdict::icv_mismatch);
  }
  // What stands where trailer and padding are, behind a wrong ICV.
  bytes forged = sent();
  const std::size_t last = (p.suite.protocol == protocol_kind::ah ? forged.size() : icv_at(forged)) - 1;
  forged[last - 1] = static_cast<octet>(forged[last - 1] ^ 0x80);
  CHECK(arrives(forged).first == verdict::icv_mismatch);

  auto [said, restored] = arrives(sent());
  CHECK(said == verdict::forwarded);
  timing::reveal(restored.data(), restored.size());
  bytes expected = plain;
  timing::reveal(expected.data(), expected.size());
  CHECK(restored == expected);
  return timing::errors() - before;
}

template <class P> void nothing_leaks() {
  timing::secret_answers = 0;
  std::size_t opened = 0;
  for (std::size_t suite = 0; suite < P::suites.count; ++suite)
    for (const esplanade::mode mode : {mode::tunnel, mode::transport})
      for (const bool ipv6 : {false, true})
        for (const std::size_t size : {std::size_t{0}, std::size_t{61}, std::size_t{700}}) {
          CAPTURE(suite);
          CAPTURE(size);
          CAPTURE(ipv6);
          CHECK(errors_both_ways<P, revealing>(suite, mode, ipv6, size) == 0);
          opened += 5;
        }
  CHECK(timing::secret_answers == opened);
}

// Key, text and received ICV of a job are secret. Returns the errors that memcheck counted.
unsigned long errors_of_suite(botan_all& provider, botan_all::workspace& w, const suite_sizes& sizes) {
  bytes key = random_bytes(sizes.key, 7);
  timing::hide(key.data(), key.size());
  const unsigned long before = timing::errors();
  const std::uint32_t schedule = provider.add_key(sizes, key).value();
  for (const std::size_t length : {std::size_t{0}, std::size_t{16}, std::size_t{64}, std::size_t{1408}, std::size_t{5008}}) {
    bytes text = random_bytes(length, length), icv(sizes.icv), aad = random_bytes(16, 3);
    timing::hide(text.data(), length);
    const segment piece{text.data(), length};
    job j = jobs::job_over(sizes, schedule, piece, icv.data(), aad.data(), aad.size());
    job* one[] = {&j};
    provider.seal(w, one);
    provider.verify(w, one);
    CHECK(j.status == job_status::done);
    icv[sizes.icv / 2] = static_cast<octet>(icv[sizes.icv / 2] ^ 1);
    provider.open(w, one, on_forged::restore);
    CHECK(j.status == job_status::forged);
    icv[sizes.icv / 2] = static_cast<octet>(icv[sizes.icv / 2] ^ 1);
    provider.open(w, one, on_forged::scrub);
    CHECK(j.status == job_status::done);
    provider.recheck(w, one);
    CHECK(j.status == job_status::done);
  }
  provider.remove_key(schedule);
  return timing::errors() - before;
}

}  // namespace

TEST_CASE("equal_in_constant_time: its time does not depend on where ICVs differ, and a comparison that ends early is found") {
#undef equal_in_constant_time
  CHECK(errors_of([](const octet* a, const octet* b, std::size_t size) { return equal_in_constant_time(a, b, size); }) == 0);
#define equal_in_constant_time compare_in_public
  CHECK(errors_of(equal_at_once) >= 32);
}

TEST_CASE("botan_all: with no suite do branches or addresses depend on key, text or ICV") {
  const std::unique_ptr<botan_all> provider(new botan_all(4));
  const std::unique_ptr<botan_all::workspace> w(new botan_all::workspace{});
  jobs::each_suite([&](const char* name, const suite_sizes& sizes) {
    INFO(std::string(name));
    const bool by_tables = sizes.family == cipher_family::des_cbc || sizes.family == cipher_family::triple_des_cbc;  // Botan's DES
    CHECK((errors_of_suite(*provider, *w, sizes) != 0) == by_tables);
  });
}

TEST_CASE("datapath: keys, texts and ICVs do not show in the time that ESP takes") { nothing_leaks<all_esp>(); }
TEST_CASE("datapath: nor in that of AH") { nothing_leaks<all_ah>(); }
TEST_CASE("datapath: a provider that compares as it must not is found") {
  CHECK((errors_both_ways<all_esp, leaking>(0, mode::tunnel, false, 61)) != 0);
  CHECK((errors_both_ways<all_ah, leaking>(0, mode::transport, true, 61)) != 0);
}

int main(int count, char** words) {
  if (!RUNNING_ON_VALGRIND) {
    std::puts("constant time: run it by valgrind");
    return 77;
  }
  doctest::Context context(count, words);
  return context.run();
}
