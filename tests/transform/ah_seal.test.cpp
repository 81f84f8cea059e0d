#include "support/ah.hpp"
#include "support/stages.hpp"

#include <esplanade/transform/ah_seal.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {
struct of_ah : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>, ah_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct of_both : of_ah {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha2_256_128>>;
};

// Answers with any status, and counts what it is asked.
struct answering_crypto : null_crypto {
  job_status answer = job_status::done;
  std::size_t jobs_seen = 0;
  void seal(workspace&, job_list jobs) noexcept {
    for (job* j : jobs) j->status = answer;
    jobs_seen += jobs.size();
  }
};
}  // namespace

TEST_CASE("write_ah_header: all of AH but its ICV, behind the headers that stay in front") {
  bench<of_ah, list_kind::outbound> b;
  const auto handle = b.add({.suite = ah_gmac, .spi = 0x01020304, .mode = mode::transport, .start = 0x41});
  ip_form form;
  form.options = {148, 4, 0, 0};
  form.payload = udp(1, 2, 5);
  const bytes inner = make_ip(form);
  b.packets.add(inner, handle);
  b.go(select_sa_by_handle, assign_sequence, write_ah_header);
  REQUIRE(b.of(0) == verdict::forwarded);
  bytes expected(inner.begin(), inner.begin() + 24);
  put(expected, {17, 7, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0x42, 0, 0, 0, 0, 0, 0, 0, 0x42});
  put(expected, bytes(16));
  put(expected, form.payload);
  CHECK(b.octets(0) == expected);  // lengths and protocol are write_outer_header's
  CHECK(b.state(0).number == 0x42);
  CHECK_FALSE(b.state(0).lease);
}

TEST_CASE("write_ah_header: without room or in foreign memory nothing is written and no number spent [class 36, 37]") {
  bench<of_ah, list_kind::outbound> b;
  const auto handle = b.add({.suite = ah_sha256});
  const bytes inner = udp_packet(family::ipv4, 9);
  b.packets.add(inner, handle, 27, 0);
  b.packets.add(testing::packet_form{.content = inner, .headroom = 128, .writable = false}, handle);
  b.packets.add(inner, handle, 28, 0);
  b.go(select_sa_by_handle, assign_sequence, write_ah_header);
  CHECK(b.of(0) == verdict::no_room);
  CHECK(b.of(1) == verdict::not_writable);
  CHECK(b.of(2) == verdict::forwarded);
  CHECK(b.octets(0) == inner);
  CHECK(b.octets(1) == inner);
}

TEST_CASE("ah_seal: one verdict for every status of its job, and only `done` goes on [class 45]") {
  for (const job_status answer : {job_status::pending, job_status::done, job_status::forged, job_status::failed, static_cast<job_status>(77)}) {
    bench<of_ah, list_kind::outbound, flat_packet, answering_crypto> b;
    const auto handle = b.add({.suite = ah_sha256});
    b.crypto.answer = answer;
    b.packets.add(udp_packet(family::ipv4, 20), handle);
    b.go(select_sa_by_handle, assign_sequence, write_ah_header, write_outer_header, ah_seal);
    CHECK(b.of(0) == (answer == job_status::done ? verdict::forwarded : verdict::crypto_failed));
  }
}

TEST_CASE("ah_seal: the ICV is written where it stands, also when it straddles segments [class 28]") {
  using P = chain_packet<8>;
  bench<of_ah, list_kind::outbound, P, mixing_crypto> b;
  sa_form sa{.suite = ah_sha256, .mode = mode::transport};
  const auto handle = b.add(sa);
  ip_form form;
  form.payload = udp(1, 2, 5);
  const bytes inner = make_ip(form);
  for (std::size_t n = 0; n < 28; ++n) b.packets.add({.content = inner, .segments = {n + 1, inner.size() - n - 1}, .headroom = 28}, handle);
  b.go(select_sa_by_handle, assign_sequence, write_ah_header, write_outer_header, ah_seal);
  for (std::size_t n = 0; n < 28; ++n) {
    REQUIRE(b.of(n) == verdict::forwarded);
    CHECK(b.octets(n) == ah_packet(b.crypto, {.sa = sa, .number = n + 1, .payload = form.payload}, form));
  }
}

TEST_CASE("ah_seal: an option or a route that it cannot foresee lets nothing leave [class 7, 45]") {
  bench<of_ah, list_kind::outbound, flat_packet, answering_crypto> b;
  const auto handle = b.add({.suite = ah_sha256, .mode = mode::transport});
  ip_form twice;
  twice.options = {131, 7, 4, 10, 0, 0, 1, 137, 7, 4, 10, 0, 0, 2, 0, 0};
  ip_form route;
  route.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
  route.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
  route.extensions = {{43, {0, 4, 1, 0, 0, 0, 0}}};
  ip_form option = route;
  option.extensions = {{60, {0, 1, 9, 0, 0, 0, 0}}, {43, {0, 4, 0, 0, 0, 0, 0}}};
  for (const ip_form& form : {twice, route, option}) b.packets.add(make_ip(form), handle);
  b.go(select_sa_by_handle, assign_sequence, write_ah_header, write_outer_header, ah_seal);
  CHECK(b.of(0) == verdict::bad_header);
  CHECK(b.of(1) == verdict::beyond_ah);
  CHECK(b.of(2) == verdict::bad_header);
  CHECK(b.crypto.jobs_seen == 0);
}

TEST_CASE("ah_seal: packets of ESP SAs pass the stages of AH, and the other way round [class 46]") {
  bench<of_both, list_kind::outbound, flat_packet, answering_crypto> b;
  const auto esp = b.add({.spi = 0x1001}), of_ah_sa = b.add({.suite = ah_sha256, .spi = 0x2002, .which = 2});
  b.packets.add(udp_packet(family::ipv4, 20), esp);
  b.packets.add(udp_packet(family::ipv4, 20), of_ah_sa);
  b.go(select_sa_by_handle, assign_sequence, write_ah_header, write_trailer, esp_seal, write_outer_header, ah_seal);
  CHECK(b.of(0) == verdict::forwarded);
  CHECK(b.of(1) == verdict::forwarded);
  CHECK(b.crypto.jobs_seen == 2);
  CHECK(b.octets(0)[9] == 50);
  CHECK(b.octets(1)[9] == 51);
  CHECK(b.octets(1).size() == 20 + 28 + 48);
}
