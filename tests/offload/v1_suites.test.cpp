#include "v1_rig.hpp"

#include <doctest/doctest.h>

using namespace v1_tests;

TEST_CASE("V1-32: MACs, ciphers and headers are those of the RFCs that version 1 rests on") {
  struct row { offload_transform named; std::size_t key, mac_key, iv, icv, align; };
  const auto esp = [](offload_encryption e, offload_integrity i) { return offload_transform{protocol_kind::esp, i, e, 0}; };
  const row rows[] = {
      {{protocol_kind::ah, offload_integrity::hmac_md5, {}, 0}, 16, 16, 0, 12, 4},                                        // RFC 2402, RFC 2403 2, RFC 2085
      {{protocol_kind::ah, offload_integrity::hmac_sha1, {}, 0}, 20, 20, 0, 12, 4},                                       // RFC 2404 2
      {esp(offload_encryption::null, offload_integrity::hmac_md5), 16, 16, 0, 12, 4},                                     // RFC 2406, RFC 2410
      {esp(offload_encryption::des_cbc, offload_integrity::hmac_sha1), 28, 20, 8, 12, 8},                                 // RFC 2405
      {esp(offload_encryption::triple_des_cbc, offload_integrity::hmac_md5), 40, 16, 8, 12, 8}};                          // RFC 2451
  for (const row& r : rows) {
    const suite_sizes* const s = suite_named(r.named);
    REQUIRE(s != nullptr);
    CHECK(s->key == r.key);
    CHECK(s->mac_key == r.mac_key);
    CHECK(s->iv == r.iv);
    CHECK(s->icv == r.icv);
    CHECK(s->alignment == r.align);
    CHECK(v1_profile::suites.has(*s));
  }
}
