#include "support/sent_lists.hpp"

#include <esplanade/offload/nic.hpp>

using namespace support;

namespace {
struct of_nic : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using crypto = testing::mixing_crypto;
using adapter = nic<of_nic, net_buffer_list, crypto, 16>;

struct fresh {
  crypto provider{};
  std::unique_ptr<adapter> card = std::make_unique<adapter>(provider);
};
bool refused(const result<void>& r, fault_kind why) { return !r && r.why().kind == why; }
}  // namespace

TEST_CASE_FIXTURE(fresh, "nic: run_with is all that it takes to send and to receive") {
  REQUIRE(card->run_with(capabilities_of<of_nic>(16), link_framing::ieee_802_3));
  CHECK(card->condition().phase == adapter_phase::running);
  CHECK(card->active(family::ipv4));
  CHECK(card->active(family::ipv6));
  CHECK(card->capabilities().framings == (set_of<link_framing>(link_framing::ieee_802_3) | link_framing::vlan_inline | link_framing::vlan_beside));
  const frame_pair t = tunnelled_frame<of_nic>(1, 40, true, {});
  const offload_handle handle = card->add_sa(bundle_form{.elements = {{}}}.request()).value();
  adapter::send_queue queue{*card};
  lists all;
  all.add({t.frame}, {.handle = handle, .headers = t.headers});
  std::vector<bytes> wire;
  queue.send(
      all.first(), [&](const net_buffer& b) noexcept { wire.push_back(testing::octets_of(b)); }, [](net_buffer_list&) noexcept {});
  CHECK(wire == std::vector<bytes>{t.sealed});
  CHECK(all[0].status() == nbl_status::success);
}

TEST_CASE_FIXTURE(fresh, "nic: run_with refuses what no packet would be worked on under, and changes nothing then") {
  device_capabilities can = capabilities_of<of_nic>(16);
  CHECK(refused(card->run_with({}, link_framing::none), fault_kind::not_supported));
  CHECK(refused(card->run_with(can, link_framing::vlan_inline), fault_kind::not_supported));  // it follows from 802.3
  can.framings = link_framing::ieee_802_3;
  CHECK(refused(card->run_with(can, link_framing::none), fault_kind::not_supported));
  CHECK(card->condition() == adapter_condition{});
  CHECK_FALSE(card->capabilities().any());
  REQUIRE(card->run_with(can, link_framing::ieee_802_3));
  CHECK(refused(card->run_with(can, link_framing::ieee_802_3), fault_kind::invalid_value));  // it runs
  CHECK(card->active(family::ipv4));
}

TEST_CASE_FIXTURE(fresh, "nic: frames without a link header start with IP") {
  REQUIRE(card->run_with(capabilities_of<of_nic>(16), link_framing::none));
  CHECK(card->capabilities().framings == set_of(link_framing::none));
  CHECK(card->receiving().current.header_octets(family::ipv4) == 0);
}
