// What RFC 4302 3.3.3.1 and appendix A say of each field and option, and headers to try it on.
#pragma once

#include <esplanade/base/octets.hpp>

#include <utility>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// What AH says of a field.
enum class ah_field : std::uint8_t { immutable, zeroed };

/// A field of a base header: `bits` from bit `at`, counted from the header's first.
struct ah_field_row {
  const char* name;
  std::size_t at, bits;
  ah_field kind;
};
/// RFC 4302 3.3.3.1.1.1; AH's own length and the destination under a source route have laws of their own.
inline constexpr ah_field_row ah_ipv4_fields[] = {
    {"version", 0, 4, ah_field::immutable},          {"internet header length", 4, 4, ah_field::immutable}, {"DSCP", 8, 6, ah_field::zeroed},
    {"ECN", 14, 2, ah_field::zeroed},                {"total length", 16, 16, ah_field::immutable},         {"identification", 32, 16, ah_field::immutable},
    {"flags", 48, 3, ah_field::zeroed},              {"fragment offset", 51, 13, ah_field::zeroed},         {"time to live", 64, 8, ah_field::zeroed},
    {"protocol", 72, 8, ah_field::immutable},        {"header checksum", 80, 16, ah_field::zeroed},         {"source address", 96, 32, ah_field::immutable},
    {"destination address", 128, 32, ah_field::immutable},
};
/// RFC 4302 3.3.3.1.2.1.
inline constexpr ah_field_row ah_ipv6_fields[] = {
    {"version", 0, 4, ah_field::immutable},          {"DSCP", 4, 6, ah_field::zeroed},         {"ECN", 10, 2, ah_field::zeroed},
    {"flow label", 12, 20, ah_field::zeroed},        {"payload length", 32, 16, ah_field::immutable}, {"next header", 48, 8, ah_field::immutable},
    {"hop limit", 56, 8, ah_field::zeroed},          {"source address", 64, 128, ah_field::immutable}, {"destination address", 192, 128, ah_field::immutable},
};

/// An IPv4 option by its whole first octet (copied flag, class, number).
struct ah_option_row {
  const char* name;
  octet type;
  ah_field kind;
};
/// RFC 4302 A1. Options that nobody defined are zeroed too (3.3.3.1).
inline constexpr ah_option_row ah_ipv4_options[] = {
    {"security", 130, ah_field::immutable},
    {"extended security", 133, ah_field::immutable},
    {"commercial security", 134, ah_field::immutable},
    {"router alert", 148, ah_field::immutable},
    {"sender directed multi-destination delivery", 149, ah_field::immutable},
    {"loose source route", 131, ah_field::zeroed},
    {"time stamp", 68, ah_field::zeroed},
    {"record route", 7, ah_field::zeroed},
    {"strict source route", 137, ah_field::zeroed},
    {"traceroute", 82, ah_field::zeroed},
    {"stream ID", 136, ah_field::zeroed},
    {"MTU probe", 11, ah_field::zeroed},
    {"MTU reply", 12, ah_field::zeroed},
    {"extended internet protocol", 145, ah_field::zeroed},
    {"experimental measurement", 10, ah_field::zeroed},
    {"experimental flow control", 205, ah_field::zeroed},
    {"experimental access control", 142, ah_field::zeroed},
    {"number 15", 15, ah_field::zeroed},
    {"IMI traffic descriptor", 144, ah_field::zeroed},
    {"address extension", 147, ah_field::zeroed},
    {"nobody's", 0x5e, ah_field::zeroed},
    {"router alert without its copied flag", 20, ah_field::zeroed},
};

namespace detail {
using ah_octets_held = std::vector<octet>;

inline ah_octets_held ah_ipv4(const ah_octets_held& options = {}) {
  ah_octets_held h{0x45, 0xb9, 0x01, 0x2c, 0x9a, 0x5b, 0x60, 0x07, 0x3d, 51, 0xbe, 0xef, 198, 51, 100, 7, 203, 0, 113, 129};
  h.insert(h.end(), options.begin(), options.end());
  h[0] = static_cast<octet>(0x40 | h.size() / 4);
  return h;
}
/// Extension headers in order, each from its second octet on; AH behind the last.
inline ah_octets_held ah_ipv6(const std::vector<std::pair<octet, ah_octets_held>>& extensions = {}) {
  ah_octets_held h(40);
  for (std::size_t i = 0; i < 40; ++i) h[i] = static_cast<octet>(0x61 + 5 * i);
  h[0] = 0x6b;
  h[4] = 1;
  std::size_t at = 6;
  for (const auto& [kind, body] : extensions) {
    h[at] = kind;
    at = h.size();
    h.push_back(0);
    h.insert(h.end(), body.begin(), body.end());
  }
  h[at] = 51;
  return h;
}
inline bool ah_bit(const ah_octets_held& h, std::size_t bit) { return (h[bit / 8] >> (7 - bit % 8) & 1) != 0; }
inline void ah_flip(ah_octets_held& h, std::size_t bit) { h[bit / 8] = static_cast<octet>(h[bit / 8] ^ (0x80u >> bit % 8)); }
}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
