// Inbound, last step: an authentic packet must still be one its SA may carry (RFC 4301 5.2, step 4).
#pragma once

#include <esplanade/transform/context.hpp>
#include <esplanade/transform/policies.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// Whether a tunnel's packet in slot i holds what is no IP packet; its payload stands at the front.
template <class Context> [[nodiscard]] ESPLANADE_INLINE bool holds_other_payload(Context& c, std::size_t i) noexcept {
  const octet next_header = c.state[i].next_header;
  return is_tunnel<typename Context::profile>(c.sa(i).core()) && next_header != protocol_number::ipv4 && next_header != protocol_number::ipv6;
}
/// A selector that asks for addresses or ports is for IP packets; one that does not may name the next header, or none.
[[nodiscard]] inline bool selects_payload(const traffic_selector& selector, octet next_header) noexcept {
  return selector.matches({.version = static_cast<family>(0), .protocol = next_header});
}
}  // namespace detail

/// Compares the inner packet with the selectors of its SA. What is no IP packet ends here, authentic and selected, with the
/// verdict other_payload (profiles with other_payloads).
///   Errors   wrong_selectors; bad_inner_packet (its headers contradict themselves)
struct check_selectors_stage final : detail::transform_stage {
  static constexpr const char* name = "check_selectors";
  static constexpr const char* because = "authentic is not yet allowed (RFC 4301 5.2)";
  static constexpr fact needs = fact::sa_selected | fact::authenticated | fact::header_removed;
  static constexpr fact gives = fact::selectors_checked;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    if constexpr (takes_other_payloads<typename Context::profile>) {
      if (detail::holds_other_payload(c, i)) return detail::selects_payload(c.sa(i).selector(), c.state[i].next_header) ? verdict::other_payload : verdict::wrong_selectors;
    }
    packet_reader read(c.packet(i), c.state[i].length);
    return visit_ip(read, c.state[i].length, [&](const ip_layout& at) ESPLANADE_INLINE_LAMBDA -> verdict {
      if (at.status != verdict::forwarded) return verdict::bad_inner_packet;
      const traffic_selector& selector = c.sa(i).selector();
      flow f = portless_flow_of(read, at);
      if (selector.asks_ports()) [[unlikely]] read_ports(f, read, at);
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

  template <class Context> ESPLANADE_INLINE verdict operator()([[maybe_unused]] Context& c, [[maybe_unused]] std::size_t i) const noexcept {
    if constexpr (takes_other_payloads<typename Context::profile>) {
      if (detail::holds_other_payload(c, i)) return verdict::other_payload;
    }
    return verdict::forwarded;
  }
};
inline constexpr selectors_checked_by_caller_stage selectors_checked_by_caller{};

}  // namespace v0
}  // namespace esplanade
