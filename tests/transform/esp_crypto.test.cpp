#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/seeded.hpp>
#include <esplanade/transform/esp_crypto.hpp>

using namespace support;

namespace {

// Three nonces in one profile: nothing about them is a constant.
struct nonces : profile {
  static constexpr auto suites = esplanade::suites<testing::nonce_of_11, testing::nonce_of_12>;
};

// Writes down what jobs ask for, and works as the null provider does.
struct asked {
  bytes aad, nonce, appended, text;
  bool in_the_packet;  // the AAD
};
class noting_crypto : public null_crypto {
 public:
  std::vector<asked> seals{}, opens{};
  void seal(workspace& w, job_list jobs) noexcept {
    for (job* j : jobs) seals.push_back(note(*j));
    null_crypto::seal(w, jobs);
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    for (job* j : jobs) opens.push_back(note(*j));
    null_crypto::open(w, jobs, mode);
  }

 private:
  static asked note(const job& j) {
    asked a{{j.aad, j.aad + j.aad_length}, {j.nonce().begin(), j.nonce().end()}, {j.appended, j.appended + j.appended_length}, {}, false};
    for (std::size_t i = 0; i < j.segments; ++i) a.text.insert(a.text.end(), j.source[i].data, j.source[i].data + j.source[i].size);
    a.in_the_packet = j.segments == 1 && j.aad + j.aad_length == j.source[0].data;
    return a;
  }
};

using ctr = esp_aes_ctr<128, hmac_sha1_96>;
using cbc = esp_aes_cbc<256, hmac_sha2_512_256>;
using gmac = esp_null_aes_gmac<128>;
using implicit = esp_aes_gcm_16_implicit_iv<128>;
using null_mac = esp_null<hmac_sha1_96>;
using des = legacy::esp_des_cbc<hmac_sha1_96>;

// Every form of job in one profile: all is decided per SA.
struct all_forms : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ctr, cbc, gmac, implicit, null_mac, des>;
  static constexpr bool legacy_algorithms = true;
  using random = testing::seeded;
};
// One form each: nothing is decided per SA.
template <class S> struct one_suite : profile {
  static constexpr auto suites = esplanade::suites<S>;
  static constexpr bool legacy_algorithms = true;
  using random = testing::seeded;
};

// What RFC 4106 5, 4543 3.3, 8750 4 and 4303 2.8 say that a job's octets are, in front of the text and behind it.
void is_as_the_rfcs_say(const asked& a, const sa_form& form, std::uint64_t number, const bytes& wire, std::size_t esp_at) {
  const suite_sizes& suite = form.suite;
  const bytes iv(wire.begin() + static_cast<std::ptrdiff_t>(esp_at + 8), wire.begin() + static_cast<std::ptrdiff_t>(esp_at + 8 + suite.iv));
  bytes front, nonce = salt_of(suite);
  put32(front, form.spi);
  if (form.esn && suite.form() != job_form::mac) put32(front, number >> 32);
  put32(front, number & 0xffffffff);
  if (suite.form() == job_form::mac || suite.form() == job_form::gmac) put(front, iv);
  put(nonce, iv);
  if (suite.form() == job_form::aead_implicit_iv) {
    put32(nonce, number >> 32);
    put32(nonce, number & 0xffffffff);
  }
  bytes behind;
  if (form.esn && suite.form() == job_form::mac) put32(behind, number >> 32);
  CHECK(a.aad == front);
  CHECK(a.nonce == nonce);
  CHECK(a.appended == behind);
}

template <class Profile, class P> void jobs_are_as_the_rfcs_say(const suite_sizes& suite, std::vector<std::size_t> cuts) {
  for (const bool esn : {false, true}) {
    CAPTURE(int(suite.family));
    CAPTURE(esn);
    testing::seeded numbers{7};
    noting_crypto crypto;
    using path_type = datapath<Profile, P, flat_store<4>, noting_crypto>;
    typename path_type::inbound_store receiving;
    typename path_type::outbound_store sending;
    path_type path{{.inbound = receiving, .outbound = sending, .crypto = crypto, .random = numbers}};
    sa_form form{.suite = suite, .esn = esn, .start = esn ? std::uint64_t{0xa1b2c3d4fffffffe} : 6};
    const outbound_handle sender = sending.add(crypto, form.parameters()).value();
    (void)receiving.add(crypto, form.parameters()).value();
    const bytes inner = udp_packet(family::ipv4, 21);
    for (unsigned i = 0; i < 3; ++i) {  // over the end of the low half under ESN
      const std::uint64_t number = form.start + 1 + i;
      train<P> out;
      out.add(inner, sender);
      REQUIRE(path.outbound(out.view_with_handles()) == 1);
      const bytes wire = out.octets(0);
      is_as_the_rfcs_say(crypto.seals.back(), form, number, wire, 20);
      train<P> in;
      std::vector<std::size_t> segments = cuts;  // and the rest
      if (!cuts.empty()) segments.push_back(wire.size() - std::accumulate(cuts.begin(), cuts.end(), std::size_t{0}));
      in.add(testing::packet_form{.content = wire, .segments = segments});
      REQUIRE(path.inbound(in.view()) == 1);
      CHECK(in.octets(0) == inner);
      is_as_the_rfcs_say(crypto.opens.back(), form, number, wire, 20);
      CHECK(crypto.opens.back().text == crypto.seals.back().text);
      if (cuts.empty() && suite.form() == job_form::mac) {
        CHECK(crypto.opens.back().in_the_packet);  // read where it stands, in one piece with the text
        CHECK(crypto.seals.back().in_the_packet);
      }
    }
  }
}
template <class S> void every_way() {
  for (const std::vector<std::size_t>& cuts : {std::vector<std::size_t>{}, {23, 4}, {22, 1, 1, 1, 1, 1, 1}, {28}})
    if (cuts.empty()) {
      jobs_are_as_the_rfcs_say<one_suite<S>, flat_packet>(S::sizes, cuts);
      jobs_are_as_the_rfcs_say<all_forms, flat_packet>(S::sizes, cuts);
    } else {
      jobs_are_as_the_rfcs_say<one_suite<S>, chain_packet<8>>(S::sizes, cuts);
      jobs_are_as_the_rfcs_say<all_forms, chain_packet<8>>(S::sizes, cuts);
    }
}

}  // namespace

TEST_CASE("fill_job: each form of suite authenticates what its RFC says, alone and among others, header whole or cut [class 25, 26] [row 10]") {
  every_way<gcm128>();
  every_way<ctr>();
  every_way<cbc>();
  every_way<gmac>();
  every_way<implicit>();
  every_way<null_mac>();
  every_way<des>();
}

TEST_CASE("fill_job: forms taking turns in one batch leave nothing of each other [class 26]") {
  testing::seeded numbers{8};
  noting_crypto crypto;
  using path_type = datapath<all_forms, flat_packet, flat_store<16>, noting_crypto>;
  path_type::inbound_store receiving;
  path_type::outbound_store sending;
  path_type path{{.inbound = receiving, .outbound = sending, .crypto = crypto, .random = numbers}};
  std::vector<sa_form> forms;
  std::vector<outbound_handle> handles;
  std::uint32_t spi = 0x1001;
  for (const suite_sizes& suite : all_forms::suites.sizes)
    for (const bool esn : {true, false}) {
      forms.push_back({.suite = suite, .spi = spi++, .esn = esn, .start = esn ? std::uint64_t{5} << 32 : 0});
      handles.push_back(sending.add(crypto, forms.back().parameters()).value());
    }
  const bytes inner = udp_packet(family::ipv4, 21);
  for (std::uint64_t round = 1; round <= 3; ++round) {
    train<flat_packet> out;
    for (std::size_t k = 0; k < forms.size(); ++k) out.add(inner, handles[(k * 5 + round) % forms.size()]);
    crypto.seals.clear();
    REQUIRE(path.outbound(out.view_with_handles()) == forms.size());
    for (std::size_t k = 0; k < forms.size(); ++k) {
      const sa_form& form = forms[(k * 5 + round) % forms.size()];
      is_as_the_rfcs_say(crypto.seals[k], form, form.start + round, out.octets(k), 20);
    }
  }
}

TEST_CASE("write_iv: a block cipher's is random in all its octets, a counter's the number, and none is written where none is [class 21, 23]") {
  testing::seeded numbers{9};
  noting_crypto crypto;
  using path_type = datapath<all_forms, flat_packet, flat_store<16>, noting_crypto>;
  path_type::inbound_store receiving;
  path_type::outbound_store sending;
  path_type path{{.inbound = receiving, .outbound = sending, .crypto = crypto, .random = numbers}};
  testing::seeded same{9};
  std::uint32_t spi = 0x2001;
  for (const suite_sizes& suite : all_forms::suites.sizes) {
    sa_form form{.suite = suite, .spi = spi++};
    const outbound_handle sender = sending.add(crypto, form.parameters()).value();
    for (std::uint64_t number = 1; number <= 2; ++number) {
      train<flat_packet> out;
      out.add(udp_packet(family::ipv4, 21), sender);
      REQUIRE(path.outbound(out.view_with_handles()) == 1);
      const bytes wire = out.octets(0);
      bytes iv;
      if (suite.chained())
        for (std::size_t at = 0; at < suite.iv; at += 8) {
          const std::uint64_t drawn = same.next();
          put32(iv, drawn >> 32);
          put32(iv, drawn & 0xffffffff);
        }
      else if (suite.iv == 8) {
        put32(iv, 0);
        put32(iv, number);
      }
      CHECK(iv.size() == suite.iv);
      CHECK(bytes(wire.begin() + 28, wire.begin() + 28 + suite.iv) == iv);
    }
  }
}

TEST_CASE("fill_job: nonces of 11 and 12 octets in one profile, salt right in front of the IV [class 26]") {
  for (const suite_sizes& suite : {testing::nonce_of_11::sizes, testing::nonce_of_12::sizes})
    for (const bool esn : {false, true}) {
      world<nonces, flat_packet, testing::nonce_probe> r;
      const sa_form form{.suite = suite, .esn = esn, .start = esn ? std::uint64_t{0xa1b2c3d400000000} : 0};
      const auto sa = r.add(form);
      const bytes inner = udp_packet(family::ipv4, 20);
      const auto [v, wire] = r.sent(inner, sa);
      REQUIRE(v == verdict::forwarded);
      bytes nonce = salt_of(suite);
      put32(nonce, esn ? 0xa1b2c3d4 : 0);
      put32(nonce, 1);
      REQUIRE(r.crypto.seen().size() == 1);
      CHECK(r.crypto.seen()[0] == nonce);
      const auto [back, octets] = r.received(wire);
      CHECK(back == verdict::forwarded);
      CHECK(octets == inner);
      REQUIRE(r.crypto.seen().size() == 2);
      CHECK(r.crypto.seen()[1] == nonce);
    }
}

TEST_CASE("together: a pointer where octets lie in one segment, else nothing") {
  const bytes content = counted(20, 1);
  testing::owned_chain<8> p(testing::packet_form{.content = content, .segments = {0, 5, 0, 10, 5, 0}});
  for (std::size_t at = 0; at <= 20; ++at)
    for (std::size_t size = 1; at + size <= 20; ++size) {
      const octet* found = esplanade::detail::together(static_cast<chain_packet<8>&>(p), at, size);
      const bool whole = at + size <= 5 || (at >= 5 && at + size <= 15) || at >= 15;
      CAPTURE(at);
      CAPTURE(size);
      CHECK((found != nullptr) == whole);
      if (found != nullptr) CHECK(std::equal(found, found + size, content.begin() + static_cast<std::ptrdiff_t>(at)));
    }
  testing::owned_packet flat(testing::packet_form{.content = content, .headroom = 3});
  CHECK(*esplanade::detail::together(static_cast<flat_packet&>(flat), 7, 2) == content[7]);
}
