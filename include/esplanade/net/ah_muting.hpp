// What AH covers of the headers in front of it (RFC 4302 3.3.3.1 and appendix A).
//
// Fields that change on the way are zero, fields whose end is known are as they will arrive:
//
//   IPv4    zero         DSCP, ECN, flags, fragment offset, TTL, checksum; every option that is not listed as immutable
//           as it will   destination, under a source route
//   IPv6    zero         DSCP, ECN, flow label, hop limit; the data of options whose type says that it changes
//           as it will   destination, routing header (types 0 and 2)
//           not there    a fragment header that a whole packet still has
#pragma once

#include <esplanade/base/verdict.hpp>
#include <esplanade/net/protocol.hpp>

namespace esplanade {
inline namespace v0 {

/// Who computes the ICV: a sender foresees what its headers will have become, a receiver has them before it.
enum class ah_end : std::uint8_t { sender, receiver };

struct muted_headers {
  verdict status = verdict::forwarded;  ///< bad_header, or beyond_ah: a sender cannot foresee where the route ends
  std::size_t size = 0;                 ///< octets that are left
};

namespace detail {

/// RFC 4302 A1: end of list, no operation, (extended, commercial) security, router alert, sender directed delivery.
[[nodiscard]] constexpr bool is_immutable_option(octet type) noexcept {
  return type == 0 || type == 1 || type == 130 || type == 133 || type == 134 || type == 148 || type == 149;
}
inline constexpr octet loose_source_route = 131, strict_source_route = 137;

/// RFC 791: type, length, pointer, addresses; the pointer names the next address, and lies behind the last at the end.
inline bool foresee_source_route(octet* header, const octet* option, std::size_t length) noexcept {
  if (length < 3 || (length - 3) % 4 != 0 || option[2] < 4 || option[2] % 4 != 0) return false;
  if (option[2] < length) std::memcpy(header + 16, option + length - 4, 4);
  return true;
}

inline muted_headers mute_ipv4(octet* header, std::size_t size, ah_end end) noexcept {
  header[1] = 0;
  store_be16(header + 6, 0);
  header[8] = 0;
  store_be16(header + 10, 0);
  bool routed = false;
  for (std::size_t at = ipv4_header_octets; at < size;) {
    octet* const option = header + at;
    if (option[0] == 0) break;  // what stands behind the end of the list arrives as it was sent
    if (option[0] == 1) {
      ++at;
      continue;
    }
    const std::size_t length = size - at < 2 ? 0 : option[1];
    if (length < 2 || length > size - at) return {verdict::bad_header, size};
    if (end == ah_end::sender && (option[0] == loose_source_route || option[0] == strict_source_route)) {
      if (routed || !foresee_source_route(header, option, length)) return {verdict::bad_header, size};
      routed = true;
    }
    if (!is_immutable_option(option[0])) std::memset(option, 0, length);
    at += length;
  }
  return {verdict::forwarded, size};
}

/// RFC 8200 4.2: the third bit of an option's type says that its data may change.
inline bool mute_options(octet* at, const octet* end) noexcept {
  while (at != end) {
    if (*at == 0) {  // Pad1
      ++at;
      continue;
    }
    if (end - at < 2 || end - at - 2 < at[1]) return false;
    if ((at[0] & 0x20) != 0) std::memset(at + 2, 0, at[1]);
    at += 2 + at[1];
  }
  return true;
}

/// RFC 8200 4.4: every node that is named swaps its address with the destination's, and one segment less is left.
inline verdict foresee_route(octet* header, octet* routing, ah_end end) noexcept {
  const octet type = routing[2];
  const std::size_t left = routing[3], addresses = routing[1] / 2;
  if (type == 0 || type == 2) {
    if (routing[1] % 2 != 0 || left > addresses) return verdict::bad_header;
  } else {
    return left == 0 || end == ah_end::receiver ? verdict::forwarded : verdict::beyond_ah;
  }
  if (left == 0 || end == ah_end::receiver) return verdict::forwarded;
  octet* const first = routing + 8 + 16 * (addresses - left);
  octet last[16];
  std::memcpy(last, routing + 8 + 16 * (addresses - 1), 16);
  std::memmove(first + 16, first, 16 * (left - 1));
  std::memcpy(first, header + 24, 16);
  std::memcpy(header + 24, last, 16);
  routing[3] = 0;
  return verdict::forwarded;
}

inline muted_headers mute_ipv6(octet* header, std::size_t size, ah_end end) noexcept {
  store_be32(header, 0x60000000u);
  header[7] = 0;
  std::size_t named_at = 6;
  for (std::size_t at = ipv6_header_octets; at < size;) {
    octet* const extension = header + at;
    const octet kind = header[named_at];
    if (size - at < 8) return {verdict::bad_header, size};
    if (kind == protocol_number::fragment) {  // RFC 4302 A2: as if it were not there
      header[named_at] = extension[0];
      store_be16(header + 4, static_cast<std::uint16_t>(load_be16(header + 4) - 8));
      size -= 8;
      std::memmove(extension, extension + 8, size - at);
      continue;
    }
    const std::size_t length = (extension[1] + std::size_t{1}) * 8;
    if (length > size - at) return {verdict::bad_header, size};
    if (kind == protocol_number::routing) {
      if (const verdict v = foresee_route(header, extension, end); v != verdict::forwarded) return {v, size};
    } else if (kind != protocol_number::hop_by_hop && kind != protocol_number::destination_options) {
      return {verdict::bad_header, size};
    } else if (!mute_options(extension + 2, extension + length)) {
      return {verdict::bad_header, size};
    }
    named_at = at;
    at += length;
  }
  return {verdict::forwarded, size};
}
}  // namespace detail

/// Mutes a copy of everything in front of AH, in place: a whole IPv4 header with its options, or an IPv6 header with whole
/// extension headers, `size` octets as they stand on the wire (20 or 40 at least).
///   Cost     one pass over options and extension headers, each octet at most twice
///   Errors   `status`: bad_header when a length contradicts the octets there are, or a route its own length; beyond_ah for a
///            sender whose routing header is of a type with an end that is not known. Then the copy means nothing
[[nodiscard]] inline muted_headers mute_headers(octet* header, std::size_t size, ah_end end) noexcept {
  return (header[0] >> 4) == 4 ? detail::mute_ipv4(header, size, end) : detail::mute_ipv6(header, size, end);
}

}  // namespace v0
}  // namespace esplanade
