// A NIC's receive queue over somebody else's lists.
#include "support/receiving_nic.hpp"

#include <esplanade/testing/foreign_nbl.hpp>

using namespace support;

TEST_CASE("foreign_nbl: a NIC opens in somebody else's lists what it opens in ours") {
  receiving_nic<> ours;
  const bundle_form form = esp_bundle();
  ours.add(form);
  const bytes sealed = peer{}.seal(form, mode::transport, plain(form));
  const told expected = ours.receive(sealed);
  REQUIRE(expected.ipsec.done);

  using theirs = receive_queue<receiving_profile, foreign_list, receiving_nic<>::store_type, testing::mixing_crypto>;
  const auto queue = std::make_unique<theirs>(theirs::resources{.store = ours.store, .crypto = ours.crypto, .random = ours.random});
  testing::foreign_lists factory;
  const testing::packet_form frame{.content = sealed, .segments = {20, 8, sealed.size() - 28}};
  foreign_list* const l = factory.make({&frame, 1});
  (*queue)(l, receive_gates<receiving_profile>::of(ours.current, true, true));
  CHECK(get_oob<receive_ipsec>(*l) == expected.ipsec);
  CHECK(get_oob<receive_headers>(*l) == expected.headers);
  CHECK(testing::octets_of(*l->frames) == expected.frame);
  factory.release(l);
}
