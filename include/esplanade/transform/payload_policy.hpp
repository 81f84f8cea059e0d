// Which payloads besides IP packets a tunnel may deliver.
#pragma once

#include <esplanade/net/protocol.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

// Payload policies (alias payload)
//   Available            ip_payload: IPv4 and IPv6. other_payloads<137, 143>: these next headers too; such a packet gets the
//                        verdict other_payload, with its payload at the front and selectors, lifetime and window done.
//   When to use          other_payloads where a peer tunnels MPLS, Ethernet or the like, by select_sa_for_payload.
//   Not provided, because
//     any next header    what nobody has a use for would be somebody's way around the selectors.

struct ip_payload {
  static constexpr const char* name = "ip_payload";
  [[nodiscard]] static constexpr bool takes(octet) noexcept { return false; }
};
template <octet... NextHeaders> struct other_payloads {
  static constexpr const char* name = "other_payloads";
  [[nodiscard]] static constexpr bool takes(octet next_header) noexcept { return ((next_header == NextHeaders) || ...); }
};

/// A payload policy.
///   Shape    P::takes(next_header)   whether a tunnel delivers this, neither 4 nor 41
///   Models   ip_payload, other_payloads
template <class P>
concept PayloadPolicy = requires(octet next_header) {
  { P::takes(next_header) } noexcept -> std::same_as<bool>;
};

}  // namespace v0
}  // namespace esplanade
