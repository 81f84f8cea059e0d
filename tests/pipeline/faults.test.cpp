// Something fails: a job, a key, a pool, a stage. Nothing leaves in clear, nothing leaks, and everything goes on.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

using namespace support;
using testing::failing_crypto;
using testing::fail_when;
using testing::key_keeper;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using both_ways = world<gateway, flat_packet, failing_crypto<mixing_crypto>>;

bytes canary(std::size_t i) {
  bytes payload = udp(1, 2, 40 + i % 5);
  const char* const words = "in clear, never in clear";
  std::copy(words, words + 24, payload.begin() + 8);
  return make_ip({.payload = payload});
}
bool in_clear(const bytes& octets) {
  const std::string words = "in clear, never in clear";
  return std::search(octets.begin(), octets.end(), words.begin(), words.end()) != octets.end();
}

}  // namespace

TEST_CASE("datapath: the n-th job fails: that packet is dropped and no other, for every n [class 39, 45]") {
  constexpr std::size_t count = 40;  // more than a burst
  for (std::size_t n = 0; n < count; ++n) {
    both_ways r;
    const auto sa = r.add({});
    train<flat_packet> packets;
    for (std::size_t i = 0; i < count; ++i) packets.add(canary(i), sa);
    r.crypto.fail_at(n);
    r.send(packets);
    CHECK(packets.survivors == count - 1);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(packets.of(i) == (i == n ? verdict::crypto_failed : verdict::forwarded));
      if (i != n) CHECK_FALSE(in_clear(packets.octets(i)));
    }
    CHECK(r.sending.at(sa)->sequence().used() == count);  // the failed packet's number is spent
    CHECK(r.sending.at(sa)->drops().other.get() == 1);

    train<flat_packet> arriving;
    for (std::size_t i = 0; i < packets.survivors; ++i) arriving.add(testing::octets_of(*packets.packets[i]));
    r.crypto.fail_at(n % (count - 1));
    r.receive(arriving);
    CHECK(arriving.survivors == count - 2);
    CHECK(arriving.count(verdict::crypto_failed) == 1);
    // What could not be opened has not moved the window: it is accepted when it comes again.
    r.crypto.fail_at(failing_crypto<mixing_crypto>::never);
    CHECK(r.received(testing::octets_of(*packets.packets[n % (count - 1)])).first == verdict::forwarded);
  }
}

TEST_CASE("flat_store: a key that cannot be added leaves no SA behind, for every n [class 39]") {
  constexpr std::size_t count = 12;
  for (std::size_t n = 0; n < count; ++n) {
    key_keeper<mixing_crypto> crypto;
    flat_sad<inbound_sa<gateway, key_keeper<mixing_crypto>>, count> receiving;
    slot_table<outbound_sa<gateway, key_keeper<mixing_crypto>>, count> sending;
    crypto.fail_at(n);
    std::vector<inbound_handle> in;
    std::vector<outbound_handle> out;
    for (unsigned i = 0; i < count; ++i) {
      sa_form form{.spi = 0x1000 + i, .which = i};
      if (i % 2 == 0) {
        const auto made = receiving.add(crypto, form.parameters());
        CHECK(static_cast<bool>(made) == (i != n));
        if (made) in.push_back(*made);
        else CHECK(made.why().kind == fault_kind::no_space);
      } else {
        const auto made = sending.add(crypto, form.parameters());
        CHECK(static_cast<bool>(made) == (i != n));
        if (made) out.push_back(*made);
      }
    }
    CHECK(receiving.size() + sending.size() == count - 1);
    CHECK(crypto.keys() == count - 1);
    // The refused SA can be added now, in the same room.
    sa_form again{.spi = 0x1000 + static_cast<std::uint32_t>(n), .which = static_cast<unsigned>(n)};
    if (n % 2 == 0) in.push_back(receiving.add(crypto, again.parameters()).value());
    else out.push_back(sending.add(crypto, again.parameters()).value());
    CHECK(crypto.keys() == count);
    for (const auto h : in) CHECK(receiving.remove(h));
    for (const auto h : out) CHECK(sending.remove(h));
    CHECK(crypto.keys() == count);  // packets may still be under way
    CHECK(receiving.reclaim(crypto) == in.size());
    CHECK(sending.reclaim(crypto) == out.size());
    CHECK(crypto.keys() == 0);
    CHECK(crypto.misuses() == 0);
  }
}

TEST_CASE("datapath: a fault at any stage and any place of a batch lets nothing leave in clear [class 45]") {
  constexpr std::size_t count = 33;
  const auto run = [](auto list, std::size_t at, fail_when& fault) {
    using list_type = decltype(list);
    mixing_crypto crypto;
    slot_table<outbound_sa<gateway, mixing_crypto>, 4> sending;
    no_pool none;
    constexpr no_policy_store nothing{};
    sa_form form;
    const auto sa = sending.add(crypto, form.parameters()).value();
    lane<list_type, flat_packet, decltype(sending), mixing_crypto> out{{sending, crypto, nothing, none}, list};
    train<flat_packet> packets;
    for (std::size_t i = 0; i < count; ++i) packets.add(canary(i), sa);
    fault.packet = packets.in_order[at];
    const std::size_t survivors = out(packets.view_with_handles());
    CHECK(survivors == count - 1);
    CHECK(packets.of(at) == verdict::user_3);
    for (std::size_t i = 0; i < survivors; ++i)
      if (in_clear(testing::octets_of(*packets.packets[i]))) FAIL_CHECK("in clear behind a fault at packet " << at);
  };
  for (std::size_t at = 0; at < count; ++at) {
    fail_when fault;
    const testing::faulty f{&fault};
    run(outbound<gateway>(f, select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header), at, fault);
    run(outbound<gateway>(select_sa_by_handle, f, assign_sequence, write_trailer, esp_seal, write_outer_header), at, fault);
    run(outbound<gateway>(select_sa_by_handle, assign_sequence, f, write_trailer, esp_seal, write_outer_header), at, fault);
    run(outbound<gateway>(select_sa_by_handle, assign_sequence, write_trailer, f, esp_seal, write_outer_header), at, fault);
    run(outbound<gateway>(select_sa_by_handle, assign_sequence, write_trailer, esp_seal, f, write_outer_header), at, fault);
    run(outbound<gateway>(select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header, f), at, fault);
  }
}

TEST_CASE("datapath: faults of every kind at every place of a batch let nothing leave in clear [class 45]") {
  enum kind { stale_handle, no_handle, no_headroom, no_tailroom, not_writable, too_long, damaged, ip_fragment, exhausted, kinds };
  constexpr verdict expected[] = {verdict::no_sa, verdict::no_sa, verdict::no_room, verdict::no_room, verdict::not_writable,
                                  verdict::too_long, verdict::runt, verdict::ip_fragment, verdict::sequence_exhausted};
  constexpr std::size_t count = 33;
  for (unsigned k = 0; k < kinds; ++k)
    for (std::size_t at = 0; at < count; ++at) {
      both_ways r;
      const auto sa = r.add({});
      const auto transport = r.add({.spi = 0x1002, .mode = mode::transport, .which = 2});
      const auto ended = r.add({.spi = 0x1003, .start = 0xffffffff, .which = 3});
      train<flat_packet> packets;
      for (std::size_t i = 0; i < count; ++i) {
        testing::packet_form form{.headroom = 60, .tailroom = 60};
        bytes content = canary(i);
        outbound_handle handle = sa;
        if (i == at) switch (k) {
            case stale_handle: ++handle.generation; break;
            case no_handle: handle = {}; break;
            case no_headroom: form.headroom = 3; break;
            case no_tailroom: form.tailroom = 3; break;
            case not_writable: form.writable = false; break;
            case too_long: content = make_ip({.protocol = 200, .payload = bytes(65500)}); break;
            case damaged: content.pop_back(); break;
            case ip_fragment: content = make_ip({.payload = udp(1, 2, 9), .fragment = 0x2000}), handle = transport; break;
            default: handle = ended; break;
          }
        form.content = content;
        packets.add(form, handle);
      }
      r.send(packets);
      CAPTURE(k);
      CHECK(packets.survivors == count - 1);
      CHECK(packets.of(at) == expected[k]);
      for (std::size_t i = 0; i < packets.survivors; ++i)
        if (in_clear(testing::octets_of(*packets.packets[i]))) FAIL_CHECK("in clear: packet " << i);
    }
}

TEST_CASE("datapath: of a store whose SA was removed in mid-traffic nothing is sent, and the next SA in its slot is not mistaken for it [class 45]") {
  both_ways r;
  const auto sa = r.add({});
  CHECK(r.sent(canary(0), sa).first == verdict::forwarded);
  CHECK(r.sending.remove(sa));
  CHECK(r.sent(canary(1), sa).first == verdict::no_sa);
  CHECK(r.sending.reclaim(r.crypto) == 1);
  const auto next = r.add_sender({.spi = 0x1009, .which = 9});
  CHECK(next.slot == sa.slot);
  CHECK(r.sent(canary(2), sa).first == verdict::no_sa);
  CHECK(r.sending.at(next)->sequence().used() == 0);
}
