// What stands in front of the IP packet in a captured frame.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/net/protocol.hpp>

#include <optional>
#include <string>

namespace capture_tunnel {

/// The link layers this program reads.
///
///     ethernet   | destination | source | (VLAN tag)* | EtherType |          IP packet | (padding)
///     cooked     | type, address … | protocol | (VLAN tag)*                | IP packet |      LINKTYPE_LINUX_SLL
///     cooked_2   | protocol | … address | (VLAN tag)*                      | IP packet |      LINKTYPE_LINUX_SLL2
///     raw                                                                  | IP packet |      LINKTYPE_RAW, _IPV4, _IPV6
enum class link_type { ethernet, cooked, cooked_2, raw };

/// The link layer that libpcap calls `dlt`, or nothing when it is none of ours.
[[nodiscard]] std::optional<link_type> link_of(int dlt);
[[nodiscard]] const char* words_for(link_type link);

/// Where the IP packet of a frame begins.
struct ip_place {
  std::size_t header = 0;  ///< octets in front of it: the link layer's header
  esplanade::family version = esplanade::family::ipv4;
};

/// Finds the IP packet behind any number of VLAN tags; nothing when the frame holds none, or when the protocol named by the
/// link layer and the version of the packet disagree.
[[nodiscard]] std::optional<ip_place> find_ip(link_type link, esplanade::const_octets frame);

/// Makes a link layer header, as `find_ip` measured it, name this family.
void name_family(link_type link, esplanade::octets header, esplanade::family version);

}  // namespace capture_tunnel
