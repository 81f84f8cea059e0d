// What a sender wants different for one packet: fields of its outer IP header.
#pragma once

#include <esplanade/base/octets.hpp>

#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// The DF bit of an outer IPv4 header.
enum class fragmenting : std::uint8_t {
  as_usual,   ///< as the profile's header policy says
  forbidden,  ///< DF set
  allowed,    ///< DF clear
};

inline constexpr octet dscp_as_usual = 0xff;  ///< no DSCP: those are 0 to 63
inline constexpr octet hop_limit_as_usual = 0;

/// Overrides for one packet. They go to the outer header of a tunnel, whatever the header policy wrote there; transport
/// mode has no outer header and takes none of them. Read by profiles with `static constexpr bool overrides = true;`.
struct packet_options {
  octet dscp = dscp_as_usual;                           ///< 0 to 63
  octet hop_limit = hop_limit_as_usual;                 ///< 1 to 255
  fragmenting may_fragment = fragmenting::as_usual;     ///< an IPv6 header has no such bit
};

}  // namespace v0
}  // namespace esplanade
