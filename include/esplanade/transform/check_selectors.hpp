// Inbound, last step: an authentic packet must still be one its SA may carry (RFC 4301 5.2, step 4).
#pragma once

#include <esplanade/transform/context.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// Compares the inner packet with the selectors of its SA.
///   Errors   wrong_selectors; bad_inner_packet (its headers contradict themselves)
struct check_selectors_stage final : detail::transform_stage {
  static constexpr const char* name = "check_selectors";
  static constexpr const char* because = "authentic is not yet allowed (RFC 4301 5.2)";
  static constexpr fact needs = fact::sa_selected | fact::authenticated | fact::header_removed;
  static constexpr fact gives = fact::selectors_checked;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    packet_reader read(c.packet(i));
    return visit_ip(read, c.state[i].length, [&](const ip_layout& at) ESPLANADE_INLINE_LAMBDA -> verdict {
      if (at.status != verdict::forwarded) return verdict::bad_inner_packet;
      const traffic_selector& selector = c.sa(i).selector();
      flow f = portless_flow_of(read, at);
      if (selector.asks_ports()) read_ports(f, read, at);
      return selector.matches(f) ? verdict::forwarded : verdict::wrong_selectors;
    });
  }
};
inline constexpr check_selectors_stage check_selectors{};

/// The visible opt-out: the caller compares every delivered packet with its SA's selectors itself (RFC 4301 5.2).
struct selectors_checked_by_caller_stage final : detail::transform_stage {
  static constexpr const char* name = "selectors_checked_by_caller";
  static constexpr const char* because = "the caller compares selectors (RFC 4301 5.2)";
  static constexpr fact needs = fact::sa_selected | fact::authenticated | fact::header_removed;
  static constexpr fact gives = fact::selectors_checked;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
inline constexpr selectors_checked_by_caller_stage selectors_checked_by_caller{};

}  // namespace v0
}  // namespace esplanade
