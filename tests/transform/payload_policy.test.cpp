#include <esplanade/transform/payload_policy.hpp>

#include <doctest/doctest.h>

using namespace esplanade;

namespace {
struct says_nothing {};
}  // namespace

TEST_CASE("payload_policy: what it takes is what it names") {
  static_assert(PayloadPolicy<ip_payload> && PayloadPolicy<other_payloads<137>> && !PayloadPolicy<says_nothing>);
  for (unsigned n = 0; n < 256; ++n) {
    CHECK_FALSE(ip_payload::takes(static_cast<octet>(n)));
    CHECK(other_payloads<137, 47>::takes(static_cast<octet>(n)) == (n == 137 || n == 47));
  }
}
