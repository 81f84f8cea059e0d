// IP fragments read and put together the slow way (RFC 791 3.2, RFC 8200 4.5, RFC 5722, RFC 6946): what fragmentation and reassembly are compared with
#pragma once

#include <esplanade/testing/fuzz/input.hpp>

#include <map>
#include <optional>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// What a whole, sound IP packet says of fragmentation.
struct plain_fragment {
  bool fragment = false, atomic = false, more = false;
  std::size_t offset = 0;
  bytes header{};   ///< what the datagram begins with; of IPv6 without the fragment header, whose next header it names
  bytes payload{};
  bytes key{};      ///< what fragments of one datagram have in common
};

namespace detail {
inline std::size_t be16_at(const bytes& from, std::size_t at) { return static_cast<std::size_t>(from[at]) << 8 | from[at + 1]; }
inline void set_be16(bytes& in, std::size_t at, std::size_t value) {
  in[at] = static_cast<octet>(value >> 8 & 0xff);
  in[at + 1] = static_cast<octet>(value & 0xff);
}
}  // namespace detail

/// Reads a packet whose headers are sound.
inline plain_fragment read_fragment(const bytes& packet) {
  plain_fragment out;
  const auto part = [&](std::size_t from, std::size_t to) { return bytes(packet.begin() + static_cast<std::ptrdiff_t>(from), packet.begin() + static_cast<std::ptrdiff_t>(to)); };
  if (packet[0] >> 4 == 4) {
    const std::size_t header = packet[0] % 16u * 4u, total = detail::be16_at(packet, 2), bits = detail::be16_at(packet, 6);
    out.more = (bits & 0x2000) != 0;
    out.offset = bits % 0x2000 * 8;
    out.fragment = out.more || out.offset != 0;
    out.header = part(0, header);
    out.payload = part(header, total);
    out.key = part(12, 20);
    out.key.insert(out.key.end(), {packet[9], packet[4], packet[5], 4});
    return out;
  }
  const std::size_t total = 40 + detail::be16_at(packet, 4);
  std::size_t at = 40, named = 6;
  while (packet[named] == 0 || packet[named] == 43 || packet[named] == 60) {
    named = at;
    at += (packet[at + 1] + 1u) * 8u;
  }
  out.header = part(0, at);
  out.payload = part(at, total);
  if (packet[named] != 44) return out;
  const std::size_t bits = detail::be16_at(packet, at + 2);
  out.more = bits % 2 != 0;
  out.offset = bits / 8 * 8;
  out.fragment = out.more || out.offset != 0;
  out.atomic = !out.fragment;
  out.header[named] = packet[at];
  out.payload = part(at + 8, total);
  out.key = part(8, 40);
  out.key.insert(out.key.end(), {packet[at + 4], packet[at + 5], packet[at + 6], packet[at + 7], 6});
  return out;
}

/// A datagram of this header and payload, its lengths and checksum right, and no fragment.
inline bytes whole_datagram(bytes header, const bytes& payload) {
  if (header[0] >> 4 == 4) {
    detail::set_be16(header, 2, header.size() + payload.size());
    detail::set_be16(header, 6, detail::be16_at(header, 6) & 0x4000);
    detail::set_be16(header, 10, 0);
    std::size_t sum = 0;
    for (std::size_t i = 0; i < header.size(); i += 2) sum += detail::be16_at(header, i);
    while (sum > 0xffff) sum = sum % 0x10000 + sum / 0x10000;
    detail::set_be16(header, 10, ~sum & 0xffff);
  } else {
    detail::set_be16(header, 4, header.size() - 40 + payload.size());
  }
  header.insert(header.end(), payload.begin(), payload.end());
  return header;
}

/// Octets of one datagram, each at its place.
class plain_datagram {
 public:
  /// False when the piece overlaps another, or the pieces contradict each other about the end.
  bool put(const plain_fragment& piece) {
    const std::size_t end = piece.offset + piece.payload.size();
    if (!piece.more) {
      if (end_ && *end_ != end) return false;
      if (!at_.empty() && at_.rbegin()->first >= end) return false;
      end_ = end;
    } else if (end_ && end > *end_) {
      return false;
    }
    for (std::size_t i = 0; i < piece.payload.size(); ++i)
      if (!at_.emplace(piece.offset + i, piece.payload[i]).second) return false;
    if (piece.offset == 0) header_ = piece.header;
    return true;
  }
  /// The datagram, when every octet is there.
  [[nodiscard]] std::optional<bytes> whole() const {
    if (!end_ || at_.size() != *end_ || header_.empty()) return std::nullopt;
    bytes payload;
    for (const auto& [at, value] : at_) payload.push_back(value);
    return whole_datagram(header_, payload);
  }

 private:
  std::map<std::size_t, octet> at_{};
  std::optional<std::size_t> end_{};
  bytes header_{};
};

/// All fragments of one datagram, in any order, put together; nothing when they are not that.
inline std::optional<bytes> put_together(const std::vector<bytes>& fragments) {
  plain_datagram all;
  bytes key;
  for (const bytes& one : fragments) {
    const plain_fragment piece = read_fragment(one);
    if (!piece.fragment || (!key.empty() && piece.key != key)) return std::nullopt;
    key = piece.key;
    if (!all.put(piece)) return std::nullopt;
  }
  return all.whole();
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
