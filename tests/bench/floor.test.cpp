// The floor is honest: it does what the datapath does, octet for octet, and answers as it answers.
#include <doctest/doctest.h>

#include "../../bench/rivals.hpp"

namespace {

using namespace bench;
using esplanade::octet;
using esplanade::verdict;
using bytes = std::vector<octet>;

// A packet in memory of its own.
struct loose {
  bytes memory;
  flat_packet packet;
  explicit loose(const bytes& content, std::size_t headroom = 64) : memory(headroom + content.size() + 64) {
    std::copy(content.begin(), content.end(), memory.begin() + static_cast<std::ptrdiff_t>(headroom));
    packet = flat_packet({memory.data(), memory.size()}, headroom, content.size());
  }
  loose(const loose&) = delete;
  bytes read() const { return {packet.data(), packet.data() + packet.length()}; }
};

// An inner packet with what an outer header copies of it.
bytes inner(std::size_t size, std::size_t which) {
  bytes p = inner_packet(size, which);
  p[1] = static_cast<octet>(which % 8 << 3 | (which % 3 == 2 ? 0 : which % 3));  // DSCP, and ECN without CE
  p[6] = which % 2 == 0 ? 0x40 : 0;
  esplanade::store_be16(p.data() + 10, 0);
  esplanade::store_be16(p.data() + 10, esplanade::internet_checksum({p.data(), 20}));
  return p;
}

template <class Crypto> struct both_ways {
  gateway_over<flat_packet, Crypto> ours;
  Crypto crypto;
  esp_floor<Crypto> floor{crypto};
  esplanade::sa_parameters sa = benched_sa<gateway>();
  esplanade::outbound_handle handle{};
  both_ways() {
    handle = ours.add_pair(sa)->sending;
    REQUIRE(floor.add(sa));
  }
  bytes ours_sends(const bytes& content) {
    loose p(content);
    flat_packet* list[] = {&p.packet};
    verdict v[1];
    REQUIRE(ours.path().outbound({list, v, {&handle, 1}}) == 1);
    return p.read();
  }
  bytes floor_sends(const bytes& content) {
    loose p(content);
    flat_packet* list[] = {&p.packet};
    REQUIRE(floor.outbound(list, &sa.spi));
    return p.read();
  }
  // Empty: refused.
  bytes ours_delivers(const bytes& content) {
    loose p(content);
    flat_packet* list[] = {&p.packet};
    verdict v[1];
    return ours.path().inbound({list, v}) == 1 ? p.read() : bytes{};
  }
  bytes floor_delivers(const bytes& content) {
    loose p(content);
    flat_packet* list[] = {&p.packet};
    return floor.inbound(list) ? p.read() : bytes{};
  }
};

}  // namespace

TEST_CASE_TEMPLATE("floor: sends and delivers what the datapath does, octet for octet", Crypto, esplanade::null_crypto, esplanade::botan) {
  both_ways<Crypto> w;
  std::size_t which = 0;
  for (const std::size_t size : {28u, 29u, 30u, 31u, 32u, 63u, 64u, 65u, 511u, 512u, 1408u, 1500u}) {
    for (int again = 0; again < 30; ++again, ++which) {
      const bytes content = inner(size, which);
      const bytes sent = w.ours_sends(content);
      REQUIRE(sent == w.floor_sends(content));
      REQUIRE(w.ours_delivers(sent) == content);
      REQUIRE(w.floor_delivers(sent) == content);
    }
  }
}

TEST_CASE("naive loop: sends what the datapath sends, octet for octet") {
  both_ways<esplanade::botan> w;
  naive_sender naive{benched_sa<gateway>()};
  for (std::size_t which = 0; which < 100; ++which) {
    const bytes content = inner(40 + 13 * which, which);
    loose p(content);
    flat_packet* list[] = {&p.packet};
    REQUIRE(naive.outbound(list));
    REQUIRE(p.read() == w.ours_sends(content));
  }
}

TEST_CASE("floor: its window answers as the datapath's, in order, late, early, twice and far ahead") {
  both_ways<esplanade::null_crypto> w;
  std::vector<bytes> sent;
  for (std::size_t i = 0; i < 6000; ++i) sent.push_back(w.ours_sends(inner(28, i)));
  esplanade::testing::seeded numbers{7};
  std::size_t at = 0, delivered = 0, refused = 0;
  for (int step = 0; step < 20000 && at < sent.size(); ++step) {
    const std::uint64_t kind = numbers.below(1000);
    std::size_t pick = at;
    if (kind == 0) pick = std::min(sent.size() - 1, at += numbers.below(1500));
    else if (kind < 16) pick = std::min(sent.size() - 1, at += numbers.below(40));
    else if (kind < 500) pick = at - std::min<std::size_t>(at, numbers.below(1100));
    else ++at;
    const bytes ours = w.ours_delivers(sent[pick]);
    REQUIRE(ours == w.floor_delivers(sent[pick]));
    ++(ours.empty() ? refused : delivered);
  }
  CHECK(delivered > 1000);
  CHECK(refused > 300);
}

TEST_CASE("floor: refuses what is forged, cut, padded wrong or for no SA") {
  both_ways<esplanade::botan> w;
  const bytes sent = w.floor_sends(inner(65, 0));
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (i == 1 || (i >= 4 && i < 9) || (i >= 10 && i < 20)) continue;  // of the outer header it reads no more
    bytes forged = sent;
    forged[i] ^= 1;
    CHECK_MESSAGE(w.floor_delivers(forged).empty(), "octet " << i);
  }
  CHECK(w.floor_delivers({sent.begin(), sent.end() - 1}).empty());
  CHECK(w.floor_delivers({sent.begin(), sent.begin() + 40}).empty());
  CHECK(w.floor_delivers(sent) == inner(65, 0));

  // The null cipher lets us write the text of a packet that is authentic all the same.
  both_ways<esplanade::null_crypto> open;
  for (const std::size_t size : {65u, 66u, 67u, 68u}) {  // 1, 0, 3 and 2 pad octets
    const std::size_t padding = esplanade::esp_padding(size, 4);
    for (std::size_t wrong = 0; wrong < padding + 2; ++wrong) {
      bytes forged = open.floor_sends(inner(size, 0));
      forged[forged.size() - 16 - 1 - wrong] ^= 0x80;
      CHECK_MESSAGE(open.floor_delivers(forged).empty(), size << " octets, " << wrong << " from the end");
      CHECK(open.ours_delivers(forged).empty());
    }
  }
}

// Each kind of row, as bench/run runs it.
template <class Rounds> void runs(std::size_t segments = 1) {
  for (const std::size_t octets : inner_sizes) {
    Rounds rounds{octets, segments};
    const double there = rounds.protect();
    const double back = rounds.open();
    CHECK(rounds.trouble() == "");
    CHECK(there > 0);
    CHECK(back > 0);
    CHECK(rounds.packets().size() == packets_in_round);
    CHECK(rounds.restored());
  }
}

TEST_CASE("rivals: every row goes there and back and restores what was sent") {
  runs<floor_rounds<esplanade::null_crypto>>();
  runs<floor_rounds<esplanade::botan>>();
  runs<raw_rounds<flat_packet, esplanade::botan>>();
  runs<raw_rounds<chain, esplanade::botan>>(3);
  runs<naive_rounds>();
  runs<touched_rounds<esplanade::botan, false>>();
  runs<touched_rounds<esplanade::botan, true>>();
  runs<round_trips<null_flat>>();
  runs<round_trips<null_chain>>();
  runs<round_trips<null_chain>>(3);
  runs<round_trips<botan_flat>>();
  runs<round_trips<botan_chain>>(3);
}

TEST_CASE("round_trips: says what went wrong") {
  round_trips<null_flat> three{64, 3};
  CHECK(three.trouble() == "the configuration makes no packet of 64 octets in 3 segments");
  round_trips<null_flat> large{2040, 1};
  CHECK(large.trouble() == "the configuration makes no packet of 2040 octets in 1 segment");
  CHECK(large.protect() == 0);
}
