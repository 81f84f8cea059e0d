// The records that add and delete SAs of version 1, octet by octet: no object header, fixed offsets, keys at the end.
#pragma once

#include <esplanade/offload/record_octets.hpp>
#include <esplanade/offload/v1_sa_request.hpp>

namespace esplanade {
inline namespace v0 {

/// What UDP-ESP packets look like to a NIC: the port that it listens at. `ike` was never to be used.
enum class v1_udp_type : std::uint32_t { ike = 0, other = 1 };
/// One entry of the NIC's parser: where it looks for ESP in UDP.
struct v1_parser_entry {
  v1_udp_type type = v1_udp_type::other;
  std::uint16_t port = 4500;  ///< host order
  friend constexpr bool operator==(const v1_parser_entry&, const v1_parser_entry&) noexcept = default;
};
/// A request with the entry it is to use: none given = find one like it, or make one (V1-19).
struct v1_udp_sa_request {
  v1_sa_request sa{};
  v1_parser_entry entry{};
  offload_handle entry_handle{};
};
/// What DELETE_UDPESP_SA names.
struct v1_udp_delete {
  offload_handle handle{};
  offload_handle entry_handle{};  ///< given: the entry goes too
};

/// Where fields stand; all others are before the first handle and alike in both layouts.
///   Units    octets; addresses, SPIs and ports in wire order (U-4), everything else little-endian
struct v1_offsets {
  static constexpr std::size_t elements = 36, element = 44, algorithm = 12, handle = 168;
  std::size_t entry, entry_handle, key_length, keys;
  [[nodiscard]] static constexpr v1_offsets of(record_layout layout, bool udp) noexcept {
    const bool wide = layout == record_layout::of_64_bits;
    if (udp) return wide ? v1_offsets{176, 184, 192, 196} : v1_offsets{172, 180, 184, 188};
    return wide ? v1_offsets{0, 0, 176, 180} : v1_offsets{0, 0, 172, 176};
  }
};

namespace detail {
[[nodiscard]] constexpr std::uint32_t be32_at(record_reader& in, std::size_t at) noexcept {
  const const_octets o = in.bytes(at, 4);
  return o.empty() ? 0 : std::uint32_t{o[0]} << 24 | std::uint32_t{o[1]} << 16 | std::uint32_t{o[2]} << 8 | o[3];
}
[[nodiscard]] constexpr std::uint16_t be16_at(record_reader& in, std::size_t at) noexcept {
  const const_octets o = in.bytes(at, 2);
  return o.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(o[0] << 8 | o[1]);
}
[[nodiscard]] constexpr address v4_at(record_reader& in, std::size_t at) noexcept {
  const const_octets o = in.bytes(at, 4);
  return o.empty() ? address{} : address::from(family::ipv4, o.data());
}
constexpr void be_to(record_writer& out, std::size_t at, std::uint64_t value, std::size_t octets_) noexcept {
  for (std::size_t i = 0; i < octets_; ++i) out.u8(at + i, static_cast<std::uint8_t>(value >> 8 * (octets_ - 1 - i)));
}

[[nodiscard]] constexpr result<v1_sa_request> read_v1_sa(record_reader& in, bool udp) noexcept {
  using o = v1_offsets;
  const o at = o::of(in.layout(), udp);
  v1_sa_request r;
  r.udp = udp;
  r.filter = {v4_at(in, 0), v4_at(in, 8), be32_at(in, 4), be32_at(in, 12), 0, be16_at(in, 20), be16_at(in, 22)};
  const std::uint32_t protocol = in.u32(16);
  r.filter.protocol = static_cast<octet>(protocol & 0xff);
  r.tunnel_source = v4_at(in, 24);
  r.tunnel_destination = v4_at(in, 28);
  const std::uint16_t flags = in.u16(32), count = in.u16(34);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t e = o::elements + i * o::element;
    r.elements[i] = {static_cast<v1_operation>(in.u32(e)), be32_at(in, e + 4), static_cast<v1_integrity>(in.u32(e + 8)), static_cast<v1_cipher>(in.u32(e + 20)), in.u32(e + 12), in.u32(e + 24),
                     in.u32(e + 16), in.u32(e + 28)};
  }
  const std::uint32_t keys = in.u32(at.key_length);
  if (!in.complete()) return fault{fault_kind::too_short, "record", "the buffer ends before the record", "the record through its key length"};
  r.keys = in.bytes(at.keys, keys);
  if (!in.complete()) return fault{fault_kind::invalid_value, "key_length", "the buffer ends before the keys", "as many octets as stand behind the record"};
  if (protocol > 0xff) return fault{fault_kind::invalid_value, "protocol", "IP has 256 protocols", "0 to 255"};
  if (flags != 1 && flags != 2) return fault{fault_kind::invalid_value, "flags", "an SA has one direction", "1 inbound, 2 outbound"};
  if (count < 1 || count > 3) return fault{fault_kind::invalid_value, "count", "the record has places for three elements", "1 or 2 of them"};
  r.inbound = flags == 1;
  r.count = static_cast<std::uint8_t>(count);
  return r;
}
constexpr std::size_t write_v1_sa(const v1_sa_request& r, record_writer& out, bool udp) noexcept {
  using o = v1_offsets;
  const o at = o::of(out.layout(), udp);
  out.clear(0, at.keys);
  const std::pair<std::size_t, const address*> addresses[] = {{0, &r.filter.source}, {8, &r.filter.destination}, {24, &r.tunnel_source}, {28, &r.tunnel_destination}};
  for (const auto& [where, a] : addresses) out.bytes(where, {a->value, 4});
  be_to(out, 4, r.filter.source_mask, 4), be_to(out, 12, r.filter.destination_mask, 4);
  out.u32(16, r.filter.protocol);
  be_to(out, 20, r.filter.source_port, 2), be_to(out, 22, r.filter.destination_port, 2);
  out.u16(32, r.inbound ? 1 : 2);
  out.u16(34, r.count);
  for (std::size_t i = 0; i < r.count && i < 3; ++i) {
    const std::size_t e = o::elements + i * o::element;
    const v1_element& from = r.elements[i];
    out.u32(e, static_cast<std::uint32_t>(from.operation));
    be_to(out, e + 4, from.spi, 4);
    out.u32(e + 8, static_cast<std::uint32_t>(from.integrity)), out.u32(e + 12, from.integrity_key), out.u32(e + 16, from.integrity_rounds);
    out.u32(e + 20, static_cast<std::uint32_t>(from.cipher)), out.u32(e + 24, from.cipher_key), out.u32(e + 28, from.cipher_rounds);
  }
  out.u32(at.key_length, static_cast<std::uint32_t>(r.keys.size()));
  out.bytes(at.keys, r.keys);
  return out.complete() ? at.keys + r.keys.size() : 0;
}
}  // namespace detail

/// ADD_SA. Keys point into `given`.
///   Errors   too_short; invalid_value: a field that no record has, keys beyond the buffer. Nothing is read outside `given`
[[nodiscard]] constexpr result<v1_sa_request> read_v1_add_sa(const_octets given, record_layout layout) noexcept {
  record_reader in{given, layout};
  return detail::read_v1_sa(in, false);
}
/// ADD_UDPESP_SA. Keys point into `given`.
///   Errors   those of ADD_SA
[[nodiscard]] constexpr result<v1_udp_sa_request> read_v1_add_udp_sa(const_octets given, record_layout layout) noexcept {
  record_reader in{given, layout};
  const v1_offsets at = v1_offsets::of(layout, true);
  auto sa = detail::read_v1_sa(in, true);
  if (!sa) return sa.why();
  v1_udp_sa_request made{*sa, {static_cast<v1_udp_type>(in.u32(at.entry)), detail::be16_at(in, at.entry + 4)}, {static_cast<std::uintptr_t>(in.word(at.entry_handle))}};
  return made;
}
/// Writes a record of ADD_SA, or with its entry of ADD_UDPESP_SA; → octets written, 0 when they do not fit.
constexpr std::size_t write_v1_add_sa(const v1_sa_request& r, octets into, record_layout layout) noexcept {
  record_writer out{into, layout};
  return detail::write_v1_sa(r, out, false);
}
constexpr std::size_t write_v1_add_udp_sa(const v1_udp_sa_request& r, octets into, record_layout layout) noexcept {
  record_writer out{into, layout};
  const v1_offsets at = v1_offsets::of(layout, true);
  const std::size_t written = detail::write_v1_sa(r.sa, out, true);
  out.u32(at.entry, static_cast<std::uint32_t>(r.entry.type));
  detail::be_to(out, at.entry + 4, r.entry.port, 2);
  out.word(at.entry_handle, r.entry_handle.word);
  return out.complete() ? written : 0;
}
/// What the NIC answers with, into the very record.
constexpr void answer_v1_add(octets record, record_layout layout, offload_handle sa, const offload_handle* entry = nullptr) noexcept {
  record_writer out{record, layout};
  out.word(v1_offsets::handle, sa.word);
  if (entry != nullptr) out.word(v1_offsets::of(layout, true).entry_handle, entry->word);
}
/// DELETE_SA and DELETE_UDPESP_SA.
///   Errors   too_short
[[nodiscard]] constexpr result<offload_handle> read_v1_delete_sa(const_octets given, record_layout layout) noexcept {
  record_reader in{given, layout};
  const offload_handle handle{static_cast<std::uintptr_t>(in.word(0))};
  if (!in.complete()) return fault{fault_kind::too_short, "record", "the buffer ends before the handle", "one handle"};
  return handle;
}
[[nodiscard]] constexpr result<v1_udp_delete> read_v1_delete_udp_sa(const_octets given, record_layout layout) noexcept {
  record_reader in{given, layout};
  const v1_udp_delete made{{static_cast<std::uintptr_t>(in.word(0))}, {static_cast<std::uintptr_t>(in.word(static_cast<std::size_t>(layout)))}};
  if (!in.complete()) return fault{fault_kind::too_short, "record", "the buffer ends before the handles", "two handles"};
  return made;
}

}  // namespace v0
}  // namespace esplanade
