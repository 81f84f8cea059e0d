#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

// Counts what resynchronisation costs.
struct counting_crypto : mixing_crypto {
  counting_crypto() noexcept : mixing_crypto() {}
  std::size_t verified = 0, opened = 0;
  void verify(workspace& w, job_list jobs) noexcept {
    verified += jobs.size();
    mixing_crypto::verify(w, jobs);
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    opened += jobs.size();
    mixing_crypto::open(w, jobs, mode);
  }
};

struct finding : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t burst = 8;
  using replay = window<64>;
  using resync = esn_resync<5, 3>;
};

template <class P = flat_packet> struct ends : world<finding, P, counting_crypto> {
  sa_form form{.esn = true};
  inbound_handle in{};
  explicit ends(std::uint64_t start = 100) {
    form.start = start;
    in = this->add_receiver(form);
  }
  bytes packet(std::uint64_t number, bool forged = false) {
    bytes wire = tunnelled_packet(this->crypto, form, number, udp_packet(family::ipv4, 9));
    if (forged) wire.back() = static_cast<octet>(wire.back() ^ 1);
    return wire;
  }
  verdict arrives(std::uint64_t number, bool forged = false) { return this->received(packet(number, forged)).first; }
  std::uint64_t highest() { return this->receiving.at(in)->window().highest(); }
};
constexpr std::uint64_t subspace = std::uint64_t{1} << 32;

}  // namespace

TEST_CASE("resynchronise: after 2^32 and more lost packets the SA finds its place again, at the packet behind the threshold [class 33] [row 50]") {
  for (const std::uint64_t subspaces : {1u, 2u, 3u})
    for (const std::uint64_t low : {std::uint64_t{150}, std::uint64_t{0x8000'0000}, subspace - 20}) {
      CAPTURE(subspaces);
      CAPTURE(low);
      ends e;
      REQUIRE(e.arrives(101) == verdict::forwarded);
      const std::uint64_t first = subspaces * subspace + low;
      for (std::uint64_t n = 0; n < 5; ++n) CHECK(e.arrives(first + n) == verdict::icv_mismatch);
      CHECK(e.highest() == 101);
      CHECK(e.arrives(first + 5) == verdict::forwarded);
      CHECK(e.highest() == first + 5);
      CHECK(e.crypto.verified == subspaces);
      for (std::uint64_t n = 6; n < 30; ++n) CHECK(e.arrives(first + n) == verdict::forwarded);
      CHECK(e.arrives(first + 7) == verdict::replayed);
      CHECK(e.arrives(first + 1) == verdict::forwarded);  // one that failed before, and is still in the window
      CHECK(e.arrives(102) != verdict::forwarded);
      CHECK(e.crypto.verified == subspaces);
    }
}

TEST_CASE("resynchronise: what lies further than the attempts is not found, and nothing moves") {
  ends e;
  REQUIRE(e.arrives(101) == verdict::forwarded);
  for (std::uint64_t n = 0; n < 50; ++n) CHECK(e.arrives(4 * subspace + 200 + n) == verdict::icv_mismatch);
  CHECK(e.highest() == 101);
  CHECK(e.arrives(102) == verdict::forwarded);
}

TEST_CASE("resynchronise: a flood of forged packets costs a bounded share more and never moves anything [class 30] [row 50]") {
  ends e;
  REQUIRE(e.arrives(101) == verdict::forwarded);
  testing::seeded numbers{30};
  std::size_t forged = 0;
  for (unsigned round = 0; round < 100; ++round) {
    train<flat_packet> t;
    for (unsigned i = 0; i < 23; ++i) t.add(e.packet((numbers.below(6)) * subspace + 200 + numbers.below(1u << 20), true));
    e.receive(t);
    CHECK(t.count(verdict::icv_mismatch) == 23);
    forged += 23;
  }
  CHECK(e.highest() == 101);
  CHECK(e.crypto.opened == forged + 1);
  CHECK(e.crypto.verified <= 3 * (forged / 5));
  CHECK(e.crypto.verified >= 3);
  // Good packets between them pass as if nothing were.
  CHECK(e.arrives(102) == verdict::forwarded);
  CHECK(e.highest() == 102);
}

TEST_CASE("resynchronise: good packets between forged ones keep it from being tried at all") {
  ends e;
  for (std::uint64_t n = 0; n < 100; ++n) {
    for (unsigned i = 0; i < 4; ++i) CHECK(e.arrives(1000 + n, true) == verdict::icv_mismatch);
    // Every other one moves the right edge; the others lie inside the window and only count.
    CHECK(e.arrives(n % 2 == 0 ? 102 + n : 100 + n) == verdict::forwarded);
  }
  CHECK(e.crypto.verified == 0);
}

TEST_CASE("resynchronise: replayed packets of before are not taken for new ones") {
  ends e;
  std::vector<bytes> old;
  for (std::uint64_t n = 101; n < 120; ++n) old.push_back(e.packet(n));
  for (const bytes& one : old) CHECK(e.received(one).first == verdict::forwarded);
  const std::uint64_t ahead = 120 + subspace;
  for (std::uint64_t n = 0; n < 5; ++n) CHECK(e.arrives(ahead + n) == verdict::icv_mismatch);
  CHECK(e.arrives(ahead + 5) == verdict::forwarded);
  for (unsigned round = 0; round < 5; ++round)
    for (const bytes& one : old) CHECK(e.received(one).first != verdict::forwarded);
  CHECK(e.highest() == ahead + 5);
}

TEST_CASE("resynchronise: near the end of the numbers it tries none beyond 2^64 - 1 [class 22, 33]") {
  ends e(sequence_last_64 - subspace - 1000);
  REQUIRE(e.arrives(sequence_last_64 - subspace - 990) == verdict::forwarded);
  for (std::uint64_t n = 0; n < 40; ++n) CHECK(e.arrives(sequence_last_64 - subspace - 900 + n, true) == verdict::icv_mismatch);
  CHECK(e.crypto.verified <= 40 / 5);  // one high half is left
  for (std::uint64_t n = 0; n < 5; ++n) (void)e.arrives(sequence_last_64 - 500 + n);
  CHECK(e.arrives(sequence_last_64 - 400) == verdict::forwarded);
  CHECK(e.highest() == sequence_last_64 - 400);
}

TEST_CASE("resynchronise: packets cut into segments, short ones and those of SAs without ESN take no harm [class 1, 28]") {
  ends<chain_packet<8>> e;
  REQUIRE(e.arrives(101) == verdict::forwarded);
  for (std::uint64_t n = 0; n < 5; ++n) CHECK(e.arrives(subspace + 200 + n) == verdict::icv_mismatch);
  bytes runt = e.packet(subspace + 300);
  runt.resize(20 + 8 + 8 + 4 + 15);
  runt[3] = static_cast<octet>(runt.size());
  set_checksum(runt);
  CHECK(e.received(runt).first == verdict::runt);
  for (std::uint64_t n = 0; n < 5; ++n) CHECK(e.arrives(subspace + 210 + n) == verdict::icv_mismatch);
  train<chain_packet<8>> cut;
  const bytes wire = e.packet(subspace + 400);
  cut.add(testing::packet_form{.content = wire, .segments = {25, 5, wire.size() - 37, 7}});
  e.receive(cut);
  CHECK(cut.of(0) == verdict::forwarded);
  CHECK(e.highest() == subspace + 400);

  world<finding, flat_packet, counting_crypto> plain;
  sa_form form;
  plain.add_receiver(form);
  for (std::uint64_t n = 1; n < 40; ++n) {
    bytes forged = tunnelled_packet(plain.crypto, form, n, udp_packet(family::ipv4, 9));
    forged.back() = static_cast<octet>(forged.back() ^ 1);
    CHECK(plain.received(forged).first == verdict::icv_mismatch);
  }
  CHECK(plain.crypto.verified == 0);
}
