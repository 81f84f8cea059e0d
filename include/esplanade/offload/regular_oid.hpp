// Requests on the regular path, which configure offloads, and what a request is answered with.
#pragma once

#include <esplanade/offload/status.hpp>

namespace esplanade {
inline namespace v0 {

/// Requests of configuration (ipsecov2.md 3). They come one at a time.
enum class regular_oid : std::uint32_t {
  offload_encapsulation = 0x0101010A,  ///< set, and query of what was set
  current_config = 0xFC01020B,         ///< query
  offload_parameters = 0xFC01020C,     ///< set
  hardware_capabilities = 0xFC01020D,  ///< query
};

/// How a request was answered.
///   Units    octets
struct oid_answer {
  ndis_status status = ndis_status::success;
  std::uint32_t bytes = 0;             ///< read of a set, written by a query
  std::uint32_t bytes_needed = 0;      ///< where the buffer was too short
  std::uint8_t supported_revision = 0; ///< of the record, as it was read or written (F60)
  friend constexpr bool operator==(const oid_answer&, const oid_answer&) noexcept = default;
};

}  // namespace v0
}  // namespace esplanade
