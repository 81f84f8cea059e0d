#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/capability/offload_activation.hpp>

using namespace esplanade;

namespace {
constexpr activation_request ethernet{activation::on, link_framing::ieee_802_3, 14};
constexpr activation_request off_now{activation::turned_off, {}, 0};
constexpr activation_request as_it_is{};
}  // namespace

TEST_CASE("F27: activation is for each IP version by itself, and off turns everything off") {
  offload_activation a;
  const offload_report r = reports::full();
  CHECK(a.request(r, ethernet, as_it_is) == activation_answer::done);
  CHECK(a.of(family::ipv4).on);
  CHECK_FALSE(a.of(family::ipv6).on);
  CHECK(ipsec_active(r.ipsec, a, family::ipv4));
  CHECK_FALSE(ipsec_active(r.ipsec, a, family::ipv6));
  CHECK(a.request(r, as_it_is, {activation::on, link_framing::llc_snap_routed, 22}) == activation_answer::done);
  CHECK(a.of(family::ipv4) == active_framing{true, link_framing::ieee_802_3, 14});
  CHECK(a.of(family::ipv6) == active_framing{true, link_framing::llc_snap_routed, 22});
  CHECK(a.request(r, off_now, as_it_is) == activation_answer::done);
  CHECK_FALSE(ipsec_active(r.ipsec, a, family::ipv4));
  CHECK(ipsec_active(r.ipsec, a, family::ipv6));
}

TEST_CASE("F28: nothing is active before the first request that succeeds") {
  offload_activation a;
  const offload_report r = reports::full();
  for (const family v : {family::ipv4, family::ipv6}) CHECK_FALSE(ipsec_active(r.ipsec, a, v));
  CHECK_FALSE(a.asked());
  CHECK(a.request(r, {activation::on, link_framing::none, 0}, as_it_is) == activation_answer::no_such_framing);
  CHECK_FALSE(ipsec_active(r.ipsec, a, family::ipv4));
  CHECK_FALSE(a.asked());
  CHECK(a.request(r, ethernet, ethernet) == activation_answer::done);
  CHECK(a.asked());
  for (const family v : {family::ipv4, family::ipv6}) CHECK(ipsec_active(r.ipsec, a, v));
}

TEST_CASE("F29: any offload that takes the framing is enough; none is no_such_framing; no offload at all is no_offload") {
  offload_report r;
  offload_activation a;
  CHECK(a.request(r, ethernet, ethernet) == activation_answer::no_offload);
  r.large_send_v2_ipv6 = {link_framing::ieee_802_3, 64000, 2, 0};
  CHECK(a.request(r, ethernet, as_it_is) == activation_answer::no_such_framing);
  CHECK(a.request(r, as_it_is, ethernet) == activation_answer::done);
  CHECK(a.request(r, ethernet, ethernet) == activation_answer::done);
  CHECK(a.request(r, as_it_is, {activation::on, link_framing::llc_snap_routed, 22}) == activation_answer::no_such_framing);
  CHECK_FALSE(ipsec_active(r.ipsec, a, family::ipv4));
}

TEST_CASE("F18: a frame with a VLAN tag inside is activated only where the report has such frames") {
  offload_report r = reports::full();
  const activation_request tagged{activation::on, link_framing::ieee_802_3, 18};
  CHECK(offload_activation{}.request(r, tagged, as_it_is) == activation_answer::done);
  r = {};
  r.ipsec = reports::full_ipsec();
  r.ipsec.framings = link_framing::ieee_802_3;
  CHECK(offload_activation{}.request(r, tagged, as_it_is) == activation_answer::no_such_framing);
  CHECK(offload_activation{}.request(r, ethernet, as_it_is) == activation_answer::done);
}

TEST_CASE("offload_activation: a malformed request changes nothing") {
  const offload_report r = reports::full();
  offload_activation a;
  CHECK(a.request(r, ethernet, ethernet) == activation_answer::done);
  const offload_activation before = a;
  CHECK(a.request(r, {static_cast<activation>(3), {}, 0}, off_now) == activation_answer::malformed);
  CHECK(a.request(r, {activation::on, link_framing::ieee_802_3, 20}, off_now) == activation_answer::malformed);
  CHECK(a.request(r, off_now, {activation::on, link_framing::vlan_inline, 18}) == activation_answer::malformed);
  CHECK(a.request(r, off_now, {activation::on, static_cast<link_framing>(3), 14}) == activation_answer::malformed);
  CHECK(a == before);
}

TEST_CASE("F27: framing and header size are said with ON alone; beside anything else they are malformed") {
  const offload_report r = reports::full();
  offload_activation a;
  CHECK(a.request(r, ethernet, ethernet) == activation_answer::done);
  const offload_activation before = a;
  for (const activation without : {activation::no_change, activation::turned_off})
    for (const activation_request& wrong : {activation_request{without, link_framing::ieee_802_3, 0}, activation_request{without, {}, 14}, activation_request{without, link_framing::ieee_802_3, 14}}) {
      CHECK(a.request(r, wrong, ethernet) == activation_answer::malformed);
      CHECK(a.request(r, ethernet, wrong) == activation_answer::malformed);
    }
  CHECK(a == before);
  CHECK(a.request(r, off_now, as_it_is) == activation_answer::done);
}

TEST_CASE("offload_activation: with other hardware what none of its offloads takes is not active any more") {
  offload_activation a;
  offload_report r = reports::full();
  CHECK(a.request(r, {activation::on, link_framing::llc_snap_routed, 22}, ethernet) == activation_answer::done);
  a.keep_what(r);
  CHECK(a.of(family::ipv4).on);
  r = {};
  r.large_send_v1 = r.large_send_v2_ipv6 = {link_framing::ieee_802_3, 64000, 2, 0};
  a.keep_what(r);
  CHECK_FALSE(a.of(family::ipv4).on);
  CHECK(a.of(family::ipv6).on);
}

TEST_CASE("offload_activation: what is active follows the configuration and the IP versions it does") {
  offload_activation a;
  offload_report r = reports::full();
  CHECK(a.request(r, ethernet, ethernet) == activation_answer::done);
  r.ipsec.ipv6 = false;
  CHECK(ipsec_active(r.ipsec, a, family::ipv4));
  CHECK_FALSE(ipsec_active(r.ipsec, a, family::ipv6));
  r.ipsec.framings = link_framing::llc_snap_routed;
  CHECK_FALSE(ipsec_active(r.ipsec, a, family::ipv4));
  CHECK_FALSE(ipsec_active({}, a, family::ipv4));
}
