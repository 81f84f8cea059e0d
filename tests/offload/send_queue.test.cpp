#include "support/sent_lists.hpp"

using namespace support;

namespace {
struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct of_nic : of_host {
  static constexpr std::size_t burst = 4;  // so that lists span batches
};
struct literal : of_nic {
  using unconfigured = send_unconfigured_in_clear;
};
frame_pair frame_of(std::uint64_t number, std::size_t size, bool linked = true) { return tunnelled_frame<of_host>(number, size, linked); }
std::vector<nbl_status> statuses(lists& all) {
  std::vector<nbl_status> out;
  for (std::size_t i = 0; i < all.size(); ++i) out.push_back(all[i].status());
  return out;
}
constexpr nbl_status good = nbl_status::success, bad = nbl_status::failure;
}  // namespace

TEST_CASE("F62: lists without a handle leave as they are, between others and in their order") {
  queue_bench<of_nic> nic;
  const offload_handle handle = nic.add({.elements = {{}}});
  const frame_pair t = frame_of(1, 40);
  lists all;
  const bytes plain = counted(77, 3), other = counted(20, 9);
  all.add({plain, other}, {.headers = {17, 1, 0, 20}});
  all.add({t.frame}, {.handle = handle, .headers = t.headers});
  all.add({other}, {});
  nic.send(all);
  CHECK(nic.wire == std::vector<bytes>{plain, other, t.sealed, other});
  CHECK(statuses(all) == std::vector{good, good, good});
  CHECK(nic.pool.level() == 200);
}

TEST_CASE("F63: a list with an unknown handle is completed with FAILURE, and nothing of it reaches the wire") {
  queue_bench<of_nic> nic;
  const offload_handle handle = nic.add({.elements = {{}}});
  const frame_pair t = frame_of(1, 40);
  lists all;
  all.add({t.frame, t.frame}, {.handle = offload_handle{12345}, .headers = t.headers});
  all.add({t.frame}, {.handle = handle, .headers = t.headers});
  all.add({t.frame}, {.handle = handle, .tunnel = offload_handle{12345}, .headers = t.headers});
  nic.send(all);
  CHECK(nic.wire == std::vector<bytes>{t.sealed});
  CHECK(statuses(all) == std::vector{bad, good, bad});
  CHECK(lists::octets(all[0])[0] == t.frame);
}

TEST_CASE("F71: every frame of a list is worked on under its one SA and words, also when the list spans batches; their order stays") {
  for (const std::size_t frames : {1u, 3u, 4u, 5u, 8u, 11u}) {
    queue_bench<of_nic> nic;
    const offload_handle handle = nic.add({.elements = {{}}});
    lists all;
    std::vector<bytes> given, expected;
    for (std::size_t k = 0; k < frames; ++k) {
      const frame_pair t = frame_of(k + 1, 40);
      given.push_back(t.frame);
      expected.push_back(t.sealed);
    }
    const send_headers headers = frame_of(1, 40).headers;
    all.add(given, {.handle = handle, .headers = headers});
    all.add(given, {.handle = handle, .headers = headers});
    nic.send(all);
    std::vector<bytes> twice = expected;
    twice.insert(twice.end(), expected.begin(), expected.end());
    CHECK(nic.wire == twice);
    CHECK(nic.completed.size() == 2);
  }
}

TEST_CASE("F71: one frame that fails keeps the whole list off the wire, and the lists around it leave") {
  for (std::size_t which = 0; which < 7; ++which) {
    queue_bench<of_nic> nic;
    const offload_handle handle = nic.add({.elements = {{}}});
    const frame_pair t = frame_of(1, 40);
    lists all;
    std::vector<bytes> given(7, t.frame);
    given[which][14 + 20] ^= 1;  // the SPI
    all.add({t.frame}, {.handle = handle, .headers = t.headers});
    all.add(given, {.handle = handle, .headers = t.headers});
    all.add({t.frame}, {.handle = handle, .headers = t.headers});
    nic.send(all);
    CHECK(nic.wire == std::vector<bytes>{t.sealed, t.sealed});
    CHECK(statuses(all) == std::vector{good, bad, good});
    CHECK(nic.completed == std::vector{&all[0], &all[1], &all[2]});
  }
}

TEST_CASE("F87: the octets of a read-only list stay; a sealed copy leaves, however its MDLs are cut") {
  queue_bench<of_nic> nic;
  const offload_handle handle = nic.add({.elements = {{}}});
  const frame_pair t = frame_of(1, 40), u = frame_of(2, 40);
  lists all;
  const std::size_t n = t.frame.size();
  net_buffer_list& list = all.add({t.frame, u.frame, t.frame, u.frame, t.frame}, {.handle = handle, .headers = t.headers}, {13, 9, 1, 30, n - 53});
  REQUIRE(list.set_flags(nbl_flag::send_read_only));
  nic.send(all);
  CHECK(nic.wire == std::vector<bytes>{t.sealed, u.sealed, t.sealed, u.sealed, t.sealed});
  CHECK(lists::octets(list) == std::vector<bytes>{t.frame, u.frame, t.frame, u.frame, t.frame});
  CHECK(list.status() == good);
  CHECK(nic.pool.level() == 200);
}

TEST_CASE("F87: when no packet is to be had for a copy, the list fails and keeps its octets") {
  const frame_pair t = frame_of(1, 40);
  for (const std::size_t pooled : {0u, 1u, 4u}) {
    queue_bench<of_nic> nic(pooled);
    const offload_handle handle = nic.add({.elements = {{}}});
    lists all;
    net_buffer_list& list = all.add(std::vector<bytes>(5, t.frame), {.handle = handle, .headers = t.headers});
    REQUIRE(list.set_flags(nbl_flag::send_read_only));
    nic.send(all);
    CHECK(nic.wire.empty());
    CHECK(list.status() == nbl_status::resources);
    CHECK(lists::octets(list) == std::vector<bytes>(5, t.frame));
    CHECK(nic.pool.level() == pooled);
  }
  sending_nic<of_nic> none;  // and without a pool
  using poolless = send_queue<of_nic, net_buffer_list, device_store<of_nic, testing::mixing_crypto, 16>, testing::mixing_crypto>;
  const offload_handle handle = none.add({.elements = {{}}});
  auto queue = std::make_unique<poolless>(poolless::resources{.store = *none.store, .crypto = none.crypto});
  lists all;
  net_buffer_list& list = all.add({t.frame}, {.handle = handle, .headers = t.headers});
  REQUIRE(list.set_flags(nbl_flag::send_read_only));
  std::size_t left = 0;
  queue->send(&list, {.current = everything()}, [&](const net_buffer&) noexcept { ++left; }, [](net_buffer_list&) noexcept {});
  CHECK(left == 0);
  CHECK(list.status() == nbl_status::resources);
  CHECK(lists::octets(list)[0] == t.frame);
}

TEST_CASE("F89: a handle while IPsec is not configured fails the list") {
  const frame_pair t = frame_of(1, 40);
  for (const bool v4_off : {false, true}) {
    queue_bench<of_nic> nic;
    const offload_handle handle = nic.add({.elements = {{}}});
    if (v4_off) nic.now.ipv4 = false;
    else nic.now.current = {};
    lists all;
    all.add({t.frame}, {.handle = handle, .headers = t.headers});
    all.add({t.frame}, {});
    nic.send(all);
    CHECK(statuses(all) == std::vector{bad, good});
    CHECK(nic.wire == std::vector<bytes>{t.frame});  // the one without a handle
  }
}

TEST_CASE("U-14: only a profile that says so sends in clear what has a handle while IPsec is not configured") {
  const frame_pair t = frame_of(1, 40);
  queue_bench<literal> nic;
  const offload_handle handle = nic.add({.elements = {{}}});
  lists all;
  all.add({t.frame}, {.handle = handle, .headers = t.headers});
  nic.now.current = {};
  nic.send(all);
  CHECK(nic.wire == std::vector<bytes>{t.frame});
  nic.now.current = everything();
  nic.send(all);
  CHECK(nic.wire == std::vector<bytes>{t.sealed});
  lists more;
  more.add({t.frame}, {.handle = handle, .headers = t.headers});
  nic.now.current.esp = false;  // and so does a bundle at rest (U-1)
  nic.send(more);
  CHECK(nic.wire == std::vector<bytes>{t.frame});
}

TEST_CASE("U-22: a looped list is not worked on, and with a handle it does not leave") {
  const frame_pair t = frame_of(1, 40);
  queue_bench<of_nic> nic;
  const offload_handle handle = nic.add({.elements = {{}}});
  lists all;
  net_buffer_list& list = all.add({t.frame}, {.handle = handle, .headers = t.headers});
  REQUIRE(list.set_flags(nbl_flag::loopback));
  nic.send(all);
  CHECK(nic.wire.empty());
  CHECK(list.status() == bad);
  CHECK(lists::octets(list)[0] == t.frame);
}

TEST_CASE("send_queue: in another state than running every list completes with it, once, and nothing leaves") {
  for (const nbl_status state : {nbl_status::paused, nbl_status::reset_in_progress, nbl_status::low_power_state, nbl_status::failure}) {
    const frame_pair t = frame_of(1, 40);
    queue_bench<of_nic> nic;
    const offload_handle handle = nic.add({.elements = {{}}});
    lists all;
    for (int k = 0; k < 9; ++k) all.add({t.frame, t.frame}, {.handle = k % 2 == 0 ? handle : offload_handle{}, .headers = t.headers});
    nic.now.state = state;
    nic.send(all);
    CHECK(nic.wire.empty());
    CHECK(nic.completed.size() == 9);
    for (std::size_t k = 0; k < 9; ++k) {
      CHECK(nic.completed[k] == &all[k]);
      CHECK(all[k].status() == state);
      CHECK(lists::octets(all[k])[0] == t.frame);
    }
  }
}

TEST_CASE("send_queue: link headers of every framing stay in front, and one that the configuration lacks is refused") {
  const frame_pair t = frame_of(1, 40, false);
  const bytes macs = counted(12, 0x30);
  const std::vector<std::pair<link_framing, bytes>> links{{link_framing::ieee_802_3, {8, 0}}, {link_framing::vlan_inline, {0x81, 0, 0, 5, 8, 0}},
                                                           {link_framing::llc_snap_routed, {0, 100, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0}}};
  for (const auto& [framing, behind] : links) {
    queue_bench<of_nic> nic;
    const offload_handle handle = nic.add({.elements = {{}}});
    bytes link = macs;
    put(link, behind);
    bytes frame = link, sealed = link;
    put(frame, t.frame);
    put(sealed, t.sealed);
    lists all, more;
    all.add({frame}, {.handle = handle, .headers = t.headers}, {link.size(), t.frame.size()});
    nic.send(all);
    CHECK(nic.wire == std::vector<bytes>{sealed});
    nic.now.current.framings = nic.now.current.framings.without(framing);
    more.add({frame}, {.handle = handle, .headers = t.headers});
    nic.send(more);
    CHECK(nic.wire.empty());
    CHECK(more[0].status() == bad);
  }
}
