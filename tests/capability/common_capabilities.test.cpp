#include "../support/reports.hpp"

#include <doctest/doctest.h>

using namespace esplanade;

TEST_CASE("common_capabilities: what two have in common is covered by both, and covers what both cover") {
  reports::source random{1};
  for (int round = 0; round < 2000; ++round) {
    const auto a = random.ipsec(), b = random.ipsec(), c = random.ipsec();
    const auto shared = common(a, b);
    CHECK(a.covers(shared));
    CHECK(b.covers(shared));
    CHECK(shared == common(b, a));
    CHECK(common(a, a) == a);
    const auto below = common(shared, c);
    CHECK((a.covers(below) && b.covers(below)));
    CHECK(shared.covers(below));
    CHECK(common(reports::full_ipsec(), device_capabilities{}) == device_capabilities{});
    CHECK(a.covers(b) == (common(a, b) == b));
  }
}

TEST_CASE("common_capabilities: without ESP nothing encrypts, and without both protocols nothing is left") {
  const auto full = reports::full_ipsec();
  CHECK(with_protocols(full, both_protocols) == full);
  const auto only_ah = with_protocols(full, ipsec_protocol::ah);
  CHECK((only_ah.ah && !only_ah.esp && !only_ah.ah_and_esp && only_ah.encryption.empty() && only_ah.udp_esp.empty() && only_ah.integrity == full.integrity && only_ah.any()));
  const auto only_esp = with_protocols(full, ipsec_protocol::esp);
  CHECK((!only_esp.ah && only_esp.esp && !only_esp.ah_and_esp && only_esp.encryption == full.encryption));
  CHECK(with_protocols(full, {}) == device_capabilities{});
}
