// What a policy store owes the datapath, and the concept cannot say: it decides as an ordered list does (RFC 4301 4.4.1).
//
// What it decides alone is asked of a store made for the question; what it remembers, by comparing a store that was asked
// and changed before with one made for the question. So a store with one fault breaks one law.
#pragma once

#include <esplanade/sa/policy_store.hpp>
#include <esplanade/testing/broken_law.hpp>
#include <esplanade/testing/seeded.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_policy_laws` returns them.
namespace policy_law {
inline constexpr const char* first_match = "the first policy that matches decides";
inline constexpr const char* no_match = "without a match there is no decision";
inline constexpr const char* same_entry = "what it answers is the policy that was put in: action and SA";
inline constexpr const char* repeatable = "the same packet is decided in the same way";
inline constexpr const char* history = "what was asked before does not decide";
inline constexpr const char* changes = "a change of the policies is seen by the next question";
inline constexpr const char* rekey = "a policy whose SA was changed answers with the new one";
}  // namespace policy_law

namespace detail {

inline bool same_decision(const policy_decision& a, const policy_decision& b) noexcept {
  return a.matched == b.matched && (!a.matched || (a.action == b.action && a.sa == b.sa && a.tunnel == b.tunnel));
}

inline bool same_addresses(const flow& a, const flow& b) noexcept {
  for (std::size_t i = 0; i < 4; ++i)
    if (a.words[i] != b.words[i]) return false;
  return a.version == b.version;
}
inline bool same_flow(const flow& a, const flow& b) noexcept {
  return same_addresses(a, b) && a.protocol == b.protocol && a.ports_known == b.ports_known && a.source_port == b.source_port && a.destination_port == b.destination_port;
}

inline flow some_flow(seeded& numbers) {
  flow f;
  f.version = numbers.below(3) == 0 ? family::ipv6 : family::ipv4;
  f.words[0] = f.version == family::ipv4 ? 0xc0000200c6336400u + numbers.below(4) + (numbers.below(4) << 32) : 0x20010db800000000u + numbers.below(4);
  f.words[1] = f.version == family::ipv6 ? numbers.below(2) : 0;
  f.words[2] = f.version == family::ipv6 ? 0x20010db800010000u : 0;
  f.words[3] = f.version == family::ipv6 ? numbers.below(2) : 0;
  f.protocol = numbers.below(2) == 0 ? protocol_number::udp : protocol_number::tcp;
  f.ports_known = numbers.below(8) != 0;
  if (f.ports_known) {
    f.source_port = static_cast<std::uint16_t>(1000 + numbers.below(4));
    f.destination_port = static_cast<std::uint16_t>(50 + numbers.below(4));
  }
  return f;
}
// Each has its own SA, named by `mark`: so it can be told which one decided.
inline policy some_policy(seeded& numbers, std::size_t mark) {
  selector_parameters s;
  if (numbers.below(2) == 0) {
    s.destination = address::v4(198, 51, 100, static_cast<octet>(numbers.below(4)));
    s.destination_prefix = static_cast<std::uint8_t>(30 + numbers.below(3));
  } else if (numbers.below(4) == 0) {
    s.source = address::v6(0x2001, 0xdb8, 0, static_cast<std::uint16_t>(numbers.below(4)), 0, 0, 0, static_cast<std::uint16_t>(numbers.below(2)));
    s.source_prefix = numbers.below(2) == 0 ? 64 : 128;
  }
  if (numbers.below(2) == 0) s.protocol = protocol_number::udp;
  if (numbers.below(3) == 0) s.destination_ports = {static_cast<std::uint16_t>(50 + numbers.below(3)), 52};
  if (numbers.below(6) == 0) s.source_ports = {1001, 1002};
  return {traffic_selector{s}, static_cast<policy_action>(numbers.below(3)), outbound_handle{static_cast<std::uint32_t>(mark), 77}};
}

template <class Make> class policy_laws {
  using pointer = decltype(std::declval<Make&>()(std::span<const policy>{}));
  using store = std::remove_cvref_t<decltype(*std::declval<pointer&>())>;
  static constexpr std::size_t most = 8;

 public:
  explicit policy_laws(Make& make) : make_(make) {
    seeded numbers{4301};
    for (unsigned round = 0; round < 60; ++round) {
      std::vector<policy> entries;
      const std::size_t count = round == 0 ? 0 : 1 + numbers.below(most);
      for (std::size_t i = 0; i < count; ++i) entries.push_back(some_policy(numbers, i));
      where_ = "round " + std::to_string(round);
      for (unsigned packet = 0; packet < 80; ++packet) alone(entries, some_flow(numbers));
      history(entries, numbers);
      if (round < 20) changing(entries, numbers);
    }
  }
  std::vector<broken_law> broken{};

 private:
  // A store and who asks it for a lane.
  struct asked {
    pointer of;
    policy_asker<store> asker;
    explicit asked(pointer made) : of(std::move(made)), asker(*of) {}
  };
  asked made(const std::vector<policy>& entries) { return asked(make_(std::span<const policy>(entries))); }
  policy_decision fresh(const std::vector<policy>& entries, const flow& f) { return made(entries).asker.decide(f); }
  void report(const char* law) { report_once(broken, law, where_); }

  void alone(const std::vector<policy>& entries, const flow& f) {
    const policy* expected = nullptr;
    for (const policy& one : entries) {
      if (!one.selector.matches(f)) continue;
      expected = &one;
      break;
    }
    asked ask = made(entries);
    const policy_decision decided = ask.asker.decide(f);
    if (expected == nullptr) {
      if (decided.matched) report(policy_law::no_match);
      return;
    }
    if (!decided.matched) {
      report(policy_law::first_match);
      return;
    }
    bool known = false;
    for (const policy& one : entries) known = known || (one.sa == decided.sa && one.action == decided.action && one.tunnel == decided.tunnel);
    if (!known) report(policy_law::same_entry);
    else if (!(decided.sa == expected->sa)) report(policy_law::first_match);
    if (!same_decision(ask.asker.decide(f), decided)) report(policy_law::repeatable);
  }
  // No flow twice in a row: that is another law.
  void history(const std::vector<policy>& entries, seeded& numbers) {
    asked ask = made(entries);
    flow before;
    for (unsigned packet = 0; packet < 200; ++packet) {
      const flow f = some_flow(numbers);
      if (same_flow(f, before)) continue;
      if (!same_decision(ask.asker.decide(f), fresh(entries, f))) report(policy_law::history);
      flow neighbour = f;  // differs in one thing
      switch (packet % 7) {
        case 0: neighbour.words[0] ^= 1; break;
        case 1: neighbour.words[packet % 2 == 0 ? 3 : 1] ^= 1; break;
        case 2: neighbour.words[0] ^= std::uint64_t{1} << 32; break;
        case 3: neighbour.protocol = static_cast<octet>(f.protocol ^ (protocol_number::udp ^ protocol_number::tcp)); break;
        case 4: neighbour.destination_port ^= 1; break;
        case 5: neighbour.source_port ^= 1; break;
        default: neighbour.ports_known = !f.ports_known; break;
      }
      if (!same_decision(ask.asker.decide(neighbour), fresh(entries, neighbour))) report(policy_law::history);
      before = neighbour;
    }
  }
  // Changes of every kind that the store knows, each followed by questions that were asked before it.
  void changing(std::vector<policy> entries, seeded& numbers) {
    std::vector<flow> flows;  // none of which a cache could take for another
    for (unsigned i = 0; i < 24; ++i) {
      const flow f = some_flow(numbers);
      bool is_new = true;
      for (const flow& one : flows) is_new = is_new && !same_addresses(one, f);
      if (is_new) flows.push_back(f);
    }
    asked ask = made(entries);
    const auto all_are_asked = [&](const char* law) {
      for (const flow& f : flows)
        if (!same_decision(ask.asker.decide(f), fresh(entries, f))) report(law);
    };
    const auto question = [&] {
      for (const flow& f : flows) (void)ask.asker.decide(f);
    };
    std::size_t mark = 100;
    for (unsigned change = 0; change < 12; ++change) {
      if constexpr (requires(store& s) { s.insert(std::size_t{}, policy{}); s.replace(std::size_t{}, policy{}); s.remove(std::size_t{}); }) {
        question();
        const policy next = some_policy(numbers, mark++);
        const std::size_t at = static_cast<std::size_t>(numbers.below(entries.size() + 1));
        if (entries.size() < most && numbers.below(2) == 0) {
          (void)ask.of->insert(at, next);
          entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(at), next);
        } else if (at < entries.size() && numbers.below(2) == 0) {
          (void)ask.of->replace(at, next);
          entries[at] = next;
        } else if (at < entries.size()) {
          (void)ask.of->remove(at);
          entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(at));
        } else {
          continue;
        }
        all_are_asked(policy_law::changes);
      }
      if constexpr (requires(store& s) { s.clear(); s.add(policy{}); }) {
        if (change % 4 == 3) {
          question();
          (void)ask.of->clear();
          entries.clear();
          all_are_asked(policy_law::changes);
          for (std::size_t i = 0; i < 4; ++i) {
            entries.push_back(some_policy(numbers, mark++));
            (void)ask.of->add(entries.back());
          }
          all_are_asked(policy_law::changes);
        }
      }
      if constexpr (requires(store& s) { s.change_sa(std::size_t{}, outbound_handle{}); }) {
        if (entries.empty()) continue;
        question();
        const std::size_t at = static_cast<std::size_t>(numbers.below(entries.size()));
        entries[at].sa = {static_cast<std::uint32_t>(mark++), 78};
        (void)ask.of->change_sa(at, entries[at].sa);
        all_are_asked(policy_law::rekey);
      }
    }
  }

  Make& make_;
  std::string where_{};
};

}  // namespace detail

/// The laws that a policy store breaks; none when it keeps them all.
///   Shape    make(entries)   → a pointer (such as a unique_ptr) to a store of these policies, first one first; up to 8. A
///                            store with insert, replace, remove, add, clear or change_sa is changed as well
template <class Make> std::vector<broken_law> find_broken_policy_laws(Make make) {
  using store = std::remove_cvref_t<decltype(*make(std::span<const policy>{}))>;
  static_assert(PolicyStore<store>);
  return detail::policy_laws<Make>(make).broken;
}
/// Only their names.
template <class Make> std::vector<std::string> check_policy_laws(Make make) { return names_of(find_broken_policy_laws(make)); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
