#include <set>
#include <string>

#include <doctest/doctest.h>

#include <esplanade/base/verdict.hpp>

using namespace esplanade;

TEST_CASE("verdict: takes one octet, and forwarded is zero") {
  static_assert(sizeof(verdict) == 1);
  static_assert(static_cast<int>(verdict::forwarded) == 0);
  CHECK(verdict{} == verdict::forwarded);
}

TEST_CASE("verdict: every one has words and a name of its own, and none says other or unknown") {
  std::set<std::string> words, names;
  for (std::size_t i = 0; i < verdict_count; ++i) {
    const verdict v = static_cast<verdict>(i);
    const std::string said = describe(v), name = name_of(v);
    CHECK(!said.empty());
    CHECK(said.find("unknown") == std::string::npos);
    CHECK(name != "other");
    CHECK(!name.empty());
    words.insert(said);
    names.insert(name);
  }
  CHECK(words.size() == verdict_count);
  CHECK(names.size() == verdict_count);
}

TEST_CASE("verdict: what is no verdict is said to be unknown") {
  CHECK(std::string(describe(static_cast<verdict>(verdict_count))) == "unknown verdict");
}

TEST_CASE("verdict: the name is that of the enumerator") {
  std::set<verdict> compared;
#define SAME_NAME(v)                              \
  CHECK(std::string(name_of(verdict::v)) == #v); \
  compared.insert(verdict::v)
  SAME_NAME(forwarded); SAME_NAME(pending); SAME_NAME(bypassed); SAME_NAME(discarded); SAME_NAME(no_policy);
  SAME_NAME(no_sa); SAME_NAME(not_ip); SAME_NAME(not_protected); SAME_NAME(keep_alive); SAME_NAME(beyond_ah); SAME_NAME(bad_checksum); SAME_NAME(bad_wesp); SAME_NAME(other_payload); SAME_NAME(runt); SAME_NAME(bad_header);
  SAME_NAME(ip_fragment); SAME_NAME(bad_alignment); SAME_NAME(replayed); SAME_NAME(too_old); SAME_NAME(icv_mismatch);
  SAME_NAME(crypto_failed); SAME_NAME(bad_padding); SAME_NAME(dummy); SAME_NAME(bad_next_header);
  SAME_NAME(bad_inner_packet); SAME_NAME(bad_ecn); SAME_NAME(wrong_selectors); SAME_NAME(sequence_exhausted);
  SAME_NAME(lifetime_expired); SAME_NAME(too_long); SAME_NAME(too_many_segments); SAME_NAME(too_many_levels); SAME_NAME(no_room);
  SAME_NAME(no_packet); SAME_NAME(not_writable); SAME_NAME(batch_full); SAME_NAME(beyond_device); SAME_NAME(packet_too_big); SAME_NAME(bad_fragment); SAME_NAME(absorbed); SAME_NAME(withheld); SAME_NAME(user_0);
  SAME_NAME(user_1); SAME_NAME(user_2); SAME_NAME(user_3); SAME_NAME(user_4); SAME_NAME(user_5); SAME_NAME(user_6);
  SAME_NAME(user_7);
#undef SAME_NAME
  CHECK(compared.size() == verdict_count);  // a new one is named here too
}

TEST_CASE("verdict: what RFC 4301 and RFC 4303 call auditable is audited") {
  CHECK(audited(verdict::no_sa));               // RFC 4303 3.4.2
  CHECK(audited(verdict::ip_fragment));         // RFC 4303 3.4.1
  CHECK(audited(verdict::replayed));            // RFC 4303 3.4.3
  CHECK(audited(verdict::too_old));             // RFC 4303 3.4.3
  CHECK(audited(verdict::icv_mismatch));        // RFC 4303 3.4.4
  CHECK(audited(verdict::sequence_exhausted));  // RFC 4303 3.3.3
  CHECK(audited(verdict::discarded));           // RFC 4301 5.1.1
  CHECK(audited(verdict::no_policy));           // RFC 4301 5.1.1
  CHECK(audited(verdict::wrong_selectors));     // RFC 4301 5.2
}

TEST_CASE("verdict: success, what is not final, what the caller asked for and want of memory are not audited") {
  for (const verdict v : {verdict::forwarded, verdict::pending, verdict::bypassed, verdict::dummy, verdict::no_room, verdict::no_packet,
                          verdict::batch_full, verdict::not_writable, verdict::too_many_segments, verdict::user_0, verdict::user_7})
    CHECK_FALSE(audited(v));
}
