// An inline datapath, and a host with two NICs, that hold the same SAs: what an offload split is compared with, and itself.
#pragma once

#include <esplanade/offload/host.hpp>
#include <esplanade/offload/placement.hpp>
#include <esplanade/testing/fuzz/ground.hpp>
#include <esplanade/testing/fuzz/nic_card.hpp>
#include <esplanade/testing/lying_nic.hpp>

#include <deque>
#include <map>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// Says the same number for ever. Both sides of a comparison then draw equal IVs; not for keys.
struct same_number {
  static constexpr const char* name = "same_number";
  [[nodiscard]] std::uint64_t next() const noexcept { return 0x5eed'0f1e'5a3e'0001; }
};

namespace fuzz {
namespace detail {

/// What is with a connection for the life of its keys: an SA each way, or with two levels two, the inner one first.
struct offload_life {
  sa_parameters made[2]{};    ///< as it was added
  sa_parameters named[2]{};   ///< as it is offloaded: in transport mode of any address
  outbound_handle in_line[2]{}, sending[2]{};
  inbound_handle in_line_receiving[2]{}, receiving[2]{};
};
/// What packets with one source address travel under. The last life is the current one; those before it still receive.
struct offload_connection {
  std::deque<offload_life> lives{};
  bool bundle = false;     ///< ESP, and AH around it in transport mode: one device does both or none
};

/// The SAs and everything that holds them.
///   Shape    add(input)      a connection as the input says; false: there is no room
///            rekey(i), forget(i, the first of its lives)
template <class C, class Device> class offload_ends {
 public:
  using profile = typename C::profile;
  using packet_type = typename C::packet_type;
  using crypto = typename C::crypto;
  using host_type = host<profile, packet_type, flat_store<32>, crypto>;
  using inline_type = datapath<profile, packet_type, flat_store<32>, crypto>;
  using offloader_type = offloader<host_type, Device, 32>;
  static constexpr std::size_t levels = profile::levels;
  static constexpr bool by_policy = host_type::by_policy;
  static_assert(levels <= 2, "a NIC works on two portions at most");
  static_assert(std::is_same_v<random_of<profile>, no_random> || std::is_same_v<random_of<profile>, same_number>,
                "offload_differential compares octets, and two sources draw two IVs: name testing::same_number in the profile that is fuzzed");

  /// A fault: which of the two took what the other refused.
  result<bool> add(input& in) {
    offload_connection c;
    connections_.push_back(c);
    const std::size_t i = connections_.size() - 1;
    const unsigned kind = in.take_octet();
    sa_parameters wished[2]{take_sa<profile>(in, 2 * next_).parameters, {}};
    const unsigned limits = in.take_octet();
    if constexpr (levels == 2) wished[1] = take_sa<profile>(in, 2 * next_ + 1).parameters;
    shape(wished, kind, limits, i);
    result<bool> first = install(i, wished);
    if (first && !*first) {  // with parameters that this profile does not take, those of a sample
      for (std::size_t k = 0; k < levels; ++k) wished[k] = sample_sa<profile>(2 * next_ + static_cast<std::uint32_t>(k));
      shape(wished, kind, 0, i);
    }
    const result<bool> made = first && !*first ? install(i, wished) : std::move(first);
    if (made && *made && decide()) return true;
    if (made && *made) (void)forget(i), (void)decide();
    connections_.pop_back();
    if (!made) return made.why();
    (void)decide();
    return false;
  }
  /// New keys; what is sent from here on is under them.
  result<bool> rekey(std::size_t i, unsigned start) {
    sa_parameters wished[2];
    for (std::size_t k = 0; k < levels; ++k) {
      const sa_parameters fresh = sample_sa<profile>(2 * next_ + static_cast<std::uint32_t>(k));
      wished[k] = connections_[i].lives.back().made[k];
      wished[k].spi = fresh.spi;
      wished[k].key = {fresh.key.data(), wished[k].key.size()};
      wished[k].salt = {fresh.salt.data(), wished[k].salt.size()};
      wished[k].sequence_start = 0;
      near_the_border(wished[k], start);
      wished[k].lifetime.since = now();
    }
    auto made = install(i, wished);
    if (made && *made && !decide()) return fault{fault_kind::no_space, "policy", "there is no room for what was there before", "a policy store that keeps what it has"};
    return made;
  }
  /// The oldest keys of a connection; no device has them any more.
  bool forget(std::size_t i) {
    const offload_life& l = connections_[i].lives.front();
    bool done = true;
    for (std::size_t k = 0; k < levels; ++k) {
      done = inline_outbound_.remove(l.in_line[k]) && inline_inbound_.remove(l.in_line_receiving[k]) && outbound_.remove(l.sending[k]) && inbound_.remove(l.receiving[k]) && done;
    }
    inline_outbound_.reclaim(inline_crypto_), inline_inbound_.reclaim(inline_crypto_);
    outbound_.reclaim(crypto_), inbound_.reclaim(crypto_);
    connections_[i].lives.pop_front();
    return done;
  }

  /// A packet of a connection: nothing but its source address says so.
  static void address_to(bytes& packet, std::size_t i) {
    if (packet[0] >> 4 == 6) {
      packet[15] = static_cast<octet>(i);
    } else {
      packet[14] = static_cast<octet>(i);
      set_ipv4_checksum(packet);
    }
  }

  [[nodiscard]] std::uint64_t now() const noexcept {
    if constexpr (std::is_same_v<clock_of<profile>, no_clock>) return 0;
    else return clock_.now();
  }
  void wait(std::uint64_t seconds) noexcept {
    if constexpr (requires { clock_.advance(seconds); }) clock_.advance(seconds);
  }

  /// What the SAs of both sides remember: what they carried and lost, and how far they came. Empty, or what differs.
  [[nodiscard]] std::string differ() {
    for (const offload_connection& c : connections_)
      for (const offload_life& l : c.lives)
        for (std::size_t k = 0; k < levels; ++k) {
          auto& a = *inline_outbound_.at(l.in_line[k]);
          auto& b = *outbound_.at(l.sending[k]);
          if (a.sequence().used() != b.sequence().used()) return "a sequence number";
          if (const char* what = differ(a, b)) return std::string("outbound, ") + what;
          auto& x = *inline_inbound_.at(l.in_line_receiving[k]);
          auto& y = *inbound_.at(l.receiving[k]);
          if (x.window().highest() != y.window().highest()) return "the right edge of a window";
          if (const char* what = differ(x, y)) return std::string("inbound, ") + what;
        }
    return {};
  }

 protected:
  std::vector<offload_connection> connections_{};
  crypto inline_crypto_{}, crypto_{};
  [[no_unique_address]] clock_of<profile> clock_{};
  random_of<profile> random_{};
  typename inline_type::inbound_store inline_inbound_{};
  typename inline_type::outbound_store inline_outbound_{};
  typename inline_type::policy_store inline_policy_{};
  typename host_type::inbound_store inbound_{};
  typename host_type::outbound_store outbound_{};
  typename host_type::policy_store policy_{};
  inline_type inline_{{.inbound = inline_inbound_, .outbound = inline_outbound_, .crypto = inline_crypto_, .policy = inline_policy_, .clock = clock_, .random = random_}};
  host_type host_{{.inbound = inbound_, .outbound = outbound_, .crypto = crypto_, .policy = policy_, .clock = clock_, .random = random_}};
  Device card_[2];
  offloader_type placing_[2]{{inbound_, outbound_, card_[0], 0}, {inbound_, outbound_, card_[1], 1}};

 private:
  template <class A, class B> static const char* differ(const A& a, const B& b) {
    if (a.traffic().packets.get() != b.traffic().packets.get() || a.traffic().octets.get() != b.traffic().octets.get()) return "what an SA carried";
    for (std::size_t v = 0; v < verdict_count; ++v)
      if (a.drops()[static_cast<verdict>(v)] != b.drops()[static_cast<verdict>(v)]) return "what an SA lost";
    return nullptr;
  }

  static void near_the_border(sa_parameters& p, unsigned wish) {
    if ((wish & 4) != 0 && p.esn) p.sequence_start = (std::uint64_t{(wish & 8) != 0 ? 2u : 1u} << 32) - 1 - 3 * (wish >> 4);
  }
  // Makes of wishes what this profile can have: which portions there are, where they go from and to, and how long they last.
  void shape(sa_parameters (&p)[2], unsigned kind, unsigned limits, std::size_t i) {
    if constexpr (modes_of<profile> == set_of<mode>(mode::beet)) {
      p[0].mode = mode::beet;
      const bool v6 = (kind & 1) != 0;
      p[0].inner_source = v6 ? address::v6(0x2001, 0xdb8, 1, static_cast<std::uint16_t>(i), 0, 0, 0, 7) : address::v4(10, 1, static_cast<octet>(i), 5);
      p[0].inner_destination = v6 ? address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 8) : address::v4(10, 2, 0, 5);
    }
    if constexpr (levels == 2) {
      const auto suite_of = [&p](std::size_t k, protocol_kind wanted) {
        for (std::size_t s = 0; s < profile::suites.count; ++s) {
          if (profile::suites.sizes[s].protocol != wanted || p[k].suite.protocol == wanted) continue;
          const sa_parameters other = sample_sa<profile>(p[k].spi & 0xff, s);
          p[k].suite = other.suite, p[k].key = other.key, p[k].salt = other.salt;
        }
      };
      connections_[i].bundle = kind % 4 == 1 || kind % 4 == 2;
      switch (kind % 4) {
        case 0: p[0].mode = mode::transport, p[1].mode = mode::tunnel; break;
        case 1: p[0].mode = mode::transport, p[1].mode = mode::transport; break;
        case 2: p[0].mode = mode::tunnel, p[1].mode = mode::transport; break;
        default: break;
      }
      if (connections_[i].bundle) suite_of(0, protocol_kind::esp), suite_of(1, protocol_kind::ah);
      connections_[i].bundle = connections_[i].bundle && p[0].suite.protocol == protocol_kind::esp && p[1].suite.protocol == protocol_kind::ah;
      for (std::size_t k = 0; k < 2; ++k) {
        const octet last = static_cast<octet>(16 + 2 * i + k);
        p[k].source.value[p[k].source.version == family::ipv4 ? 3 : 15] = last;
      }
      if (p[0].mode == mode::tunnel && p[1].mode == mode::transport) p[1].source = p[0].source, p[1].destination = p[0].destination;
      for (sa_parameters& one : p) one.selector = traffic_selector::any();
    }
    for (std::size_t k = 0; k < levels; ++k) near_the_border(p[k], kind);
    if constexpr (counts_lifetime<profile>) {
      lifetime_limits& l = p[0].lifetime;
      const std::uint64_t soft = 1 + limits % 64;
      if ((limits & 64) != 0) l.soft.packets = soft, l.hard.packets = 2 * soft;
      if ((limits & 128) != 0) l.soft.octets = 300 * soft, l.hard.octets = 700 * soft;
      if ((limits & 192) == 192 && !std::is_same_v<clock_of<profile>, no_clock>) l.soft.seconds = soft, l.hard.seconds = 3 * soft;
      l.since = now();
    }
  }

  // Both take it, or neither; false: neither.
  result<bool> install(std::size_t i, const sa_parameters (&wished)[2]) {
    offload_life l;
    bool plain = true, split = true;
    std::size_t k = 0;
    for (; k < levels && plain && split; ++k) {
      l.made[k] = l.named[k] = wished[k];
      if (wished[k].mode == mode::transport && !(k == 1 && wished[0].mode == mode::tunnel)) l.named[k].source = l.named[k].destination = address{.version = wished[k].destination.version};
      const auto a = inline_outbound_.add(inline_crypto_, wished[k]);
      const auto b = outbound_.add(crypto_, wished[k]);
      const auto x = a ? inline_inbound_.add(inline_crypto_, wished[k]) : result<inbound_handle>(a.why());
      const auto y = b ? inbound_.add(crypto_, wished[k]) : result<inbound_handle>(b.why());
      plain = a && x, split = b && y;
      if (a) l.in_line[k] = *a;
      if (b) l.sending[k] = *b;
      if (x) l.in_line_receiving[k] = *x;
      if (y) l.receiving[k] = *y;
      if (plain && split) continue;
      for (std::size_t back = 0; back <= k; ++back) {
        (void)inline_outbound_.remove(l.in_line[back]), (void)inline_inbound_.remove(l.in_line_receiving[back]);
        (void)outbound_.remove(l.sending[back]), (void)inbound_.remove(l.receiving[back]);
      }
      inline_outbound_.reclaim(inline_crypto_), inline_inbound_.reclaim(inline_crypto_);
      outbound_.reclaim(crypto_), inbound_.reclaim(crypto_);
    }
    if (plain != split) return fault{fault_kind::invalid_value, "sa", plain ? "the host refuses an SA that the datapath takes" : "the datapath refuses an SA that the host takes", "one answer"};
    if (!plain) return false;
    ++next_;
    connections_[i].lives.push_back(l);
    return true;
  }

  bool decide() {
    if constexpr (by_policy) {
      return decide(inline_policy_, [](const offload_life& l) -> const auto& { return l.in_line; }) && decide(policy_, [](const offload_life& l) -> const auto& { return l.sending; });
    } else {
      return true;
    }
  }
  // By source address; what the inner SA made goes under the outer one.
  template <class Store, class Handles> bool decide(Store& store, Handles handles) {
    store.clear();
    bool done = true;
    const auto put = [&](const address& from, std::uint8_t prefix, octet protocol, outbound_handle sa) {
      done = done && store.add({traffic_selector{selector_parameters{.source = from, .destination = address{.version = from.version}, .source_prefix = prefix, .protocol = protocol}}, policy_action::protect, sa});
    };
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      if (connections_[i].lives.empty()) continue;
      const offload_life& now = connections_[i].lives.back();
      const address v4 = address::v4(10, 1, static_cast<octet>(i), 0), v6 = address::v6(0x2001, 0xdb8, 1, static_cast<std::uint16_t>(i), 0, 0, 0, 0);
      if constexpr (levels == 2) {
        const octet made = now.made[0].suite.protocol == protocol_kind::ah ? protocol_number::ah : protocol_number::esp;
        const octet seen = now.made[0].encapsulation == set_of<encapsulation>(encapsulation::udp) && made == protocol_number::esp ? protocol_number::udp : made;
        if (now.made[0].mode == mode::tunnel) {
          put(now.made[0].source, now.made[0].source.version == family::ipv4 ? 32 : 128, seen, handles(now)[1]);
        } else {
          put(v4, 24, seen, handles(now)[1]);
          put(v6, 64, seen, handles(now)[1]);
        }
      }
      put(v4, 24, 0, handles(now)[0]);
      put(v6, 64, 0, handles(now)[0]);
    }
    return done;
  }

  std::uint32_t next_ = 0;
};

}  // namespace detail
}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
