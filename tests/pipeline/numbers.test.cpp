// Sequence numbers from end to end: the end of a counter, replays, forged numbers, 2^32.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<64>;
};
using both_ways = world<gateway, flat_packet, mixing_crypto>;
const inbound_handle first_receiver{0, 1};

constexpr std::uint64_t last_32 = 0xffffffff, last_64 = ~std::uint64_t{0};

bytes packet(std::size_t i = 0) { return udp_packet(family::ipv4, 8 + i % 40); }
std::uint32_t wire_number(const bytes& wire) { return get32(wire, 24); }

}  // namespace

TEST_CASE("datapath: at the end of a counter the remaining numbers are sent, and then nothing ever [class 22, 24] [row 36]") {
  for (const bool esn : {false, true})
    for (const std::uint64_t left : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{33}}) {
      both_ways r;
      const std::uint64_t last = esn ? last_64 : last_32;
      const sa_form form{.esn = esn, .start = last - left};
      const auto sa = r.add_sender(form);
      sa_form receiving = form;
      receiving.start = last - 40;
      r.add_receiver(receiving);
      CHECK(r.sending.at(sa)->numbers_left() == left);
      CHECK(r.sending.at(sa)->rekey_due());
      train<flat_packet> packets;
      for (std::size_t i = 0; i < 40; ++i) packets.add(packet(i), sa);
      r.send(packets);
      CHECK(packets.survivors == left);
      for (std::size_t i = 0; i < 40; ++i) {
        CHECK(packets.of(i) == (i < left ? verdict::forwarded : verdict::sequence_exhausted));
        if (i < left) {
          CHECK(wire_number(packets.octets(i)) == static_cast<std::uint32_t>(last - left + 1 + i));
          CHECK(r.received(packets.octets(i)).first == verdict::forwarded);
        } else {
          CHECK(packets.octets(i) == packet(i));
        }
      }
      for (std::size_t attempt = 0; attempt < 1000; ++attempt) {
        const auto [v, octets] = r.sent(packet(attempt), sa);
        if (v != verdict::sequence_exhausted || octets != packet(attempt)) FAIL_CHECK("attempt " << attempt << " sent something");
      }
      CHECK(r.sending.at(sa)->numbers_left() == 0);
      CHECK(r.sending.at(sa)->sequence().used() == last);
      CHECK(r.sending.at(sa)->traffic().packets.get() == left);
      CHECK(r.sending.at(sa)->drops().sequence_exhausted.get() == 1040 - left);
    }
}

TEST_CASE("outbound_sa: rekeying is due before the end, not from the start [class 24]") {
  both_ways r;
  const auto sa = r.add_sender({.start = last_32 - 70000});
  CHECK_FALSE(r.sending.at(sa)->rekey_due());
  CHECK(r.sending.at(sa)->rekey_due(70001));
  CHECK_FALSE(r.sending.at(sa)->rekey_due(70000));
  for (std::size_t i = 0; i < 4464; ++i) r.sent(packet(), sa);
  CHECK(r.sending.at(sa)->numbers_left() == 65536);
  CHECK_FALSE(r.sending.at(sa)->rekey_due());
  r.sent(packet(), sa);
  CHECK(r.sending.at(sa)->rekey_due());
}

TEST_CASE("datapath: the high half of an ESN is authenticated, and only there [class 25]") {
  for (const std::uint64_t number : {std::uint64_t{1}, last_32, last_32 + 1, last_32 + 2, std::uint64_t{0x0102030405060708}, last_64}) {
    both_ways r;
    const sa_form form{.esn = true, .start = number - 1};
    const auto sa = r.add(form);
    const bytes wire = r.sent(packet(), sa).second;
    CHECK(wire_number(wire) == static_cast<std::uint32_t>(number));
    mixing_crypto by_hand;
    CHECK(bytes(wire.begin() + 20, wire.end()) == sealed_esp(by_hand, form, number, esp_text(packet(), 4)));
    for (const std::uint64_t other : {number + (std::uint64_t{1} << 32), number ^ (std::uint64_t{0x01} << 56), number - (std::uint64_t{1} << 32)}) {
      both_ways wrong;
      sa_form elsewhere = form;
      elsewhere.start = other - 1;
      wrong.add_receiver(elsewhere);
      const verdict v = wrong.received(wire).first;
      CHECK((v == verdict::icv_mismatch || v == verdict::too_old));
    }
    // As if the SA had no ESN: the AAD lacks the high half.
    both_ways plain;
    plain.add_receiver({.esn = false});
    CHECK(plain.received(wire).first == (wire_number(wire) == 0 ? verdict::too_old : verdict::icv_mismatch));
    CHECK(r.received(wire).first == verdict::forwarded);
  }
}

TEST_CASE("datapath: numbers are inferred on both sides of 2^32 [class 25, 33] [row 48]") {
  const std::uint64_t border = std::uint64_t{1} << 32;
  for (const std::uint64_t subspace : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{0x80000000}, std::uint64_t{0xffffffff}}) {
    both_ways r;
    const std::uint64_t middle = subspace * border;
    const sa_form form{.esn = true, .start = middle - 30};
    r.add_receiver(form);
    const auto arrives = [&](std::uint64_t number) { return r.received(tunnelled_packet(r.crypto, form, number, packet())).first; };
    CHECK(arrives(middle - 20) == verdict::forwarded);
    CHECK(arrives(middle + 5) == verdict::forwarded);   // forward across
    CHECK(arrives(middle - 1) == verdict::forwarded);   // back across
    CHECK(arrives(middle) == verdict::forwarded);
    CHECK(arrives(middle - 20) == verdict::replayed);
    CHECK(arrives(middle + 5) == verdict::replayed);
    CHECK(arrives(middle + 5 - 63) == verdict::forwarded);
    CHECK(arrives(middle + 5 - 64) == verdict::icv_mismatch);  // left of the window means 2^32 further on
    CHECK(arrives(middle + 5 + 1000) == verdict::forwarded);
    CHECK(arrives(middle - 2) == verdict::icv_mismatch);
  }
  // Nothing comes before subspace 0.
  both_ways r;
  const sa_form form{.esn = true};
  r.add_receiver(form);
  CHECK(r.received(tunnelled_packet(r.crypto, form, 3, packet())).first == verdict::forwarded);
  CHECK(r.received(tunnelled_packet(r.crypto, form, last_64 - 5, packet())).first == verdict::too_old);
  CHECK(r.received(tunnelled_packet(r.crypto, form, last_32 - 5, packet())).first == verdict::too_old);
  CHECK(r.received(tunnelled_packet(r.crypto, form, 2, packet())).first == verdict::forwarded);
}

TEST_CASE("datapath: forged numbers do not move the window [class 30, 55]") {
  for (const bool esn : {false, true}) {
    both_ways r;
    const sa_form form{.esn = esn};
    r.add_receiver(form);
    CHECK(r.received(tunnelled_packet(r.crypto, form, 1, packet())).first == verdict::forwarded);
    for (const std::uint64_t forged : {last_32, std::uint64_t{0x7fffffff}, std::uint64_t{1000}, std::uint64_t{65}, std::uint64_t{2}}) {
      bytes wire = tunnelled_packet(r.crypto, form, forged, packet());
      wire.back() = static_cast<octet>(wire.back() ^ 1);
      for (unsigned i = 0; i < 40; ++i) CHECK(r.received(wire).first == (esn && forged == last_32 ? verdict::too_old : verdict::icv_mismatch));
    }
    CHECK(r.receiving.at(first_receiver)->window().highest() == 1);
    for (std::uint64_t n = 2; n <= 1001; ++n)
      if (r.received(tunnelled_packet(r.crypto, form, n, packet())).first != verdict::forwarded) FAIL_CHECK("number " << n);
    CHECK(r.receiving.at(first_receiver)->drops().icv_mismatch.get() == (esn ? 160 : 200));
  }
}

TEST_CASE("datapath: a forged number among genuine ones of its batch does not move the window either [class 30, 46]") {
  both_ways r;
  const sa_form form;
  r.add_receiver(form);
  train<flat_packet> packets;
  for (std::uint64_t n = 1; n <= 31; ++n) packets.add(tunnelled_packet(r.crypto, form, n, packet()));
  bytes wire = tunnelled_packet(r.crypto, form, last_32, packet());
  wire.back() = static_cast<octet>(wire.back() ^ 1);
  packets.add(wire);
  std::swap(packets.packets[0], packets.packets[31]);
  r.receive(packets);
  CHECK(packets.survivors == 31);
  CHECK(packets.of(31) == verdict::icv_mismatch);
}

TEST_CASE("datapath: every accepted packet is refused when it comes again [class 31, 55]") {
  both_ways r;
  const sa_form form;
  r.add_receiver(form);
  std::vector<bytes> sent;
  testing::seeded numbers{31};
  std::uint64_t n = 0;
  for (unsigned i = 0; i < 300; ++i) {
    n += 1 + (numbers.below(10) == 0 ? numbers.below(100) : 0);
    sent.push_back(tunnelled_packet(r.crypto, form, n, packet(i)));
    CHECK(r.received(sent.back()).first == verdict::forwarded);
    for (std::size_t back = 0; back < sent.size() && back < 70; ++back) {
      const verdict v = r.received(sent[sent.size() - 1 - back]).first;
      CHECK((v == verdict::replayed || v == verdict::too_old));
    }
  }
  const auto& sa = *r.receiving.at(first_receiver);
  CHECK(sa.traffic().packets.get() == 300);
  CHECK(sa.drops().replayed.get() + sa.drops().too_old.get() == r.path.inbound_counters().total() - 300);
  CHECK(sa.drops().too_old.get() == r.path.inbound_counters()[verdict::too_old]);
}

TEST_CASE("datapath: window edges as packets see them [class 32]") {
  both_ways r;
  const sa_form form;
  r.add_receiver(form);
  const auto arrives = [&](std::uint64_t number) { return r.received(tunnelled_packet(r.crypto, form, number, packet())).first; };
  CHECK(arrives(0) == verdict::too_old);
  CHECK(arrives(100) == verdict::forwarded);
  CHECK(arrives(37) == verdict::forwarded);  // 100 - 64 + 1
  CHECK(arrives(36) == verdict::too_old);
  CHECK(arrives(37) == verdict::replayed);
  CHECK(arrives(last_32) == verdict::forwarded);
  CHECK(arrives(last_32 - 63) == verdict::forwarded);
  CHECK(arrives(last_32 - 64) == verdict::too_old);
  CHECK(arrives(101) == verdict::too_old);
  CHECK(arrives(last_32) == verdict::replayed);
}

TEST_CASE("datapath: of 32 copies in one batch one is delivered [class 34, 55] [row 51]") {
  for (const std::size_t copies : {std::size_t{2}, std::size_t{8}, std::size_t{32}, std::size_t{33}, std::size_t{100}}) {
    both_ways r;
    const sa_form form;
    r.add_receiver(form);
    const bytes wire = tunnelled_packet(r.crypto, form, 9, packet());
    train<flat_packet> packets;
    for (std::size_t i = 0; i < copies; ++i) packets.add(wire);
    r.receive(packets);
    CHECK(packets.survivors == 1);
    CHECK(packets.of(0) == verdict::forwarded);
    CHECK(packets.count(verdict::replayed) == copies - 1);
    CHECK(r.receiving.at(first_receiver)->drops().replayed.get() == copies - 1);
    CHECK(r.receiving.at(first_receiver)->traffic().packets.get() == 1);
  }
}

TEST_CASE("datapath: copies in one batch of which the first is forged: a genuine one is delivered [class 34]") {
  both_ways r;
  const sa_form form;
  r.add_receiver(form);
  const bytes wire = tunnelled_packet(r.crypto, form, 9, packet());
  bytes forged = wire;
  forged[40] = static_cast<octet>(forged[40] ^ 1);
  train<flat_packet> packets;
  packets.add(forged);
  packets.add(wire);
  packets.add(wire);
  packets.add(forged);
  r.receive(packets);
  CHECK(packets.of(0) == verdict::icv_mismatch);
  CHECK(packets.of(1) == verdict::forwarded);
  CHECK(packets.of(2) == verdict::replayed);
  CHECK(packets.of(3) == verdict::icv_mismatch);
}

TEST_CASE("datapath: a batch that jumps over the window inside itself is what its packets are one by one [class 32, 34, 46]") {
  testing::seeded numbers{34};
  for (unsigned round = 0; round < 30; ++round)
    for (const bool esn : {false, true}) {
      both_ways together, alone;
      const sa_form form{.esn = esn, .start = esn ? last_32 - 40 : 0};
      together.add_receiver(form);
      alone.add_receiver(form);
      train<flat_packet> packets;
      std::vector<verdict> expected;
      std::uint64_t n = form.start + 1;
      for (std::size_t i = 0; i < 32; ++i) {
        n = numbers.below(3) == 0 ? n + numbers.below(90) : n - numbers.below(20) % n;
        if (n == 0) n = 1;
        const bytes wire = tunnelled_packet(together.crypto, form, n, packet(i));
        packets.add(wire);
        expected.push_back(alone.received(wire).first);
      }
      together.receive(packets);
      for (std::size_t i = 0; i < 32; ++i) {
        // Left of a window that moves within the burst an ESN still has its own number, which is then too old, or one that the
        // bursts before have brought.
        const verdict became = packets.of(i);
        if (esn && expected[i] == verdict::icv_mismatch) CHECK((became == verdict::icv_mismatch || became == verdict::too_old || became == verdict::replayed));
        else CHECK(became == expected[i]);
      }
      CHECK(together.receiving.at(first_receiver)->window().highest() == alone.receiving.at(first_receiver)->window().highest());
    }
}
