// Events for an audit log: what was refused, on which SA, from whom, and when (RFC 4303 4, RFC 4301 4.4.2.1).
//
//   Available         no_audit        default: nothing is written, and no code for it exists
//                     audit_ring<N>   the last events that somebody has not read yet, N at most
//   When to use       audit_ring wherever a policy asks for a log; read it often enough, and look at dropped().
//   Not provided      a log, because formatting and files belong to whoever reads the ring;
//                     overwriting old events, because the first of a flood says more than the last.
//
// RFC 4303 4: an entry "SHOULD include the SPI value, date/time received, Source Address, Destination Address, Sequence
// Number, and (in IPv6) the Flow ID".
#pragma once

#include <esplanade/base/bounded_ring.hpp>
#include <esplanade/base/verdict.hpp>
#include <esplanade/net/address.hpp>
#include <esplanade/sa/lifetime.hpp>

namespace esplanade {
inline namespace v0 {

/// What an event is about.
enum class audit_kind : std::uint8_t {
  refused,    ///< a packet got a verdict that `audited` names
  rekey_due,  ///< an SA came to its first soft limit; once
  expired,    ///< an SA came to its hard limit; once
  odd_ecn,    ///< marks inside and outside that no tunnel's start makes (RFC 6040 4.2), on a packet that passes
};
// A ring that is full drops: what must not be missed stands on the SA as well (lifetime().rekey(), lifetime().expired()).

/// One event. What the packet did not show is 0.
struct audit_event {
  audit_kind kind = audit_kind::refused;
  verdict what = verdict::forwarded;        ///< of the packet
  lifetime_end limit = lifetime_end::none;  ///< rekey_due, expired: which
  bool inbound = false;
  std::uint32_t spi = 0;                    ///< host order
  std::uint32_t flow_label = 0;             ///< of an IPv6 header
  std::uint64_t number = 0;                 ///< sequence number; with ESN all 64 bits, as far as they were inferred
  std::uint64_t time = 0;                   ///< the profile's clock at the burst; 0 without one
  address source{}, destination{};          ///< of the IP header that stood at the front of the packet
};

/// No events.
struct no_audit {
  static constexpr const char* name = "no_audit";
};

/// Events of one lane, for one reader.
///   Shape    lane.audit().take(event); dropped()
///   Cost     packets that pass write nothing; an event is written off the usual path
///   Threads  the lane writes; one other thread reads while it runs
template <std::size_t N> struct audit_ring : bounded_ring<audit_event, N> {
  static constexpr const char* name = "audit_ring";
};

/// Where a lane puts its events.
///   Shape    ring.put(event)   whatever becomes of it
///   Models   audit_ring. Archetype: testing::archetype::audit. Laws, of what can be read: testing::check_audit_laws
template <class A>
concept AuditSink = requires(A& sink, const audit_event& event) {
  { sink.put(event) } noexcept;
};
static_assert(AuditSink<audit_ring<64>> && !AuditSink<no_audit>);

}  // namespace v0
}  // namespace esplanade
