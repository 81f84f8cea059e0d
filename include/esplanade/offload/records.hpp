// The records that SA requests carry: where their fields lie for 64-bit and 32-bit hosts, and what their flags mean.
#pragma once

#include <esplanade/offload/record_octets.hpp>
#include <esplanade/offload/sa_request.hpp>

namespace esplanade {
inline namespace v0 {

/// Requests on the direct path (ipsecov2.md 3); every other number is refused there (F59).
enum class direct_oid : std::uint32_t {
  add_sa = 0xFC030202,     ///< a list of bundles
  delete_sa = 0xFC030203,  ///< a list of handles
  update_sa = 0xFC030204,  ///< one new high word; no list (F55)
  add_sa_ex = 0xFC030205,  ///< one bundle, its keys at an offset
};

namespace detail {
inline constexpr std::uint8_t default_object = 0x80;
inline constexpr std::size_t algorithm_octets = 16, element_octets = 48, endpoint_octets = 32;

// Offsets inside an element and inside an algorithm's description: the same for all hosts.
struct element_at {
  static constexpr std::size_t flags = 0, operation = 4, spi = 8, integrity = 12, encryption = 28, high = 44;
};
struct algorithm_at {
  static constexpr std::size_t identifier = 0, key_length = 4, key_offset = 8, additional = 12;
};

/// Offsets of the fields of ADD_SA and ADD_SA_EX; 0 = the record has no such field.
struct add_fields {
  std::size_t next, count, flags, endpoints, handle, udp_esp, elements, key_length, key_data, key_offset;
  std::uint16_t size;  ///< through the last field of revision 1
};
inline constexpr add_fields add_sa_64{8, 16, 20, 24, 56, 64, 68, 164, 168, 0, 169};
inline constexpr add_fields add_sa_32{4, 8, 12, 16, 48, 52, 56, 152, 156, 0, 157};
inline constexpr add_fields add_sa_ex_64{0, 4, 8, 12, 48, 56, 60, 156, 0, 160, 170};
inline constexpr add_fields add_sa_ex_32{0, 4, 8, 12, 44, 48, 52, 148, 0, 152, 162};

/// Offsets of the fields of DELETE_SA.
struct delete_fields {
  std::size_t next, handle;
  std::uint16_t size;
};
inline constexpr delete_fields delete_sa_64{8, 16, 24};
inline constexpr delete_fields delete_sa_32{4, 8, 12};

/// Offsets of the fields of UPDATE_SA.
struct update_fields {
  std::size_t handle, operation, spi, high;
  std::uint16_t size;
};
inline constexpr update_fields update_sa_64{8, 16, 20, 24, 28};
inline constexpr update_fields update_sa_32{4, 8, 12, 16, 20};

[[nodiscard]] constexpr const add_fields& add_fields_of(record_layout l, bool ex) noexcept {
  if (l == record_layout::of_64_bits) return ex ? add_sa_ex_64 : add_sa_64;
  return ex ? add_sa_ex_32 : add_sa_32;
}
[[nodiscard]] constexpr const delete_fields& delete_fields_of(record_layout l) noexcept { return l == record_layout::of_64_bits ? delete_sa_64 : delete_sa_32; }
[[nodiscard]] constexpr const update_fields& update_fields_of(record_layout l) noexcept { return l == record_layout::of_64_bits ? update_sa_64 : update_sa_32; }

inline constexpr std::uint32_t inbound_flag = 0x1, ipv6_flag = 0x10;  // of a bundle
inline constexpr std::uint32_t esn_flag = 0x1;                        // of an element
inline constexpr std::uint32_t operation_ah = 1, operation_esp = 2;

// Opens a record of revision 1 and this size.
[[nodiscard]] constexpr result<record_reader> open_record(const_octets record, record_layout l, const std::uint16_t& size) noexcept {
  return record_reader::open(record, l, record_shape{default_object, {&size, 1}});
}
}  // namespace detail

/// How many octets an SA request's record has without its keys; 0 for an OID that is none of them.
[[nodiscard]] constexpr std::size_t record_octets_of(direct_oid oid, record_layout l) noexcept {
  switch (oid) {
    case direct_oid::add_sa: return detail::add_fields_of(l, false).size;
    case direct_oid::add_sa_ex: return detail::add_fields_of(l, true).size;
    case direct_oid::delete_sa: return detail::delete_fields_of(l).size;
    case direct_oid::update_sa: return detail::update_fields_of(l).size;
  }
  return 0;
}

}  // namespace v0
}  // namespace esplanade
