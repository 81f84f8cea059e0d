// What a policy store owes the datapath, and the concept cannot say: it decides as an ordered list does (RFC 4301 4.4.1).
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
}  // namespace policy_law

namespace detail {

class policy_laws {
 public:
  using decide_function = const policy* (*)(const void*, const flow&);

  // `make` builds a store of entries; `decide` asks it.
  template <class Make> policy_laws(Make& make, decide_function decide) {
    seeded numbers{4301};
    for (unsigned round = 0; round < 60; ++round) {
      std::vector<policy> entries;
      const std::size_t count = round == 0 ? 0 : 1 + numbers.below(8);
      for (std::size_t i = 0; i < count; ++i) entries.push_back(some_policy(numbers, i));
      const auto store = make(std::span<const policy>(entries));
      for (unsigned packet = 0; packet < 80; ++packet) ask(&*store, decide, entries, some_flow(numbers), round);
    }
  }
  std::vector<broken_law> broken{};

 private:
  void report(const char* law, const std::string& where) {
    for (const broken_law& one : broken)
      if (one.law == law) return;
    broken.push_back({law, where});
  }
  static flow some_flow(seeded& numbers) {
    flow f;
    f.version = numbers.below(3) == 0 ? family::ipv6 : family::ipv4;
    f.words[0] = f.version == family::ipv4 ? 0xc0000200c6336400u + numbers.below(4) + (numbers.below(4) << 32) : 0x20010db800000000u + numbers.below(4);
    f.words[2] = f.version == family::ipv6 ? 0x20010db800010000u : 0;
    f.protocol = numbers.below(2) == 0 ? protocol_number::udp : protocol_number::tcp;
    f.source_port = static_cast<std::uint16_t>(1000 + numbers.below(4));
    f.destination_port = static_cast<std::uint16_t>(50 + numbers.below(4));
    f.ports_known = numbers.below(8) != 0;
    return f;
  }
  static policy some_policy(seeded& numbers, std::size_t at) {
    selector_parameters s;
    if (numbers.below(2) == 0) {
      s.destination = address::v4(198, 51, 100, static_cast<octet>(numbers.below(4)));
      s.destination_prefix = static_cast<std::uint8_t>(30 + numbers.below(3));
    } else if (numbers.below(4) == 0) {
      s.source = address::v6(0x2001, 0xdb8, 0, static_cast<std::uint16_t>(numbers.below(4)), 0, 0, 0, 0);
      s.source_prefix = 64;
    }
    if (numbers.below(2) == 0) s.protocol = protocol_number::udp;
    if (numbers.below(3) == 0) s.destination_ports = {static_cast<std::uint16_t>(50 + numbers.below(3)), 52};
    // Each has its own SA: so it can be told which one decided.
    return {traffic_selector{s}, static_cast<policy_action>(numbers.below(3)), outbound_handle{static_cast<std::uint32_t>(at), 77}};
  }
  void ask(const void* store, decide_function decide, const std::vector<policy>& entries, const flow& f, unsigned round) {
    const std::string where = "round " + std::to_string(round);
    const policy* expected = nullptr;
    for (const policy& one : entries) {
      if (!one.selector.matches(f)) continue;
      expected = &one;
      break;
    }
    const policy* const decided = decide(store, f);
    if (expected == nullptr) {
      if (decided != nullptr) report(policy_law::no_match, where);
      return;
    }
    if (decided == nullptr || !decided->selector.matches(f)) {
      report(policy_law::first_match, where + ": none");
      return;
    }
    const std::size_t at = static_cast<std::size_t>(expected - entries.data());
    bool known = false;
    for (std::size_t i = 0; i < entries.size(); ++i)
      known = known || (entries[i].sa == decided->sa && entries[i].action == decided->action);
    if (!known) report(policy_law::same_entry, where);
    else if (!(decided->sa == entries[at].sa)) report(policy_law::first_match, where);
    const policy* const again = decide(store, f);
    if (again == nullptr || !(again->sa == decided->sa)) report(policy_law::repeatable, where);
  }
};

}  // namespace detail

/// The laws that a policy store breaks; none when it keeps them all.
///   Shape    make(entries)   → a pointer (such as a unique_ptr) to a store of these policies, first one first; up to 8
template <class Make> std::vector<broken_law> find_broken_policy_laws(Make make) {
  using store = std::remove_cvref_t<decltype(*make(std::span<const policy>{}))>;
  static_assert(PolicyStore<store>);
  return detail::policy_laws(make, [](const void* s, const flow& f) { return static_cast<const store*>(s)->decide(f); }).broken;
}
/// Only their names.
template <class Make> std::vector<std::string> check_policy_laws(Make make) { return names_of(find_broken_policy_laws(make)); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
