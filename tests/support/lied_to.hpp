// Who has a NIC that lies: SAs of several suites, packets that say under which they were sent, and what must not be on any wire.
#pragma once

#include "support/card.hpp"

#include <esplanade/testing/lying_nic.hpp>

#include <deque>
#include <set>

namespace support {

namespace lied_to {
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
inline std::vector<sa_form> forms() {
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
inline bytes packet_of(std::size_t sa, std::uint32_t which) {
  bytes payload = counted(72, 0xa0);
  payload[0] = static_cast<octet>(sa);
  store_be32(&payload[4], which);
  return make_ip({.payload = payload});
}
inline bool holds(const bytes& where, const bytes& what) { return std::search(where.begin(), where.end(), what.begin(), what.end()) != where.end(); }

/// Host and NIC, and the wire between that NIC and itself. A card with a queue of its own, `out`, gets its packets in chains.
template <class P, class Card = card<P, flat_packet, crypto_type>> struct path {
  using device = testing::lying_nic<Card>;
  split<P, flat_packet, crypto_type, device> side;
  /// A list on its way, in memory that stays.
  struct list_out {
    explicit list_out(const testing::packet_form& form) : buffer(form) {}
    testing::owned_net_buffer buffer;
    net_buffer_list list{};
    send_words words{};
    bool out = true;
  };
  std::deque<list_out> lists;
  std::size_t twice = 0;
  std::vector<sa_form> all = forms();
  std::vector<outbound_handle> out;
  std::vector<inbound_handle> in;
  std::set<std::uint32_t> delivered;
  std::uint32_t next = 0;
  std::size_t sent = 0, forged_delivered = 0;
  bool places = true;

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
    if (places) place();
    train<flat_packet> packets;
    std::vector<std::size_t> under;
    for (int k = 0; k < 12; ++k) {
      under.push_back(numbers.below(all.size()));
      packets.add(packet_of(under.back(), next++), out[under.back()]);
    }
    side.words.assign(packets.packets.size(), {});
    packets.survivors = side.side.outbound(packets.view_with_handles(), side.words);
    std::vector<bytes> wire;
    if constexpr (requires { side.device.honest().out; }) {
      send_chain(packets, wire);
    } else {
      for (std::size_t i = 0; i < packets.survivors; ++i)
        if (side.device.send(*packets.packets[i], side.words[i])) wire.push_back(testing::octets_of(*packets.packets[i]));
      side.complete();
    }
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
  void send_chain(train<flat_packet>& packets, std::vector<bytes>& wire) {
    net_buffer_list *first = nullptr, *last = nullptr;
    for (std::size_t i = 0; i < packets.survivors; ++i) {
      list_out& l = lists.emplace_back(testing::packet_form{.content = testing::octets_of(*packets.packets[i]), .headroom = 64, .tailroom = 64});
      l.words = side.words[i];
      l.list.set_first_buffer(&l.buffer);
      put_words(l.list, l.words);
      (first == nullptr ? first = &l.list : (last->link(&l.list), &l.list));
      last = &l.list;
    }
    side.device.honest().out.send(first, [&wire](const net_buffer& b) noexcept { wire.push_back(testing::octets_of(b)); }, [this](net_buffer_list& l) noexcept { came_back(l); });
  }
  void came_back(net_buffer_list& list) {
    for (list_out& l : lists) {
      if (&l.list != &list) continue;
      twice += !l.out;
      l.out = false;
      side.side.completed({&l.words, 1});
    }
  }
  /// As many frames under each SA as lists that have not come back.
  void check_given() {
    std::uint64_t together = 0;
    for (const outbound_handle h : out) {
      std::uint32_t given = 0;
      for (const list_out& l : lists) given += l.out && l.words.given[0] == h;
      CHECK(side.sa(h).place().given() == given);
      together += given;
    }
    CHECK(side.placing.frames_out() <= together);
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
}  // namespace lied_to
}  // namespace support
