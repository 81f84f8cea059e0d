#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/transform/esp_open.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm128_8>;
};

// Answers with any status, and counts what it is asked.
struct answering_crypto : null_crypto {
  job_status answer = job_status::done;
  std::size_t jobs_seen = 0;
  void open(workspace&, job_list jobs, on_forged mode) noexcept {
    for (job* j : jobs) j->status = answer;
    jobs_seen += jobs.size();
    CHECK(mode == on_forged::scrub);
  }
};

}  // namespace

TEST_CASE("esp_open: one verdict for every status of its job, and only `done` goes on [class 17, 55]") {
  for (const job_status answer : {job_status::pending, job_status::done, job_status::forged, job_status::failed, static_cast<job_status>(77)}) {
    bench<gateway, list_kind::inbound, flat_packet, answering_crypto> b;
    b.add({});
    b.crypto.answer = answer;
    b.packets.add(tunnelled_packet(b.crypto, {}, 1, udp_packet(family::ipv4, 20)));
    b.go(find_sa, check_replay, esp_open);
    CHECK(b.of(0) == (answer == job_status::done ? verdict::forwarded : answer == job_status::forged ? verdict::icv_mismatch : verdict::crypto_failed));
  }
}

TEST_CASE("esp_open: what is refused before costs no job [class 1]") {
  bench<gateway, list_kind::inbound, flat_packet, answering_crypto> b;
  b.add({});
  const bytes good = tunnelled_packet(b.crypto, {}, 1, udp_packet(family::ipv4, 20));
  for (std::size_t n = 1; n < 60; ++n) {
    bytes cut(good.begin(), good.end() - static_cast<std::ptrdiff_t>(n));
    cut[3] = static_cast<octet>(cut.size());
    set_checksum(cut);
    if (cut.size() >= 28 && (cut.size() - 36 - 16) % 4 == 0 && cut.size() >= 56) continue;  // whole, as far as one can see
    b.packets.add(cut, {}, 0, 0);
  }
  b.packets.add(testing::packet_form{.content = good, .writable = false});
  REQUIRE(b.packets.packets.size() <= 64);
  b.go(find_sa, check_replay, esp_open);
  CHECK(b.crypto.jobs_seen == 0);
  for (std::size_t i = 0; i + 1 < b.packets.packets.size(); ++i) CHECK((b.of(i) == verdict::runt || b.of(i) == verdict::bad_alignment));
  CHECK(b.of(b.packets.packets.size() - 1) == verdict::not_writable);
}

TEST_CASE("esp_open: the text lies between IV and ICV, decrypted where it stands") {
  bench<gateway, list_kind::inbound, flat_packet, mixing_crypto> b;
  b.add({});
  const bytes inner = udp_packet(family::ipv4, 21);
  b.packets.add(tunnelled_packet(b.crypto, {}, 1, inner));
  const bytes before = b.octets(0);
  b.go(find_sa, check_replay, esp_open);
  const bytes after = b.octets(0);
  CHECK(bytes(after.begin() + 36, after.end() - 16) == esp_text(inner, 4));
  CHECK(bytes(after.begin(), after.begin() + 36) == bytes(before.begin(), before.begin() + 36));
  CHECK(bytes(after.end() - 16, after.end()) == bytes(before.end() - 16, before.end()));
}
