// What one lane remembers of flows that it has asked a policy table about: whole flows, so that nothing is ever taken for something else.
#pragma once

#include <esplanade/sa/policy_store.hpp>

#include <bit>

namespace esplanade {
inline namespace v0 {

// Flow caches
//   Available            flow_cache<Sets, Ways>: bounded, a cache line a flow. no_flow_cache: every packet is searched for.
//   When to use          flow_cache beyond some thirty policies (a hit costs what a search of those does); sized for the flows that are busy at a time.
//   Not provided, because
//     ageing             a decision holds as long as the policies do, and they have a version.
//     a secret hash      senders who aim at one set cost a search each, which they cost without a cache as well.

/// `Sets` × `Ways` decisions, each found by the whole flow: addresses, ports, protocol and whether ports are known.
///   Shape    find(flow, version)   what was decided under this version of the policies, else nullptr
///            keep(flow, version, …)
///   Units    64 octets a flow
///   Cost     a hit: one line, seldom another; no allocation, bounded for ever
///   Threads  one lane
template <std::size_t Sets = 256, std::size_t Ways = 4> class flow_cache {
  static_assert(std::has_single_bit(Sets) && Sets <= 65536, "a flow cache has a power of two of sets, at most 65536, because a mask finds them");
  static_assert(Ways >= 1 && Ways <= 16, "a set of a flow cache has 1 to 16 ways, because they are looked at one by one");

 public:
  static constexpr std::uint32_t nowhere = 0xffffffff;
  static constexpr std::size_t capacity = Sets * Ways;

  /// One flow and what was decided.
  struct alignas(64) entry {
    std::uint64_t key[5]{};
    std::uint64_t version = 0;               ///< of the policies; 0 is never one
    const transmit_sas* tunnel = nullptr;
    std::uint32_t position = nowhere;        ///< of the policy, whose SA is read anew; `nowhere` when none matches
    policy_action action = policy_action::discard;
    bool matched = false;
  };
  static_assert(sizeof(entry) == 64);

  [[nodiscard]] ESPLANADE_INLINE const entry* find(const flow& f, std::uint64_t version) const noexcept {
    const packed_flow p(f);
    const entry* const set = sets_[p.place()];
    for (std::size_t way = 0; way < Ways; ++way)
      if ((p.difference(set[way]) | (set[way].version ^ version)) == 0) return &set[way];
    return nullptr;
  }
  void keep(const flow& f, std::uint64_t version, const policy_decision& decision, std::uint32_t position) noexcept {
    const packed_flow p(f);
    entry* const set = sets_[p.place()];
    entry* victim = &set[turn_++ % Ways];
    for (std::size_t way = 0; way < Ways; ++way) {  // what holds no longer goes first, and no flow stands twice
      if (set[way].version != version) victim = &set[way];
      if (p.difference(set[way]) != 0) continue;
      victim = &set[way];
      break;
    }
    std::memcpy(victim->key, p.words, sizeof p.words);
    victim->version = version;
    victim->tunnel = decision.tunnel;
    victim->position = position;
    victim->action = decision.action;
    victim->matched = decision.matched;
  }

 private:
  // Every bit of a flow, without the padding that a struct may have.
  struct packed_flow {
    std::uint64_t words[5];
    ESPLANADE_INLINE explicit packed_flow(const flow& f) noexcept
        : words{f.words[0], f.words[1], f.words[2], f.words[3],
                static_cast<std::uint64_t>(f.source_port) << 48 | static_cast<std::uint64_t>(f.destination_port) << 32 |
                    static_cast<std::uint64_t>(static_cast<std::uint8_t>(f.version)) << 16 | static_cast<std::uint64_t>(f.protocol) << 8 | (f.ports_known ? 1u : 0u)} {}
    [[nodiscard]] ESPLANADE_INLINE std::uint64_t difference(const entry& e) const noexcept {
      return (words[0] ^ e.key[0]) | (words[1] ^ e.key[1]) | (words[2] ^ e.key[2]) | (words[3] ^ e.key[3]) | (words[4] ^ e.key[4]);
    }
    [[nodiscard]] ESPLANADE_INLINE std::size_t place() const noexcept {
      if constexpr (Sets == 1) return 0;
      else {
        std::uint64_t h = (words[0] ^ std::rotl(words[2], 23)) * 0x9e3779b97f4a7c15u;
        h ^= (words[4] ^ words[1] ^ std::rotl(words[3], 23)) * 0xc2b2ae3d27d4eb4fu;
        h = (h ^ (h >> 32)) * 0x9e3779b97f4a7c15u;
        return static_cast<std::size_t>(h >> (64 - std::countr_zero(Sets)));
      }
    }
  };

  entry sets_[Sets][Ways]{};
  std::size_t turn_ = 0;
};

/// Remembers nothing.
struct no_flow_cache {
  struct entry {
    const transmit_sas* tunnel = nullptr;
    std::uint32_t position = 0;
    policy_action action = policy_action::discard;
    bool matched = false;
  };
  static constexpr std::uint32_t nowhere = 0xffffffff;
  [[nodiscard]] static constexpr const entry* find(const flow&, std::uint64_t) noexcept { return nullptr; }
  static constexpr void keep(const flow&, std::uint64_t, const policy_decision&, std::uint32_t) noexcept {}
};

}  // namespace v0
}  // namespace esplanade
