// What an SA remembers of the packets it lost, and why.
//
//   Available         drops_in_brief   default: the reasons that say something about the path or the SA, and a sum of the others
//                     drops_in_full    one counter for every verdict, 8 octets each
//   When to use       drops_in_full while somebody looks for the reason of a loss SA by SA; a lane has the full table always.
//   Not provided      the last packet that was lost: that is what the audit ring is for (transform/audit.hpp).
#pragma once

#include <esplanade/base/verdict.hpp>
#include <esplanade/sa/traffic.hpp>

#include <concepts>
#include <utility>

namespace esplanade {
inline namespace v0 {

/// What an inbound SA has refused, in packets.
template <std::size_t Lanes> struct inbound_drops_of {
  drop_counter<Lanes> replayed, too_old, icv_mismatch;
  drop_counter<Lanes> other;  ///< any other reason after the SA was known

  [[nodiscard]] std::uint64_t operator[](verdict v) const noexcept { return counter_of(*this, v).get(); }
  void note(verdict v) noexcept { counter_of(*this, v).add(1); }
  void clear() noexcept {
    for (auto* one : {&replayed, &too_old, &icv_mismatch, &other}) one->set(0);
  }

 private:
  static auto& counter_of(auto& drops, verdict v) noexcept {
    return v == verdict::replayed ? drops.replayed : v == verdict::too_old ? drops.too_old : v == verdict::icv_mismatch ? drops.icv_mismatch : drops.other;
  }
};
/// What an outbound SA could not seal, in packets.
template <std::size_t Lanes> struct outbound_drops_of {
  drop_counter<Lanes> sequence_exhausted;
  drop_counter<Lanes> other;

  [[nodiscard]] std::uint64_t operator[](verdict v) const noexcept { return (v == verdict::sequence_exhausted ? sequence_exhausted : other).get(); }
  void note(verdict v) noexcept { (v == verdict::sequence_exhausted ? sequence_exhausted : other).add(1); }
  void clear() noexcept {
    for (auto* one : {&sequence_exhausted, &other}) one->set(0);
  }
};
/// What an SA of either direction has lost, verdict by verdict.
template <std::size_t Lanes> class drops_by_verdict {
 public:
  [[nodiscard]] std::uint64_t operator[](verdict v) const noexcept { return by_verdict_[static_cast<std::size_t>(v)].get(); }
  void note(verdict v) noexcept { by_verdict_[static_cast<std::size_t>(v)].add(1); }
  void clear() noexcept {
    for (auto& one : by_verdict_) one.set(0);
  }

 private:
  drop_counter<Lanes> by_verdict_[verdict_count];
};

using inbound_drops = inbound_drops_of<1>;
using outbound_drops = outbound_drops_of<1>;

/// The few reasons.
struct drops_in_brief {
  static constexpr const char* name = "drops_in_brief";
  template <std::size_t Lanes> using inbound = inbound_drops_of<Lanes>;
  template <std::size_t Lanes> using outbound = outbound_drops_of<Lanes>;
};
/// Every reason.
struct drops_in_full {
  static constexpr const char* name = "drops_in_full";
  template <std::size_t Lanes> using inbound = drops_by_verdict<Lanes>;
  template <std::size_t Lanes> using outbound = drops_by_verdict<Lanes>;
};

/// What an SA remembers of its losses.
///   Shape    D::inbound<Lanes>, D::outbound<Lanes>   each with note(verdict), clear(), and [verdict]: the counter it is noted in
///   Cost     off the usual path: a packet that passes touches nothing of it
///   Threads  the SA's lanes note; anybody reads
///   Models   drops_in_brief, drops_in_full. Archetype: testing::archetype::drops. Laws: testing::check_drops_laws
template <class D>
concept DropsPolicy = requires(typename D::template inbound<1>& in, typename D::template outbound<1>& out, verdict v) {
  { in.note(v) } noexcept;
  { out.note(v) } noexcept;
  { in.clear() } noexcept;
  { out.clear() } noexcept;
  { std::as_const(in)[v] } noexcept -> std::same_as<std::uint64_t>;
  { std::as_const(out)[v] } noexcept -> std::same_as<std::uint64_t>;
};
static_assert(DropsPolicy<drops_in_brief> && DropsPolicy<drops_in_full>);

}  // namespace v0
}  // namespace esplanade
