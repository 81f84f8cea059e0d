#include "v1_rig.hpp"

#include <doctest/doctest.h>

using namespace v1_tests;
using in = v1_integrity;
using ci = v1_cipher;

namespace {
v1_report linkless() { return v1_rig::without_link(everything()); }
v1_sa_request tunnel(v1_sa_request r) {
  r.tunnel_source = gate_here, r.tunnel_destination = gate_there;
  return r;
}
v1_sa_request in_udp(v1_sa_request r) {
  r.udp = true;
  return r;
}
bytes changed(bytes frame, std::size_t from_end = 1) {
  frame[frame.size() - from_end] ^= 1;
  return frame;
}
const v1_sa_request forms[] = {request(ah_of(in::md5)), request(ah_of(in::sha1)), request(esp_of(ci::none, in::md5)), request(esp_of(ci::des, in::sha1)), request(esp_of(ci::triple_des, in::md5)),
                               request(esp_of(ci::des, in::sha1), ah_of(in::md5)), request(esp_of(ci::triple_des, in::none), ah_of(in::sha1))};
}  // namespace

TEST_CASE("V1-06: every pair of AH and ESP goes out sealed and comes in opened") {
  for (const in outer : {in::md5, in::sha1})
    for (const in inner : {in::md5, in::sha1, in::none})
      for (const ci cipher : {ci::des, ci::triple_des}) {
        v1_rig here_nic(linkless()), there_nic(linkless());
        const v1_sa_request sa = request(esp_of(cipher, inner), ah_of(outer));
        const offload_handle handle = here_nic.add(sa, false);
        there_nic.add(sa, true);
        const v1_frame f{.sa = sa};
        const bytes sealed = here_nic.sealed(f, handle);
        CHECK_FALSE(holds(sealed, f.payload));
        CHECK(good(there_nic.receive(sealed)));
        CHECK(there_nic.receive(changed(sealed, 4)).ipsec.status == crypto_status::transport_ah_failed);
      }
}

TEST_CASE("V1-07: the IV of DES and 3DES is the NIC's, another each time, and nobody can guess it") {
  for (const ci cipher : {ci::des, ci::triple_des}) {
    v1_rig nic(linkless()), peer(linkless());
    const v1_sa_request sa = request(esp_of(cipher, in::sha1));
    const offload_handle handle = nic.add(sa, false);
    peer.add(sa, true);
    std::vector<bytes> ivs;
    for (std::uint32_t number = 1; number <= 20; ++number) {
      const v1_frame f{.sa = sa, .number = number};
      const bytes sealed = nic.sealed(f, handle);
      ivs.emplace_back(sealed.begin() + 28, sealed.begin() + 36);
      CHECK(ivs.back() != bytes(8, 0xe1));            // the host left rubbish there
      CHECK(support::get32(ivs.back(), 4) != number);  // no counter
      CHECK(holds(peer.receive(sealed).frame, f.payload));
    }
    std::sort(ivs.begin(), ivs.end());
    CHECK(std::adjacent_find(ivs.begin(), ivs.end()) == ivs.end());
  }
}

TEST_CASE("V1-08: number, SPI, headers and padding leave as the host framed them; replays and policy come up for it to judge") {
  v1_rig nic(linkless()), peer(linkless());
  v1_sa_request sa = request(esp_of(ci::des, in::sha1));
  const offload_handle handle = nic.add(sa, false);
  v1_sa_request narrow = sa;
  narrow.filter.protocol = protocol_number::tcp;  // an inbound policy that these packets do not fit
  peer.add(narrow, true);
  const v1_frame f{.sa = sa, .number = 0xdeadbeef, .pad_more = 2};
  const bytes framed = f.made(), sealed = nic.sealed(f, handle);
  CHECK(std::equal(framed.begin(), framed.begin() + 28, sealed.begin()));
  const auto once = peer.receive(sealed), again = peer.receive(sealed);
  CHECK(good(once));
  CHECK(good(again));
  CHECK(std::equal(framed.begin() + 36, framed.end() - 12, once.frame.begin() + 36));  // payload, padding, trailer
}

TEST_CASE("V1-09, V1-22: a handle in slot 1 is all that a send has beside it, whatever the SA") {
  for (const v1_sa_request& form : forms)
    for (const bool through_tunnel : {false, true}) {
      v1_rig nic(linkless()), peer(linkless());
      const v1_sa_request sa = through_tunnel ? tunnel(form) : form;
      const offload_handle handle = nic.add(sa, false);
      peer.add(sa, true);
      const v1_frame f{.sa = sa};
      const auto got = peer.receive(nic.sealed(f, handle));
      CHECK(good(got));
      CHECK(holds(got.frame, f.payload));
    }
}

TEST_CASE("V1-09: headers are found behind IPv4 options and UDP, and frames of one list may be padded differently") {
  v1_rig nic(linkless()), peer(linkless());
  const v1_sa_request plain = request(ah_of(in::sha1)), udp = in_udp(request(esp_of(ci::des, in::md5, 0x3003)));
  const offload_handle handles[] = {nic.add(plain, false), nic.add(udp, false)};
  peer.add(plain, true), peer.add(udp, true);
  CHECK(good(peer.receive(nic.sealed({.sa = plain, .options = {1, 1, 1, 0}}, handles[0]))));
  CHECK(good(peer.receive(nic.sealed({.sa = udp}, handles[1]))));
  const v1_frame less{.sa = udp, .number = 2}, more{.sa = udp, .number = 3, .pad_more = 3};
  REQUIRE(nic.send({less.made(), more.made()}, handles[1]) == nbl_status::success);
  REQUIRE(nic.wire.size() == 2);
  for (const bytes& frame : nic.wire) CHECK(good(peer.receive(frame)));
}

TEST_CASE("V1-22: slots of version 2 that a host of version 1 left full are not looked at") {
  v1_rig nic(linkless()), peer(linkless());
  const v1_sa_request sa = request(esp_of(ci::des, in::sha1));
  const offload_handle handle = nic.add(sa, false);
  peer.add(sa, true);
  CHECK(nic.send({v1_frame{.sa = sa}.made()}, handle, [](net_buffer_list& l) {
    set_oob(l, send_tunnel{0x1234567});
    set_oob(l, send_headers{6, 99, 4, 8});
  }) == nbl_status::success);
  REQUIRE(nic.wire.size() == 1);
  CHECK(good(peer.receive(nic.wire[0])));
}

TEST_CASE("V1-11: no fragment is worked on, out or in") {
  v1_rig nic(linkless()), peer(linkless());
  const v1_sa_request sa = request(esp_of(ci::des, in::sha1));
  const offload_handle handle = nic.add(sa, false);
  peer.add(sa, true);
  for (const std::size_t fragment : {0x2000u, 0x0002u}) {
    CHECK(nic.send({v1_frame{.sa = sa, .fragment = fragment}.made()}, handle) == nbl_status::failure);
    CHECK(nic.wire.empty());
    v1_sa known;
    REQUIRE(nic.v1.sas().find(handle, known));
    const bytes frame = v1_frame{.sa = sa, .fragment = fragment}.made();
    span_reader read{frame};
    CHECK(locate_v1(read, frame.size(), known, true).status == verdict::ip_fragment);
    bytes sealed = nic.sealed({.sa = sa}, handle);
    sealed[6] = static_cast<octet>(fragment >> 8), sealed[7] = static_cast<octet>(fragment & 0xff);
    support::set_checksum(sealed);
    CHECK(untouched(peer.receive(sealed), sealed));
  }
}

TEST_CASE("V1-30: a large send with a handle is refused, without one it is none of version 1's business") {
  v1_rig nic(linkless());
  const v1_sa_request sa = request(esp_of(ci::des, in::sha1));
  const offload_handle handle = nic.add(sa, false);
  const bytes frame = v1_frame{.sa = sa}.made();
  const auto large = [](net_buffer_list& l) { set_oob(l, send_large{.mss = 500, .tcp_offset = 20}); };
  int given = 0;
  net_buffer_list list;
  testing::owned_net_buffer buffer(testing::packet_form{.content = frame});
  list.set_first_buffer(&buffer);
  const auto count = [&](net_buffer_list*) noexcept { ++given; };
  set_oob(list, send_ipsec{handle.word}), large(list);
  nic.packets.send(&list, count, [](net_buffer_list&) noexcept {});
  CHECK(given == 0);
  CHECK(list.status() == nbl_status::failure);
  set_oob(list, send_ipsec{});
  nic.packets.send(&list, count, [](net_buffer_list&) noexcept {});
  CHECK(given == 1);
}

TEST_CASE("V1-23, F135: what was done stands in slot 1 in the bits of version 2, and slot 12 is nobody's") {
  v1_rig nic(linkless()), peer(linkless());
  const v1_sa_request sa = request(esp_of(ci::des, in::sha1));
  const offload_handle handle = nic.add(sa, false);
  peer.add(sa, true);
  const bytes sealed = nic.sealed({.sa = sa}, handle);
  const auto got = peer.receive({sealed, changed(sealed), support::udp_packet(family::ipv4, 10), sealed});
  CHECK(got[0].slot_1.word == 2u);                                  // CryptoDone
  CHECK(got[1].slot_1.word == (2u | 3u << 16));                     // the ICV of ESP is wrong
  CHECK(got[2].slot_1.word == 0);
  CHECK(got[3].slot_1.word == 2u);
  for (const auto& t : got) {
    CHECK(t.slot_1.direction == oob_direction::receive);
    CHECK(t.slot_12 == oob_entry{});
  }
}

TEST_CASE("V1-24: the wish for an SA's place comes up whatever became of the packet; it goes with two deletes, and works until then") {
  v1_rig nic(linkless()), peer(linkless());
  const v1_sa_request sa = request(esp_of(ci::des, in::sha1));
  const offload_handle sends = nic.add(sa, false), inbound = peer.add(sa, true), outbound = peer.add(sa, false);
  const bytes sealed = nic.sealed({.sa = sa}, sends);
  peer.card->store().by_handle(inbound)->asked_to_go.store(1, order::relaxed);
  CHECK(peer.receive(sealed).ipsec == receive_ipsec{.delete_requested = true, .done = true});
  CHECK(peer.receive(changed(sealed)).ipsec == receive_ipsec{.delete_requested = true, .done = true, .status = crypto_status::transport_esp_failed});
  CHECK(peer.send({v1_frame{.sa = sa}.made()}, outbound) == nbl_status::success);
  CHECK(peer.v1.delete_sa(inbound));
  CHECK(untouched(peer.receive(sealed), sealed));
  CHECK(peer.send({v1_frame{.sa = sa}.made()}, outbound) == nbl_status::success);
  CHECK(peer.v1.delete_sa(outbound));
}

TEST_CASE("V1-25: a packet that failed comes up all the same, as it is") {
  for (const v1_sa_request& sa : forms) {
    v1_rig nic(linkless()), peer(linkless());
    const offload_handle handle = nic.add(sa, false);
    peer.add(sa, true);
    const bytes wrong = changed(nic.sealed({.sa = sa}, handle), 14);
    const auto got = peer.receive(wrong);
    CHECK(got.ipsec.done);
    CHECK(got.ipsec.status != crypto_status::success);
    CHECK(got.frame == wrong);
  }
}

TEST_CASE("V1-19, F136: ESP is looked for in UDP while an entry says so") {
  v1_rig nic(linkless()), peer(linkless());
  const v1_sa_request sa = in_udp(request(esp_of(ci::des, in::sha1)));
  const offload_handle handle = nic.add(sa, false);
  v1_udp_sa_request ask{sa, {v1_udp_type::other, 4500}, {}};
  ask.sa.inbound = true;
  const auto first = peer.v1.add_udp_sa(ask);
  ask.sa.elements[0].spi = 0x1002;
  const auto second = peer.v1.add_udp_sa(ask);
  REQUIRE(second);
  const bytes sealed = nic.sealed({.sa = sa}, handle);
  CHECK(good(peer.receive(sealed)));
  CHECK(peer.v1.delete_udp_sa({second->sa, second->entry}));  // and with it the entry, though an SA is left
  CHECK(untouched(peer.receive(sealed), sealed));
  CHECK(peer.v1.delete_udp_sa({first->sa, {}}));
}

TEST_CASE("V1-28: on another adapter the host's software works until SAs are there, and handles of the first mean nothing") {
  v1_rig first(linkless()), second(linkless()), peer(linkless());
  const v1_sa_request sa = request(esp_of(ci::des, in::sha1));
  for (int k = 0; k < 3; ++k) (void)first.add(request(ah_of(in::md5, 0x5000u + static_cast<unsigned>(k))), false);
  const offload_handle out = first.add(sa, false);
  peer.add(sa, true);
  const bytes sealed = first.sealed({.sa = sa}, out);
  CHECK(untouched(second.receive(sealed), sealed));                                          // left for software
  CHECK(second.send({v1_frame{.sa = sa}.made()}, out) == nbl_status::failure);               // never in clear
  const bytes by_software = sealed;
  CHECK(second.send({by_software}, {}) == nbl_status::success);                              // sealed already: no handle, as it is
  CHECK(second.wire == std::vector<bytes>{by_software});
  second.add(sa, true);
  CHECK(good(second.receive(sealed)));
  CHECK(good(peer.receive(second.sealed({.sa = sa, .number = 2}, second.add(sa, false)))));
}

TEST_CASE("F135: masks, protocol and ports decide what may leave under an SA, and addresses what is taken in under it") {
  v1_rig nic(linkless()), peer(linkless());
  v1_sa_request sa = request(esp_of(ci::des, in::sha1));
  sa.filter.destination = address::v4(10, 0, 0, 0), sa.filter.destination_mask = 0xffffff00u;
  sa.filter.protocol = protocol_number::udp, sa.filter.source_port = 4000, sa.filter.destination_port = 53;
  const offload_handle handle = nic.add(sa, false);
  peer.add(sa, true);
  const auto to = [&](const address& destination, const bytes& payload, octet protocol = protocol_number::udp) {
    v1_frame f{.sa = sa, .payload = payload, .protocol = protocol};
    f.sa.filter.destination = destination;
    return f.made();
  };
  const bytes dns = support::udp(4000, 53, 40);
  REQUIRE(nic.send({to(there, dns)}, handle) == nbl_status::success);
  bytes sealed = nic.wire[0];
  CHECK(good(peer.receive(sealed)));
  CHECK(nic.send({to(address::v4(10, 0, 0, 200), dns)}, handle) == nbl_status::success);
  CHECK(nic.send({to(address::v4(10, 0, 1, 2), dns)}, handle) == nbl_status::failure);
  CHECK(nic.send({to(there, support::udp(4001, 53, 40))}, handle) == nbl_status::failure);
  CHECK(nic.send({to(there, support::udp(4000, 54, 40))}, handle) == nbl_status::failure);
  CHECK(nic.send({to(there, dns, protocol_number::tcp)}, handle) == nbl_status::failure);
  CHECK(nic.wire.empty());
  sealed[18] = 9;  // 10.0.9.2: the SPI is right, the net is not
  support::set_checksum(sealed);
  CHECK(untouched(peer.receive(sealed), sealed));
}

namespace {
/// What puts an SA of AH, of ESP, or of both at rest, and what wakes it.
struct rest {
  const char* how;
  bool ah, esp;
  void (*begins)(v1_rig::front&);
  void (*ends)(v1_rig::front&) = [](v1_rig::front& v1) { v1.configure(v1_switch::ah_and_esp); };
};
v1_report receives_only(v1_report r) {
  r.ah.send = r.esp.send = false;
  return r;
}
v1_report sends_only(v1_report r) {
  r.ah.receive = r.esp.receive = false;
  return r;
}
const rest rests[] = {
    {"V1-29: switched off", true, true, [](v1_rig::front& v1) { v1.configure(v1_switch::turned_off); }},
    {"V1-29: ESP alone is on", true, false, [](v1_rig::front& v1) { v1.configure(v1_switch::esp); }},
    {"V1-29: AH alone is on", false, true, [](v1_rig::front& v1) { v1.configure(v1_switch::ah); }},
    {"V1-12: load is balanced", true, true, [](v1_rig::front& v1) { v1.balance_load(true); }, [](v1_rig::front& v1) { v1.balance_load(false); }},
    {"V1-31: no task is enabled", true, true, [](v1_rig::front& v1) { v1.configure(v1_report{}); }, [](v1_rig::front& v1) { v1.configure(linkless()); }},
};
}  // namespace

TEST_CASE("U-14, V1-29: under an SA at rest nothing leaves") {
  for (const rest& r : rests)
    for (const v1_sa_request& sa : forms) {
      INFO(r.how);
      v1_rig nic(linkless());
      const offload_handle handle = nic.add(sa, false);
      r.begins(nic.v1);
      const bool has_ah = sa.elements[0].operation == v1_operation::authenticate || sa.count == 2, has_esp = sa.elements[0].operation == v1_operation::encrypt;
      const bool rests_now = (has_ah && r.ah) || (has_esp && r.esp);
      CHECK(nic.send({v1_frame{.sa = sa}.made()}, handle) == (rests_now ? nbl_status::failure : nbl_status::success));
      CHECK(nic.wire.empty() == rests_now);
      r.ends(nic.v1);
      CHECK(nic.send({v1_frame{.sa = sa}.made()}, handle) == nbl_status::success);
      nic.v1.configure(receives_only(linkless()));  // each direction is reported by itself
      CHECK(nic.send({v1_frame{.sa = sa}.made()}, handle) == nbl_status::failure);
      nic.v1.configure(sends_only(linkless()));
      CHECK(nic.send({v1_frame{.sa = sa}.made()}, handle) == nbl_status::success);
    }
}

TEST_CASE("v1_packets: what comes in under an SA at rest passes untouched, and is opened when it is on again") {
  for (const rest& r : rests)
    for (const v1_sa_request& sa : forms) {
      INFO(r.how);
      v1_rig nic(linkless()), peer(linkless());
      const offload_handle handle = nic.add(sa, false);
      peer.add(sa, true);
      const bytes sealed = nic.sealed({.sa = sa}, handle);
      r.begins(peer.v1);
      const bool has_ah = sa.elements[0].operation == v1_operation::authenticate || sa.count == 2, has_esp = sa.elements[0].operation == v1_operation::encrypt;
      const bool rests_now = (has_ah && r.ah) || (has_esp && r.esp);
      if (rests_now) CHECK(untouched(peer.receive(sealed), sealed));
      else CHECK(good(peer.receive(sealed)));
      r.ends(peer.v1);
      CHECK(good(peer.receive(sealed)));
      peer.v1.configure(sends_only(linkless()));
      CHECK(untouched(peer.receive(sealed), sealed));
      peer.v1.configure(receives_only(linkless()));
      CHECK(good(peer.receive(sealed)));
    }
}

TEST_CASE("U-1, U-14: an SA rests too while a task without its algorithm is enabled") {
  v1_rig nic(linkless()), peer(linkless());
  const v1_sa_request sa = request(esp_of(ci::des, in::sha1));
  const offload_handle handle = nic.add(sa, false);
  peer.add(sa, true);
  const bytes sealed = nic.sealed({.sa = sa}, handle);
  v1_report less[2] = {linkless(), linkless()};
  less[0].esp.des = false;
  less[1].ah.sha1 = false;
  for (const v1_report& r : less) {
    nic.v1.configure(r), peer.v1.configure(r);
    CHECK(nic.send({v1_frame{.sa = sa}.made()}, handle) == nbl_status::failure);
    CHECK(untouched(peer.receive(sealed), sealed));
  }
}
