// A host with its device is an inline datapath: the same octets, the same verdicts, whatever is offloaded meanwhile.
#include "support/card.hpp"

#include <esplanade/testing/cuts.hpp>

#include <deque>

using namespace support;

namespace differential_test {
using crypto_type = testing::mixing_crypto;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256, gcm128_8>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
};
struct tunnels_only : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr esn_use esn = esn_use::always;
};
struct of_each : gateway {
  static constexpr auto suites = esplanade::suites<gcm128, esp_null_aes_gmac<128>, esp_null<hmac_sha2_256_128>, ah<hmac_sha2_256_128>, ah_aes_gmac<128>>;
};
struct suspicious : of_each {
  using device_trust = verify_after;
};
struct short_numbers : of_each {
  static constexpr esn_use esn = esn_use::off;
};

template <class P> std::vector<sa_form> forms() {
  std::vector<sa_form> all;
  std::uint32_t n = 0;
  for (const suite_sizes& s : P::suites.sizes)
    for (const mode how : {mode::tunnel, mode::transport}) {
      if (!modes_of<P>.has(how)) continue;
      for (const family outer : {family::ipv4, family::ipv6}) {
        const bool esn = P::esn != esn_use::off;
        all.push_back({.suite = s, .spi = 0x1000 + ++n, .mode = how, .esn = esn, .outer = outer, .start = esn ? 0xffff'ffc0u + n : 0u, .which = n});
      }
    }
  return all;
}

bytes packet_of(testing::seeded& numbers, family version) {
  ip_form f;
  f.payload = counted(numbers.below(120), static_cast<unsigned>(numbers.below(256)));
  f.traffic_class = static_cast<octet>(numbers.below(4) == 0 ? 3 : 0);
  if (version == family::ipv6) {
    f.source = address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    f.destination = address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2);
    if (numbers.below(4) == 0) f.extensions = {{octet{0}, counted(7)}};
  } else if (numbers.below(4) == 0) {
    f.options = {148, 4, 0, 0};
  }
  if (version == family::ipv4 && numbers.below(12) == 0) f.fragment = 0x2000;
  bytes packet = make_ip(f);
  if (numbers.below(10) == 0) packet.resize(packet.size() + numbers.below(20));  // link padding
  if (numbers.below(20) == 0) packet.resize(numbers.below(packet.size()));
  return packet;
}

template <class P, class Pkt, class Device> class walk {
 public:
  explicit walk(std::uint64_t seed) : numbers_{seed} {
    for (const sa_form& f : forms<P>()) {
      forms_.push_back(f);
      out_.push_back(a_.add_sender(f));
      in_.push_back(a_.add_receiver(f));
      inline_out_.push_back(b_.add(f));
    }
  }

  void round() {
    place_some();
    send();
    receive();
    for (auto& w : given_) a_.side.completed(w);
    if (numbers_.below(3) != 0) given_.clear();
    else if (!given_.empty()) given_.resize(0);
  }
  auto& split_side() { return a_; }
  std::size_t opened = 0, sent = 0;

 private:
  testing::cut cut_for(std::size_t n) { return ContiguousPacket<Pkt> ? testing::cut{} : testing::random_cut(n, 4, numbers_); }
  void place_some() {
    for (int k = 0; k < 2; ++k) {
      const std::size_t i = numbers_.below(forms_.size());
      switch (numbers_.below(8)) {
        case 0: (void)a_.placing.withdraw(out_[i]); break;
        case 1: (void)a_.placing.withdraw(in_[i]); break;
        case 2: if (numbers_.below(4) == 0) a_.placing.suspend(); break;
        case 3: a_.placing.resume(); break;
        case 4: case 5: if (a_.sa(out_[i]).place().now().where == placement::software) CHECK(a_.offload(out_[i], at_number(i, a_.sa(out_[i]).sequence().used()))); break;
        default: if (a_.sa(in_[i]).place().now().where == placement::software && !a_.sa(in_[i]).place().handle()) CHECK(a_.offload(in_[i], forms_[i])); break;
      }
    }
  }
  sa_form at_number(std::size_t i, std::uint64_t) { return forms_[i]; }

  void send() {
    train<Pkt> x, y;
    const std::size_t n = 1 + numbers_.below(40);
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = numbers_.below(forms_.size());
      const bytes packet = packet_of(numbers_, forms_[i].outer);
      const std::size_t room = numbers_.below(15) == 0 ? 8 : 128;
      const testing::packet_form form{.content = packet, .segments = cut_for(packet.size()), .headroom = room, .tailroom = 128};
      x.add(form, out_[i]);
      y.add(form, inline_out_[i]);
    }
    a_.send(x);
    b_.send(y);
    compare(x, y);
    for (std::size_t k = 0; k < x.survivors; ++k) wire_.push_back(testing::octets_of(*x.packets[k]));
    sent += x.survivors;
    given_.push_back(a_.words);
    if (numbers_.below(4) == 0) a_.placing.tend();
  }

  void receive() {
    // Reordered, some late, some twice, some damaged.
    train<Pkt> x, y;
    std::vector<receive_words> said;
    const std::size_t n = 1 + numbers_.below(40);
    for (std::size_t k = 0; k < n && !wire_.empty(); ++k) {
      const std::size_t at = numbers_.below(std::min<std::size_t>(wire_.size(), 24));
      bytes packet = wire_[at];
      const std::uint64_t fate = numbers_.below(12);
      if (fate != 0) wire_.erase(wire_.begin() + static_cast<std::ptrdiff_t>(at));  // else it comes once more
      if (fate == 1) old_.push_back(packet);
      if (fate == 2 && !old_.empty()) packet = old_[numbers_.below(old_.size())];
      if (fate == 3) packet[numbers_.below(packet.size())] ^= static_cast<octet>(1u << numbers_.below(8));
      if (fate == 4 && numbers_.below(2) == 0) packet.resize(numbers_.below(packet.size()));
      const testing::packet_form form{.content = packet, .segments = cut_for(packet.size())};
      said.push_back(a_.device.receive(x.add(form)));
      y.add(form);
    }
    if (numbers_.below(2) == 0) a_.placing.tend();  // between the device and the host
    x.survivors = a_.side.inbound(x.view(), said);
    b_.receive(y);
    compare(x, y);
    opened += x.survivors;
  }
  void compare(train<Pkt>& x, train<Pkt>& y) {
    REQUIRE(x.survivors == y.survivors);
    for (std::size_t k = 0; k < x.in_order.size(); ++k) {
      CAPTURE(k);
      REQUIRE(x.of(k) == y.of(k));
      if (x.of(k) == verdict::forwarded) REQUIRE(x.octets(k) == y.octets(k));
    }
    for (std::size_t k = 0; k < x.packets.size(); ++k) REQUIRE(x.verdicts[k] == y.verdicts[k]);
  }

  testing::seeded numbers_;
  split<P, Pkt, crypto_type, Device> a_{};
  world<P, Pkt, crypto_type> b_{};
  std::vector<sa_form> forms_{};
  std::vector<outbound_handle> out_{}, inline_out_{};
  std::vector<inbound_handle> in_{};
  std::deque<bytes> wire_{};
  std::vector<bytes> old_{};
  std::vector<std::vector<send_words>> given_{};
};

template <class P, class Pkt, class Device> void walks(std::uint64_t first, std::uint64_t count, int rounds) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    CAPTURE(seed);
    auto w = std::make_unique<walk<P, Pkt, Device>>(seed);
    for (int k = 0; k < rounds; ++k) {
      CAPTURE(k);
      w->round();
    }
    CHECK(w->sent > 0);
    CHECK(w->opened > 0);
    auto& a = w->split_side();
    CHECK(a.sent().framed.get() != 0);
    CHECK(a.got().believed.get() + a.got().rechecked.get() != 0);
    CHECK(a.device.updates + (P::esn == esn_use::off) > 0);
  }
}
template <class P, class Pkt> using our_card = card<P, Pkt, crypto_type>;
template <class P, class Pkt> using our_stub = stub_device<P, Pkt, crypto_type>;
using pieces = chain_packet<8>;
}  // namespace differential_test
using namespace differential_test;

TEST_CASE("differential: host and device are a datapath, octet for octet and verdict for verdict") {
  walks<gateway, flat_packet, our_card<gateway, flat_packet>>(1, 4, 60);
  walks<tunnels_only, flat_packet, our_card<tunnels_only, flat_packet>>(11, 4, 60);
  walks<of_each, flat_packet, our_card<of_each, flat_packet>>(21, 4, 60);
  walks<short_numbers, flat_packet, our_card<short_numbers, flat_packet>>(31, 2, 60);
}
TEST_CASE("differential: likewise when the host believes nothing") { walks<suspicious, flat_packet, our_card<suspicious, flat_packet>>(41, 4, 60); }
TEST_CASE("differential: likewise in pieces cut anywhere [class 28]") {
  walks<gateway, pieces, our_card<gateway, pieces>>(51, 3, 60);
  walks<of_each, pieces, our_card<of_each, pieces>>(61, 3, 60);
}
TEST_CASE("differential: likewise with the least device") {
  walks<gateway, flat_packet, our_stub<gateway, flat_packet>>(71, 3, 60);
  walks<suspicious, pieces, our_stub<suspicious, pieces>>(81, 3, 60);
}
