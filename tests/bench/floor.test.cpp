// The floor is honest: it does what the datapath does, octet for octet, and answers as it answers.
#include <doctest/doctest.h>

#include "../../bench/rivals.hpp"

#include <set>

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
  runs<mixed_suites_rounds<esplanade::botan>>();
  runs<single_suites_rounds<esplanade::botan>>();
  runs<round_trips<null_flat>>();
  runs<round_trips<null_chain>>();
  runs<round_trips<null_chain>>(3);
  runs<round_trips<botan_flat>>();
  runs<round_trips<botan_chain>>(3);
}

// A row of rounds that are made otherwise.
template <class Rounds> void there_and_back(Rounds& rounds) {
  for (int trip = 0; trip < 3; ++trip) {
    CHECK(rounds.protect() > 0);
    CHECK(rounds.open() > 0);
  }
  CHECK(rounds.trouble() == "");
  CHECK(rounds.restored());
}

TEST_CASE("rivals: many SAs, each packet under another, restore what was sent; so does a walk beside them") {
  crowd<esplanade::null_crypto, 500> plain;
  crowd_rounds<crowd<esplanade::null_crypto, 500>> path{64, plain};
  there_and_back(path);
  CHECK(plain.path().inbound_counters()[verdict::forwarded] == 4 * packets_in_round);
  table_walk_rounds<crowd<esplanade::null_crypto, 500>> walk{64, plain};
  there_and_back(walk);
  crowd<esplanade::botan, 500> keyed;
  crowd_rounds<crowd<esplanade::botan, 500>> with_keys{512, keyed};
  there_and_back(with_keys);
  raw_crowd_rounds<crowd<esplanade::botan, 500>> raw{512, keyed};
  there_and_back(raw);
}

TEST_CASE("rivals: packets of mixed sizes") {
  CHECK(mean_size(imix) == 346);
  CHECK(mean_size(64) == 64);
  crowd<esplanade::null_crypto, 1> one;
  crowd_rounds<crowd<esplanade::null_crypto, 1>> path{imix, one};
  there_and_back(path);
  floor_rounds<esplanade::null_crypto> floor{imix, 1};
  there_and_back(floor);
  raw_rounds<flat_packet, esplanade::botan> raw{imix, 1};
  there_and_back(raw);
}

TEST_CASE("rivals: two lanes at once, each over its own packets") {
  crowd<esplanade::null_crypto, 1> gateways[2];
  std::vector<std::unique_ptr<crowd_rounds<crowd<esplanade::null_crypto, 1>>>> lanes;
  lanes.push_back(std::make_unique<crowd_rounds<crowd<esplanade::null_crypto, 1>>>(std::size_t{64}, gateways[0], shared_arena));
  lanes.push_back(std::make_unique<crowd_rounds<crowd<esplanade::null_crypto, 1>>>(std::size_t{64}, gateways[1], second_arena));
  const std::vector<int> on{all_processors().front(), all_processors().back()};
  CHECK(at_once(lanes, on, direction::inbound) > 0);
  for (const auto& lane : lanes) CHECK(lane->restored());
}

template <class Gateway> void two_of() {
  Gateway gateway;
  using rounds = crowd_rounds<typename Gateway::lane>;
  std::vector<std::unique_ptr<rounds>> lanes;
  lanes.push_back(std::make_unique<rounds>(std::size_t{64}, gateway.lanes[0], shared_arena));
  lanes.push_back(std::make_unique<rounds>(std::size_t{64}, gateway.lanes[1], second_arena));
  const std::vector<int> on{all_processors().front(), all_processors().back()};
  CHECK(at_once(lanes, on, direction::outbound) > 0);
  for (const auto& lane : lanes) {
    CHECK(lane->trouble() == "");
    CHECK(lane->restored());
  }
}

TEST_CASE("rivals: two lanes of one gateway, with an SA each and with one for both") {
  two_of<shared_gateway<esplanade::botan, gateway>>();
  two_of<shared_gateway<esplanade::botan, gateway_of_two>>();
}

TEST_CASE("traffic: SPIs differ and can be used, a walk meets each SA once before any twice") {
  const std::vector<std::uint32_t> spis = random_spis(100000);
  CHECK(std::set<std::uint32_t>(spis.begin(), spis.end()).size() == spis.size());
  CHECK(*std::min_element(spis.begin(), spis.end()) > 255);
  random_walk walk{1000};
  std::vector<std::uint32_t> met(2000);
  walk.next(met.data(), 700);
  walk.next(met.data() + 700, 1300);
  CHECK(std::set<std::uint32_t>(met.begin(), met.begin() + 1000).size() == 1000);
  CHECK(std::equal(met.begin(), met.begin() + 1000, met.begin() + 1000));
  CHECK_FALSE(std::is_sorted(met.begin(), met.begin() + 1000));
}

TEST_CASE("plain table: finds each SPI and no other") {
  const std::vector<std::uint32_t> spis = random_spis(1001);
  plain_table table{{spis.begin(), spis.end() - 1}};
  touched_record* found[32];
  for (std::size_t i = 0; i < 1000; ++i) {
    table.find({&spis[i], 1}, found);
    REQUIRE(found[0] != nullptr);
    REQUIRE(found[0]->first[0] == spis[i]);
  }
  table.find({&spis[1000], 1}, found);
  CHECK(found[0] == nullptr);
}

TEST_CASE("round_trips: says what went wrong") {
  round_trips<null_flat> three{64, 3};
  CHECK(three.trouble() == "the configuration makes no packet of 64 octets in 3 segments");
  round_trips<null_flat> large{2040, 1};
  CHECK(large.trouble() == "the configuration makes no packet of 2040 octets in 1 segment");
  CHECK(large.protect() == 0);
}
