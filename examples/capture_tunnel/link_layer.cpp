#include "link_layer.hpp"

#include <pcap/pcap.h>

namespace capture_tunnel {
namespace {

using esplanade::load_be16;

constexpr std::uint16_t ether_ipv4 = 0x0800, ether_ipv6 = 0x86dd;
constexpr std::size_t tag = 4;  // tag protocol and tag control; the next EtherType stands in its last two octets

bool names_tag(std::uint16_t ether_type) { return ether_type == 0x8100 || ether_type == 0x88a8 || ether_type == 0x9100; }

struct fixed_header {
  std::size_t ether_type_at, size;
};
constexpr fixed_header fixed_of(link_type link) {
  switch (link) {
    case link_type::ethernet: return {12, 14};
    case link_type::cooked: return {14, 16};
    case link_type::cooked_2: return {0, 20};
    case link_type::raw: break;
  }
  return {0, 0};
}

/// Offsets of the EtherType that names the packet, and of the packet; nothing when the frame ends before.
std::optional<fixed_header> behind_tags(link_type link, esplanade::const_octets frame) {
  fixed_header at = fixed_of(link);
  if (frame.size() < at.size) return std::nullopt;
  while (names_tag(load_be16(frame.data() + at.ether_type_at))) {
    if (frame.size() - at.size < tag) return std::nullopt;
    at = {at.size + 2, at.size + tag};
  }
  return at;
}

}  // namespace

std::optional<link_type> link_of(int dlt) {
  switch (dlt) {
    case DLT_EN10MB: return link_type::ethernet;
    case DLT_LINUX_SLL: return link_type::cooked;
    case DLT_LINUX_SLL2: return link_type::cooked_2;
    case DLT_RAW: case DLT_IPV4: case DLT_IPV6: return link_type::raw;
    default: return std::nullopt;
  }
}

const char* words_for(link_type link) {
  switch (link) {
    case link_type::ethernet: return "Ethernet";
    case link_type::cooked: return "Linux cooked";
    case link_type::cooked_2: return "Linux cooked v2";
    case link_type::raw: return "raw IP";
  }
  return "";
}

std::optional<ip_place> find_ip(link_type link, esplanade::const_octets frame) {
  ip_place found;
  std::uint16_t ether_type = 0;
  if (link != link_type::raw) {
    const auto at = behind_tags(link, frame);
    if (!at) return std::nullopt;
    ether_type = load_be16(frame.data() + at->ether_type_at);
    found.header = at->size;
  }
  if (frame.size() == found.header) return std::nullopt;
  const unsigned version = frame[found.header] >> 4;
  if (version != 4 && version != 6) return std::nullopt;
  found.version = version == 4 ? esplanade::family::ipv4 : esplanade::family::ipv6;
  if (link != link_type::raw && ether_type != (version == 4 ? ether_ipv4 : ether_ipv6)) return std::nullopt;
  return found;
}

void name_family(link_type link, esplanade::octets header, esplanade::family version) {
  if (link == link_type::raw) return;
  const auto at = behind_tags(link, header);
  if (at) esplanade::store_be16(header.data() + at->ether_type_at, version == esplanade::family::ipv4 ? ether_ipv4 : ether_ipv6);
}

}  // namespace capture_tunnel
