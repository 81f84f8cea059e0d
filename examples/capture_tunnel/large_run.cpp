#include "large_run.hpp"

#include "packet_memory.hpp"

#include <esplanade/net/checksum.hpp>
#include <esplanade/net/ip_walk.hpp>
#include <esplanade/offload/segment_large.hpp>

#include <optional>

namespace capture_tunnel {
namespace {

using namespace esplanade;

constexpr std::size_t segments_most = 64, payload_most = 65'535;
constexpr octet fin = 0x01, push = 0x08, congestion_window_reduced = 0x80;

/// A packet as a segment of a run.
struct segment_facts {
  std::size_t tcp = 0, headers = 0, payload = 0;
  std::uint32_t sequence = 0;
  octet flags = 0;
  std::vector<octet> alike{};  ///< its headers without what differs from segment to segment
};
std::optional<segment_facts> facts_of(const_octets packet) {
  if (packet.size() > segment_most) return std::nullopt;
  span_reader read{packet};
  const ip_layout at = walk_ip(read, packet.size());
  if (at.status != verdict::forwarded || at.fragment || at.protocol != protocol_number::tcp || at.total_length != packet.size() || packet.size() < at.header_length + std::size_t{20}) return std::nullopt;
  segment_facts f;
  f.tcp = at.header_length;
  f.headers = f.tcp + static_cast<std::size_t>(packet[f.tcp + 12] >> 4) * 4;
  if (f.headers >= packet.size()) return std::nullopt;  // nothing to join
  f.payload = packet.size() - f.headers;
  f.sequence = load_be32(packet.data() + f.tcp + 4);
  f.flags = packet[f.tcp + 13];
  f.alike.assign(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(f.headers));
  octet* const ip = f.alike.data();
  octet* const tcp = ip + f.tcp;
  if (at.version == family::ipv4) store_be32(ip + 2, 0), store_be16(ip + 10, 0);  // length, identification, checksum
  else store_be16(ip + 4, 0);
  store_be32(tcp + 4, 0);
  tcp[13] = static_cast<octet>(tcp[13] & ~(fin | push | congestion_window_reduced));
  store_be16(tcp + 16, 0);
  return f;
}

/// How many of the packets look like one run.
std::size_t length_of_run(std::span<const parcel> packets, const segment_facts& first) {
  std::size_t n = 1, payload = first.payload;
  while (n < packets.size() && n < segments_most && (packets[n - 1].packet[first.tcp + 13] & (fin | push)) == 0) {
    const auto next = facts_of(packets[n].packet);
    if (!next || next->payload > first.payload || payload + next->payload > payload_most || next->sequence != first.sequence + static_cast<std::uint32_t>(payload) || next->alike != first.alike ||
        (next->flags & congestion_window_reduced) != 0)
      break;
    payload += next->payload;
    ++n;
    if (next->payload < first.payload) break;  // the last
  }
  return n;
}

/// What a sender gives to a NIC: no length, and the pseudo header's sum in place of the checksum.
large_run joined(std::span<const parcel> packets, const segment_facts& first) {
  large_run run;
  run.parcels = packets.size();
  run.headers = first.headers;
  const auto size = static_cast<std::ptrdiff_t>(first.headers);
  run.packet.assign(packets[0].packet.begin(), packets[0].packet.begin() + size);
  for (const parcel& p : packets) run.packet.insert(run.packet.end(), p.packet.begin() + size, p.packet.end());
  octet* const ip = run.packet.data();
  const bool v6 = ip[0] >> 4 == 6;
  const family version = v6 ? family::ipv6 : family::ipv4;
  store_be16(ip + (v6 ? 4 : 2), 0);
  ip[first.tcp + 13] = static_cast<octet>(first.flags | (packets.back().packet[first.tcp + 13] & (fin | push)));
  store_be16(ip + first.tcp + 16, static_cast<std::uint16_t>(fold_checksum(pseudo_header_sum(version, ip + (v6 ? 8 : 12), 0, protocol_number::tcp))));
  run.word = {static_cast<std::uint32_t>(first.payload), static_cast<std::uint16_t>(first.tcp), true, v6};
  return run;
}

bool comes_out_again(const large_run& run, std::span<const parcel> packets) {
  packet_memory<flat_packet> whole, segment;
  whole.load(run.packet);
  large_send_cutter<flat_packet> cutter;
  if (cutter.begin(whole, plain_order(run.word)) != verdict::forwarded || cutter.segments() != packets.size()) return false;
  for (const parcel& p : packets) {
    segment.clear();
    std::vector<octet> octets;
    large_segment beside;
    if (cutter.next(segment, beside) != verdict::forwarded) return false;
    unload(static_cast<const flat_packet&>(segment), octets);
    if (octets != p.packet) return false;
  }
  return true;
}

}  // namespace

large_run find_run(std::span<const parcel> packets) {
  const auto first = facts_of(packets[0].packet);
  if (!first) return {};
  for (std::size_t n = length_of_run(packets, *first); n > 1; n /= 2) {
    large_run run = joined(packets.first(n), *first);
    if (comes_out_again(run, packets.first(n))) return run;
  }
  return {};
}

}  // namespace capture_tunnel
