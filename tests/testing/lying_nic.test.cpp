// What a host owes to whoever has a NIC that lies: losses, and nothing worse.
#include "support/card.hpp"

#include <esplanade/testing/lying_nic.hpp>

#include <set>

using namespace support;

namespace lying_test {
using crypto_type = testing::mixing_crypto;

struct suspicious : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256, esp_null_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using device_trust = verify_after;
};
struct trusting : suspicious {
  using device_trust = icv_believed;
};

/// SAs of each suite and mode; what is sent under each says so, and says which packet it is.
std::vector<sa_form> forms() {
  std::vector<sa_form> all;
  std::uint32_t n = 0;
  for (const suite_sizes& s : suspicious::suites.sizes)
    for (const mode how : {mode::tunnel, mode::transport}) {
      all.push_back({.suite = s, .spi = 0x1000 + n, .mode = how, .esn = n % 2 == 0, .outer = family::ipv4, .start = n % 2 == 0 ? 0xffff'ff80u : 0u, .which = n + 1});
      ++n;
    }
  return all;
}
/// Payload: SA, packet, and a pattern that nobody would make by chance.
bytes packet_of(std::size_t sa, std::uint32_t which) {
  bytes payload = counted(72, 0xa0);
  payload[0] = static_cast<octet>(sa);
  store_be32(&payload[4], which);
  return make_ip({.payload = payload});
}
bool holds(const bytes& where, const bytes& what) { return std::search(where.begin(), where.end(), what.begin(), what.end()) != where.end(); }

template <class P, template <class> class Wrapped = testing::lying_nic> struct path {
  using device = Wrapped<card<P, flat_packet, crypto_type>>;
  split<P, flat_packet, crypto_type, device> side;
  std::vector<sa_form> all = forms();
  std::vector<outbound_handle> out;
  std::vector<inbound_handle> in;
  std::set<std::uint32_t> delivered;
  std::uint32_t next = 0;
  std::size_t sent = 0, forged_delivered = 0;

  path() {
    for (const sa_form& f : all) {
      out.push_back(side.add_sender(f));
      in.push_back(side.add_receiver(f));
    }
  }
  void place() {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (side.sa(out[i]).place().now().where == placement::software && !side.sa(out[i]).place().handle()) (void)side.offload(out[i], all[i]);
      if (side.sa(in[i]).place().now().where == placement::software && !side.sa(in[i]).place().handle()) (void)side.offload(in[i], all[i]);
    }
  }
  /// A batch down, over the wire, and up again. `forge` in so many frames is not as it was sent.
  void round(testing::seeded& numbers, unsigned forge) {
    place();
    train<flat_packet> packets;
    std::vector<std::size_t> under;
    for (int k = 0; k < 12; ++k) {
      under.push_back(numbers.below(all.size()));
      packets.add(packet_of(under.back(), next++), out[under.back()]);
    }
    side.words.assign(packets.packets.size(), {});
    packets.survivors = side.side.outbound(packets.view_with_handles(), side.words);
    std::vector<bytes> wire;
    for (std::size_t i = 0; i < packets.survivors; ++i)
      if (side.device.send(*packets.packets[i], side.words[i])) wire.push_back(testing::octets_of(*packets.packets[i]));
    side.complete();
    for (const bytes& frame : wire) check_wire(frame);
    sent += wire.size();
    side.device.jumble(wire);

    train<flat_packet> up;
    std::vector<receive_words> said;
    std::vector<bytes> kept;
    std::set<std::uint32_t> forged;
    for (bytes& frame : wire) {
      if (forge != 0 && numbers.below(forge) == 0) frame[28 + numbers.below(frame.size() - 28)] ^= static_cast<octet>(1u << numbers.below(8));
      said.push_back(side.device.receive(up.add(frame)));
    }
    const std::size_t live = side.side.inbound(up.view(), said);
    for (std::size_t i = 0; i < live; ++i) check_delivered(testing::octets_of(*up.packets[i]));
    side.placing.tend();
  }
  /// Encrypted where its SA encrypts, and never without an ICV.
  void check_wire(const bytes& frame) {
    const std::uint32_t spi = load_be32(&frame[20]);
    const std::size_t i = spi - 0x1000;
    REQUIRE(i < all.size());
    const bool encrypts = all[i].suite.family != cipher_family::aes_gmac;
    if (encrypts) CHECK(!holds(frame, counted(32, 0xb0)));
    CHECK(!std::all_of(frame.end() - 16, frame.end(), [](octet o) { return o == 0; }));
  }
  /// Is one that was sent, under this SA, and comes once.
  void check_delivered(const bytes& packet) {
    const std::size_t sa = packet.size() > 28 ? packet[20] : 255;
    const std::uint32_t which = packet.size() > 28 ? load_be32(&packet[24]) : ~0u;
    const bool sound = sa < all.size() && packet == packet_of(sa, which) && which < next && delivered.insert(which).second;
    forged_delivered += !sound;
  }
};
}  // namespace lying_test
using namespace lying_test;

TEST_CASE("lying_nic: whatever a NIC says, nothing forged is delivered with verify_after, nothing leaves in clear and nothing comes twice [class 49] [row 94]") {
  std::size_t sent = 0, came = 0;
  std::uint64_t told = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    path<suspicious> p;
    p.side.device.lie(testing::lies::all(7), seed);
    testing::seeded numbers{seed};
    for (int k = 0; k < 30; ++k) p.round(numbers, 6);
    CHECK(p.forged_delivered == 0);
    sent += p.sent;
    came += p.delivered.size();
    told += p.side.device.told();
  }
  CHECK(told > 1000);
  CHECK(sent > 5000);
  CHECK(came > sent / 4);
}

TEST_CASE("lying_nic: one lie at a time costs at most the packets that it is told of") {
  const auto one = [](unsigned testing::lies::*which) {
    testing::lies how{};
    how.*which = 3;
    return how;
  };
  for (const auto which : {&testing::lies::refuse_sa, &testing::lies::claim_success, &testing::lies::wrong_trailer, &testing::lies::ask_delete, &testing::lies::swap, &testing::lies::delay, &testing::lies::duplicate,
                           &testing::lies::ignore_delete}) {
    path<suspicious> p;
    p.side.device.lie(one(which), 5);
    testing::seeded numbers{3};
    for (int k = 0; k < 40; ++k) p.round(numbers, 0);
    p.side.device.lie({}, 1);
    p.round(numbers, 0);  // what was delayed
    CHECK(p.forged_delivered == 0);
    CHECK(p.delivered.size() == p.next);
  }
}

TEST_CASE("lying_nic: believed, a lie of success lets through what is forged and no more: replays stay out") {
  for (const unsigned forge : {0u, 3u}) {
    std::size_t wrong = 0, came = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      path<trusting> p;
      testing::lies how{};
      how.claim_success = 2;
      how.duplicate = 3;
      how.swap = 3;
      p.side.device.lie(how, seed);
      testing::seeded numbers{seed};
      for (int k = 0; k < 30; ++k) p.round(numbers, forge);
      wrong += p.forged_delivered;
      came += p.delivered.size();
    }
    CHECK((wrong != 0) == (forge != 0));  // what the named trust covers, or the lie was none
    CHECK(came > 1000);
  }
}

TEST_CASE("lying_nic: an SA that the NIC forgot, or a handle of another, sends nothing in clear") {
  testing::lies how{};
  how.forget_sa = 2;
  how.stale_handle = 2;
  how.ignore_update = 2;
  std::size_t sent = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    path<suspicious> p;
    p.side.device.lie(how, seed);
    testing::seeded numbers{seed};
    for (int k = 0; k < 30; ++k) p.round(numbers, 0);
    CHECK(p.forged_delivered == 0);
    sent += p.sent;
  }
  CHECK(sent > 1000);
}
