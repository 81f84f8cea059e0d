// The list of stages that a NIC's receive side is, by its profile.
#pragma once

#include <esplanade/offload/receive_checksums.hpp>
#include <esplanade/pipeline/list.hpp>

namespace esplanade {
inline namespace v0 {

/// A device profile's stages in packet order: for each portion find, AH, ESP, trailer; then what only whole packets allow.
///   Shape    levels = 1: one portion; 2: a transport portion inside a tunnel portion too (ipsecov2.md 2.2, TransportTunnelCombined)
template <class P> [[nodiscard]] constexpr auto receive_list() noexcept {
  static_assert(P::levels <= 2, "a NIC works on two portions at most, transport inside tunnel (ipsecov2.md 4.4): set levels = 1 or 2 in this device profile");
  if constexpr (P::levels != 2) {
    if constexpr (has_ah<P>) return device_inbound<P>(match_bundle, verify_ah, open_in_place, read_trailer, check_checksums, restore_received);
    else return device_inbound<P>(match_bundle, open_in_place, read_trailer, check_checksums, restore_received);
  } else if constexpr (has_ah<P>) {
    return device_inbound<P>(match_bundle, verify_ah, open_in_place, read_trailer, find_inner_bundle, verify_ah, open_in_place, read_trailer, check_checksums, restore_received);
  } else {
    return device_inbound<P>(match_bundle, open_in_place, read_trailer, find_inner_bundle, open_in_place, read_trailer, check_checksums, restore_received);
  }
}

namespace detail {
/// Slot 12 of a packet: the innermost trailer that was recovered (U-16), and nothing where none was (F99, U-24).
template <class State> [[nodiscard]] ESPLANADE_INLINE receive_headers headers_word(const State& s) noexcept {
  return s.trailer_recovered ? receive_headers{s.next_header, s.pad_length, true} : receive_headers{};
}
}  // namespace detail

}  // namespace v0
}  // namespace esplanade
