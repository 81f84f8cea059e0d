#include "support/bundles.hpp"
#include "support/card.hpp"

#include <esplanade/offload/direct_requests.hpp>
#include <esplanade/testing/lying_control.hpp>

using namespace support;

namespace direct_requests_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto esn = per_sa;
};
using nic_card = card<gateway, flat_packet, testing::mixing_crypto>;
using control = testing::lying_control<nic_card::adapter::control_type>;

struct asked {
  nic_card below{};
  testing::liar teller{};
  control path{below.made->control(), teller};
  direct_requests<control, 3> requests{path};

  result<offload_handle> add(bool esn = false) { return requests.add_sa(bundle_form{.esn = esn}.request()); }
  std::size_t bundles() { return below.made->store().size(); }
  void lose_ends() {
    testing::lies how{};
    how.lose_end = 1;
    teller.begin(how, 1);
  }
};
}  // namespace direct_requests_test
using namespace direct_requests_test;

TEST_CASE("direct_requests: SAs are added, updated and deleted by records, and a refusal says why in the NIC's words") {
  asked a;
  const auto plain = a.add(), wide = a.add(true);
  REQUIRE(plain);
  REQUIRE(wide);
  CHECK(a.bundles() == 2);
  const std::uint32_t spi = bundle_form{}.spi;
  CHECK(a.requests.update_sa({*wide, protocol_kind::esp, spi, 7}));
  CHECK(a.below.made->store().by_handle(*wide)->esp.high.load(order::relaxed) == 7);
  CHECK_FALSE(a.requests.update_sa({*plain, protocol_kind::esp, spi, 7}));
  a.below.can.esn = false;
  a.below.configure();
  const auto refused = a.add(true);
  REQUIRE(!refused);
  CHECK(refused.why().kind == fault_kind::not_supported);
  CHECK(refused.why().field == std::string("esn"));
  CHECK(a.requests.delete_sa(*plain));
  CHECK(a.requests.delete_sa(*wide));
  CHECK(a.requests.tend() == 0);
  CHECK(a.bundles() == 0);
  CHECK(a.requests.given_up() == 0);
}

TEST_CASE("direct_requests: an end that does not come leaves its memory out, and is busy; when it comes late, what it added is deleted again [class 38]") {
  asked a;
  a.lose_ends();
  for (int k = 0; k < 3; ++k) CHECK(a.add().why().kind == fault_kind::busy);
  CHECK(a.bundles() == 3);
  CHECK(a.add().why().kind == fault_kind::no_space);
  CHECK(a.requests.delete_sa({1}).why().kind == fault_kind::no_space);
  CHECK(a.requests.tend() == 3);
  CHECK(a.requests.given_up() == 3);
  a.teller.begin({}, 1);
  a.path.tell_all();
  CHECK(a.requests.tend() == 0);
  CHECK(a.bundles() == 0);
  REQUIRE(a.add());
}

TEST_CASE("direct_requests: an end that is told twice ends one request") {
  asked a;
  testing::lies how{};
  how.double_end = 1;
  a.teller.begin(how, 1);
  for (int k = 0; k < 10; ++k) {
    const auto made = a.add();
    REQUIRE(made);
    CHECK(a.requests.delete_sa(*made));
  }
  CHECK(a.requests.tend() == 0);
  CHECK(a.bundles() == 0);
}
