// SA records read plainly: by the tables of ipsecov2.md 2.5 to 2.10, octet by octet, with nothing of what the toolkit reads them by.
#pragma once

#include <esplanade/testing/fuzz/input.hpp>

#include <cstdint>
#include <optional>
#include <set>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// Where the fields of one host's records lie.
struct plain_layout {
  unsigned word = 8;
  std::size_t next = 8, count = 16, flags = 20, ends = 24, handle = 56, udp = 64, elements = 68, key_length = 164, keys = 168, size = 169;
  std::size_t ex_count = 4, ex_flags = 8, ex_ends = 12, ex_handle = 48, ex_udp = 56, ex_elements = 60, ex_key_length = 156, ex_key_offset = 160, ex_size = 170;
  std::size_t delete_handle = 16, delete_size = 24;
  std::size_t update_handle = 8, update_operation = 16, update_spi = 20, update_high = 24, update_size = 28;
};
inline constexpr plain_layout plain_64{};
inline constexpr plain_layout plain_32{4, 4, 8, 12, 16, 48, 52, 56, 152, 156, 157, 4, 8, 12, 44, 48, 52, 148, 152, 162, 8, 12, 4, 8, 12, 16, 20};

/// One SA of a bundle, as far as it can be told apart.
struct plain_element {
  bool ah = false, esn = false;
  std::uint32_t spi = 0, high = 0;
  unsigned icv = 0;
};
struct plain_bundle {
  bool inbound = false, v6 = false;
  bytes destination{};
  std::vector<plain_element> elements{};
};

/// Memory that a request's records lie in, whose first octet has the address `base`.
struct plain_memory {
  bytes octets{};
  std::uint64_t base = 0;

  [[nodiscard]] bool has(std::uint64_t address, std::uint64_t count) const { return address >= base && address - base <= octets.size() && count <= octets.size() - (address - base); }
  [[nodiscard]] std::uint64_t number(std::uint64_t address, unsigned count) const {
    std::uint64_t value = 0;
    for (unsigned i = count; i-- != 0;) value = value << 8 | octets[static_cast<std::size_t>(address - base) + i];
    return value;
  }
  [[nodiscard]] std::uint32_t u32(std::uint64_t address) const { return static_cast<std::uint32_t>(number(address, 4)); }
  [[nodiscard]] std::uint32_t wire32(std::uint64_t address) const {
    return static_cast<std::uint32_t>(number(address, 1) << 24 | number(address + 1, 1) << 16 | number(address + 2, 1) << 8 | number(address + 3, 1));
  }
  [[nodiscard]] bytes part(std::uint64_t address, std::size_t count) const {
    const auto from = octets.begin() + static_cast<std::ptrdiff_t>(address - base);
    return bytes(from, from + static_cast<std::ptrdiff_t>(count));
  }
};

/// The addresses of a list's records; nothing when it is malformed.
inline std::optional<std::vector<std::uint64_t>> plain_list(const plain_memory& m, std::uint64_t first, const plain_layout& l, std::size_t size) {
  std::vector<std::uint64_t> all;
  std::set<std::uint64_t> seen;
  for (std::uint64_t here = first; here != 0; here = m.number(here + l.next, l.word)) {
    if (!m.has(here, size) || !seen.insert(here).second) return std::nullopt;
    if (m.number(here, 1) != 0x80 || m.number(here + 1, 1) == 0 || m.number(here + 2, 2) < size || !m.has(here, m.number(here + 2, 2))) return std::nullopt;
    all.push_back(here);
  }
  return all;
}
/// Octets of a record of ADD_SA with its keys.
inline std::uint64_t plain_extent(const plain_memory& m, std::uint64_t here, const plain_layout& l) {
  return std::max<std::uint64_t>(m.number(here + 2, 2), l.keys + std::uint64_t{m.u32(here + l.key_length)});
}

/// The SA at `at`, for a NIC with AES-GCM of 128 bits and any ICV and of 256 bits with 16 octets, AES-GMAC of 128 bits, SHA-1
/// with NULL and AES-CBC of 128 bits; nothing when it must be refused. `blob` octets of keys.
inline std::optional<plain_element> plain_sa(const plain_memory& m, std::uint64_t at, std::uint64_t blob) {
  const std::uint32_t flags = m.u32(at), operation = m.u32(at + 4);
  const std::uint32_t mac = m.u32(at + 12), mac_length = m.u32(at + 16), mac_offset = m.u32(at + 20), mac_more = m.u32(at + 24);
  const std::uint32_t cipher = m.u32(at + 28), length = m.u32(at + 32), offset = m.u32(at + 36), icv = m.u32(at + 40);
  if (flags > 1 || (operation != 1 && operation != 2)) return std::nullopt;
  plain_element e{operation == 1, flags == 1, m.wire32(at + 8), m.u32(at + 44), 0};
  if (e.spi < 256) return std::nullopt;
  const auto inside = [blob](std::uint64_t from, std::uint64_t count) { return from + count <= blob; };
  const auto salted = [&](std::uint32_t count, std::uint32_t from, std::uint64_t wanted) { return count == 0 && from == 0 ? blob == wanted : count == wanted && inside(from, count); };
  if (e.ah) {
    if ((cipher | length | offset | icv) != 0) return std::nullopt;
    e.icv = mac == 8 ? 16 : 12;
    return (mac == 2 && mac_length == 20 && inside(mac_offset, 20)) || (mac == 8 && salted(mac_length, mac_offset, 20)) ? std::optional(e) : std::nullopt;
  }
  if (cipher == 0x008 || cipher == 0x020) {
    if (icv != 0 && icv != 8 && icv != 12 && icv != 16) return std::nullopt;
    e.icv = icv == 0 ? 16 : icv;
    if (cipher == 0x020 && e.icv != 16) return std::nullopt;
    return salted(length, offset, cipher == 0x008 ? 20 : 36) ? std::optional(e) : std::nullopt;
  }
  const bool silent = (mac | mac_length | mac_offset | mac_more) == 0;
  if (silent || !inside(offset, length)) return std::nullopt;
  e.icv = mac == 8 ? 16 : 12;
  const std::uint32_t wanted = cipher == 0x040 ? 16 : 0;
  if ((cipher != 0 && cipher != 1 && cipher != 0x040) || length != wanted) return std::nullopt;
  if (mac == 2) return mac_length == 20 && inside(mac_offset, 20) ? std::optional(e) : std::nullopt;
  return mac == 8 && cipher != 0x040 && salted(mac_length, mac_offset, 20) ? std::optional(e) : std::nullopt;
}

/// The bundle of a record of ADD_SA or ADD_SA_EX, of which `given` octets are there.
inline std::optional<plain_bundle> plain_add(const plain_memory& m, std::uint64_t here, std::uint64_t given, const plain_layout& l, bool ex) {
  const std::size_t size = ex ? l.ex_size : l.size;
  if (!m.has(here, given) || given < size || m.number(here, 1) != 0x80 || m.number(here + 1, 1) == 0 || m.number(here + 2, 2) < size || m.number(here + 2, 2) > given) return std::nullopt;
  const std::uint32_t count = m.u32(here + (ex ? l.ex_count : l.count)), flags = m.u32(here + (ex ? l.ex_flags : l.flags)), udp = m.u32(here + (ex ? l.ex_udp : l.udp));
  const std::uint64_t blob = m.u32(here + (ex ? l.ex_key_length : l.key_length)), keys = ex ? m.u32(here + l.ex_key_offset) : l.keys;
  if (count < 1 || count > 2 || (flags & ~0x11u) != 0 || (udp != 0 && udp != 1 && udp != 2 && udp != 4 && udp != 8)) return std::nullopt;
  if ((ex && blob != 0 && keys < size) || keys + blob > given) return std::nullopt;
  plain_bundle made{(flags & 1) != 0, (flags & 0x10) != 0, {}, {}};
  const std::size_t address = made.v6 ? 16 : 4;
  made.destination = m.part(here + (ex ? l.ex_ends : l.ends) + address, address);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto e = plain_sa(m, here + (ex ? l.ex_elements : l.elements) + std::uint64_t{48} * i, blob);
    if (!e || (udp != 0 && (e->ah || count != 1)) || (count == 2 && e->ah != (i == 1))) return std::nullopt;
    made.elements.push_back(*e);
  }
  return made;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
