#include "support/ah.hpp"
#include "support/stages.hpp"

#include <esplanade/transform/ah_open.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {
struct of_ah : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>, ah_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};

// Answers with any status, and counts what it is asked.
struct answering_crypto : null_crypto {
  job_status answer = job_status::done;
  std::size_t jobs_seen = 0;
  void open(workspace&, job_list jobs, on_forged mode) noexcept {
    for (job* j : jobs) j->status = answer;
    jobs_seen += jobs.size();
    CHECK(mode == on_forged::restore);
  }
};
}  // namespace

TEST_CASE("ah_open: one verdict for every status of its job, and only `done` goes on [class 17, 55]") {
  for (const job_status answer : {job_status::pending, job_status::done, job_status::forged, job_status::failed, static_cast<job_status>(77)}) {
    bench<of_ah, list_kind::inbound, flat_packet, answering_crypto> b;
    sa_form sa{.suite = ah_sha256, .mode = mode::transport};
    b.add(sa);
    b.packets.add(ah_packet(b.crypto, {.sa = sa, .payload = udp(1, 2, 3)}, {}));
    b.crypto.answer = answer;
    b.go(find_sa, check_replay, ah_open);
    CHECK(b.of(0) == (answer == job_status::done ? verdict::forwarded : answer == job_status::forged ? verdict::icv_mismatch : verdict::crypto_failed));
  }
}

TEST_CASE("ah_open: what is refused before costs no job [class 1, 8]") {
  bench<of_ah, list_kind::inbound, flat_packet, answering_crypto> b;
  sa_form sa{.suite = ah_sha256, .mode = mode::transport};
  b.add(sa);
  const bytes good = ah_packet(b.crypto, {.sa = sa}, {});  // AH is the last there is
  for (std::size_t n = 1; n <= 16; ++n) {
    bytes cut(good.begin(), good.end() - static_cast<std::ptrdiff_t>(n));
    cut[3] = static_cast<octet>(cut.size());
    b.packets.add(cut, {}, 0, 0);
  }
  bytes longer = good;
  ++longer[21];
  b.packets.add(longer);
  b.packets.add(testing::packet_form{.content = good, .writable = false});
  b.packets.add(good);
  b.go(find_sa, check_replay, ah_open);
  for (std::size_t i = 0; i < 16; ++i) CHECK(b.of(i) == verdict::runt);
  CHECK(b.of(16) == verdict::bad_header);
  CHECK(b.of(17) == verdict::not_writable);
  CHECK(b.of(18) == verdict::forwarded);
  CHECK(b.crypto.jobs_seen == 1);
}

TEST_CASE("ah_open: what its job covers, written out") {
  struct watching_crypto : null_crypto {
    bytes aad{}, text{}, nonce{};
    bytes appended{};
    void open(workspace&, job_list jobs, on_forged) noexcept {
      const job& j = *jobs[0];
      aad.assign(j.aad, j.aad + j.aad_length);
      text.assign(j.source->data, j.source->data + j.source->size);
      nonce.assign(j.nonce().begin(), j.nonce().end());
      appended.assign(j.appended, j.appended + j.appended_length);
      jobs[0]->status = job_status::done;
    }
  };
  bench<of_ah, list_kind::inbound, flat_packet, watching_crypto> b;
  sa_form sa{.suite = ah_gmac, .spi = 0x00112233, .mode = mode::transport, .esn = true, .start = 0x700000000u};
  b.add(sa);
  ip_form form;
  form.options = {7, 3, 4, 0};
  form.traffic_class = 0xb8;
  b.packets.add(ah_packet(b.crypto, {.sa = sa, .number = 0x700000005u, .payload = udp(1, 2, 3)}, form));
  b.go(find_sa, check_replay, ah_open);
  REQUIRE(b.of(0) == verdict::forwarded);
  bytes expected = {0x46, 0, 0, 71, 0x12, 0x34, 0, 0, 0, 51, 0, 0, 192, 0, 2, 1, 198, 51, 100, 7, 0, 0, 0, 0};
  put(expected, {17, 7, 0, 0, 0x00, 0x11, 0x22, 0x33, 0, 0, 0, 5, 0, 0, 0, 7, 0, 0, 0, 5});
  put(expected, bytes(16));
  CHECK(b.crypto.aad == expected);
  CHECK(b.crypto.text == udp(1, 2, 3));
  bytes nonce = salt_of(ah_gmac);
  put(nonce, {0, 0, 0, 7, 0, 0, 0, 5});
  CHECK(b.crypto.nonce == nonce);
  CHECK(b.crypto.appended == bytes{0, 0, 0, 7});
  CHECK(b.state(0).next_header == 17);
}
