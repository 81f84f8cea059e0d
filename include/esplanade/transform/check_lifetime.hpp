// An SA ends where its limits say, even in the middle of a batch (RFC 4301 4.4.2.1).
//
//   outbound   select_sa │ check_lifetime │ assign_sequence …       what is refused has spent neither number nor lifetime
//   inbound    find_sa │ check_expiry │ check_replay … remove_outer_header │ check_lifetime │ check_selectors
//
// Inbound the count comes behind the ICV, or anybody could use an SA up with forged packets. What is over already is
// refused by check_expiry, before it costs a decryption.
#pragma once

#include <esplanade/transform/audit_event.hpp>
#include <esplanade/transform/context.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// Events about an SA, with what the packet at slot i shows.
template <class Context> ESPLANADE_COLD void report_lifetime(Context& c, std::size_t i, lifetime_answer answer) noexcept {
  if constexpr (audits<typename Context::profile>) {
    const auto& life = c.sa(i).lifetime();
    audit_event event = audit_of_packet(c, i);
    event.kind = answer == lifetime_answer::soft_now ? audit_kind::rekey_due : audit_kind::expired;
    event.limit = answer == lifetime_answer::soft_now ? life.rekey() : life.expired();
    event.what = passes(answer) ? verdict::forwarded : verdict::lifetime_expired;
    c.audit.sink->put(event);
  }
}
template <class Context> ESPLANADE_INLINE verdict verdict_of(Context& c, std::size_t i, lifetime_answer answer) noexcept {
  if (answer == lifetime_answer::goes_on) [[likely]] return verdict::forwarded;
  if (answer != lifetime_answer::over) report_lifetime(c, i, answer);
  return passes(answer) ? verdict::forwarded : verdict::lifetime_expired;
}
}  // namespace detail

/// Counts the packet against its SA's limits, packets and octets of the inner packet, and refuses what lies beyond. A packet
/// that is lost behind it (no_room, wrong_selectors) has been counted: limits are never exceeded.
///   Errors   lifetime_expired
struct check_lifetime_stage final : detail::transform_stage {
  static constexpr const char* name = "check_lifetime";
  static constexpr const char* because = "an SA ends where its limits say (RFC 4301 4.4.2.1)";
  static constexpr fact needs = fact::sa_selected;  // inbound more: see pipeline/order.hpp
  static constexpr fact gives = fact::lifetime_checked;
  static constexpr fact excludes = fact::lifetime_checked;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    if constexpr (counts_lifetime<typename Context::profile>) {
      auto& life = c.sa(i).lifetime();
      if constexpr (requires { life.spend(std::uint32_t{}, std::uint64_t{}, std::uint64_t{}); })
        return detail::verdict_of(c, i, life.spend(c.lane->number, c.state[i].payload, c.time.now));
      else
        return detail::verdict_of(c, i, life.spend(c.state[i].payload, c.time.now));
    } else {
      return verdict::forwarded;
    }
  }
};
inline constexpr check_lifetime_stage check_lifetime{};

/// Inbound: refuses packets of an SA that is over, by time or because check_lifetime said so, before they cost a decryption.
/// Counts nothing, for nothing is known of the packet yet.
///   Errors   lifetime_expired
struct check_expiry_stage final : detail::transform_stage {
  static constexpr const char* name = "check_expiry";
  static constexpr const char* because = "an SA that is over must not cost a decryption";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::none;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    if constexpr (counts_lifetime<typename Context::profile>) return detail::verdict_of(c, i, c.sa(i).lifetime().refuse(c.time.now));
    else return verdict::forwarded;
  }
};
inline constexpr check_expiry_stage check_expiry{};

}  // namespace v0
}  // namespace esplanade
