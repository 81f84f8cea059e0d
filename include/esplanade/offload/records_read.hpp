// From the records of SA requests to typed ones. Nothing that a record says is believed before it was compared with its bounds.
//
//   Available         icv_in_octets           AES-GCM: 8, 12 or 16, and 0 for 16
//                     icv_in_octets_or_bits   also 64, 96 and 128, which cannot be taken for octets
//   When to use       icv_in_octets, unless a host is known to count bits: no source says which of the two it is (U-3)
//   Not provided      bits alone, because every host that sends 0, 8, 12 or 16 would be refused
#pragma once

#include <esplanade/offload/records.hpp>

namespace esplanade {
inline namespace v0 {

/// As the record describes it.
struct icv_in_octets {
  static constexpr const char* name = "icv_in_octets";
  [[nodiscard]] static constexpr std::uint32_t octets_of(std::uint32_t said) noexcept { return said; }
};
/// What is 64, 96 or 128 is taken for bits, for no ICV has so many octets.
struct icv_in_octets_or_bits {
  static constexpr const char* name = "icv_in_octets_or_bits";
  [[nodiscard]] static constexpr std::uint32_t octets_of(std::uint32_t said) noexcept { return said == 64 || said == 96 || said == 128 ? said / 8 : said; }
};

namespace detail {
/// One of the two descriptions of an element.
struct algorithm_record {
  std::uint32_t identifier = 0, key_length = 0, key_offset = 0, additional = 0;
  [[nodiscard]] constexpr bool absent() const noexcept { return (identifier | key_length | key_offset | additional) == 0; }
};
[[nodiscard]] constexpr algorithm_record read_algorithm(record_reader& r, std::size_t at) noexcept {
  return {r.u32(at + algorithm_at::identifier), r.u32(at + algorithm_at::key_length), r.u32(at + algorithm_at::key_offset), r.u32(at + algorithm_at::additional)};
}

/// The key that a description points to, inside `keys` (F41).
[[nodiscard]] constexpr result<const_octets> key_in(const_octets keys, const algorithm_record& a, bool whole_when_silent) noexcept {
  if (whole_when_silent && a.key_length == 0 && a.key_offset == 0) return keys;  // U-5
  if (a.key_offset > keys.size() || a.key_length > keys.size() - a.key_offset)
    return fault{fault_kind::invalid_value, "key_offset", "the key does not lie inside the keys of the record", "an offset and a length inside them"};
  return keys.subspan(a.key_offset, a.key_length);
}

template <class Icv> [[nodiscard]] result<offload_element> read_element(record_reader& r, std::size_t at, const_octets keys) noexcept {
  const std::uint32_t flags = r.u32(at + element_at::flags), operation = r.u32(at + element_at::operation);
  if ((flags & ~esn_flag) != 0) return fault{fault_kind::invalid_value, "element.flags", "a bit that means nothing", "0, or 1 for extended sequence numbers"};
  if (operation != operation_ah && operation != operation_esp) return fault{fault_kind::invalid_value, "element.operation", "neither AH nor ESP", "1 for AH, 2 for ESP"};
  offload_element e;
  e.spi = load_be32(r.bytes(at + element_at::spi, 4).data());  // U-4: as it stands in packets
  e.esn = flags == esn_flag;
  e.high = r.u32(at + element_at::high);
  e.transform.protocol = operation == operation_ah ? protocol_kind::ah : protocol_kind::esp;
  const algorithm_record integrity = read_algorithm(r, at + element_at::integrity), encryption = read_algorithm(r, at + element_at::encryption);
  if (operation == operation_ah && !encryption.absent()) return fault{fault_kind::invalid_value, "element.encryption", "AH encrypts nothing (ipsecov2.md 2.6)", "16 octets of 0"};
  const auto its_encryption = set_of<offload_encryption>::from_bits(encryption.identifier);
  const bool combined = !(its_encryption & set_of<offload_encryption>::from_bits(0x38)).empty();
  e.transform.encryption = its_encryption;
  if (combined) {
    const std::uint32_t icv = Icv::octets_of(encryption.additional);
    if (icv > 255) return fault{fault_kind::invalid_value, "element.additional", "AES-GCM has no ICV of this size", "0, 8, 12 or 16"};
    e.transform.icv = static_cast<std::uint8_t>(icv);
    auto key = key_in(keys, encryption, true);
    if (!key) return key.why();
    e.encryption_key = *key;
    return e;  // F40: whatever stands under integrity
  }
  e.transform.integrity = set_of<offload_integrity>::from_bits(integrity.identifier);
  if (!encryption.absent()) {
    auto key = key_in(keys, encryption, false);
    if (!key) return key.why();
    e.encryption_key = *key;
  }
  if (!integrity.absent()) {
    auto key = key_in(keys, integrity, (integrity.identifier & 0x38) != 0);
    if (!key) return key.why();
    e.integrity_key = *key;
  }
  return e;
}
}  // namespace detail

/// A bundle to add, from `record`, which is one record with all that belongs to it: of ADD_SA through its keys, of ADD_SA_EX
/// the whole buffer.
///   Errors   too_short: the record, or the keys, do not lie inside; invalid_value: a field contradicts the format
template <class Icv = icv_in_octets> [[nodiscard]] result<sa_request> read_add_sa(const_octets record, record_layout layout, bool ex) noexcept {
  const detail::add_fields& at = detail::add_fields_of(layout, ex);
  auto opened = detail::open_record(record, layout, at.size);
  if (!opened) return opened.why();
  record_reader& r = *opened;
  const std::uint32_t count = r.u32(at.count), flags = r.u32(at.flags), udp = r.u32(at.udp_esp), key_length = r.u32(at.key_length);
  if (count != 1 && count != 2) return fault{fault_kind::invalid_value, "count", "a bundle has one element or two", "1 or 2"};
  if ((flags & ~(detail::inbound_flag | detail::ipv6_flag)) != 0) return fault{fault_kind::invalid_value, "flags", "a bit that means nothing", "1 for inbound, 16 for IPv6"};
  if ((udp & ~all_udp_esp_layouts.bits) != 0) return fault{fault_kind::invalid_value, "udp_esp", "a bit that means nothing", "0, 1, 2, 4 or 8"};
  const std::size_t keys_at = ex ? r.u32(at.key_offset) : at.key_data;
  if (ex && keys_at < at.size && key_length != 0) return fault{fault_kind::invalid_value, "key_offset", "the keys lie over the fields of the record", "an offset behind them"};
  if (keys_at > record.size() || key_length > record.size() - keys_at) return fault{fault_kind::too_short, "key_length", "the keys reach beyond the buffer", "a buffer that holds them"};

  sa_request made;
  made.inbound = (flags & detail::inbound_flag) != 0;
  made.version = (flags & detail::ipv6_flag) != 0 ? family::ipv6 : family::ipv4;
  made.source = address::from(made.version, r.bytes(at.endpoints, detail::endpoint_octets).data());
  made.destination = address::from(made.version, r.bytes(at.endpoints, detail::endpoint_octets).data() + address::octets_of(made.version));
  made.udp_esp = set_of<udp_esp_layout>::from_bits(udp);
  made.count = static_cast<std::uint8_t>(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto element = detail::read_element<Icv>(r, at.elements + i * detail::element_octets, record.subspan(keys_at, key_length));
    if (!element) return element.why();
    made.elements[i] = *element;
  }
  return made;
}

/// What one record of a DELETE_SA list says.
struct delete_record {
  offload_handle handle{};
  std::uint64_t next = 0;  ///< where the next one lies; 0 = none
};
/// Reads one of them.
///   Errors   of the object header
[[nodiscard]] inline result<delete_record> read_delete_sa(const_octets record, record_layout layout) noexcept {
  const detail::delete_fields& at = detail::delete_fields_of(layout);
  auto opened = detail::open_record(record, layout, at.size);
  if (!opened) return opened.why();
  const std::uint64_t handle = opened->word(at.handle), next = opened->word(at.next);
  // A handle that this host's words cannot hold names nothing here.
  return delete_record{{static_cast<std::uintptr_t>(handle) == handle ? static_cast<std::uintptr_t>(handle) : 0}, next};
}

/// The one update that an UPDATE_SA record says.
///   Errors   of the object header; invalid_value: neither AH nor ESP
[[nodiscard]] inline result<sa_update> read_update_sa(const_octets record, record_layout layout) noexcept {
  const detail::update_fields& at = detail::update_fields_of(layout);
  auto opened = detail::open_record(record, layout, at.size);
  if (!opened) return opened.why();
  const std::uint64_t handle = opened->word(at.handle);
  const std::uint32_t operation = opened->u32(at.operation);
  if (operation != detail::operation_ah && operation != detail::operation_esp) return fault{fault_kind::invalid_value, "operation", "neither AH nor ESP", "1 for AH, 2 for ESP"};
  return sa_update{{static_cast<std::uintptr_t>(handle) == handle ? static_cast<std::uintptr_t>(handle) : 0},
                   operation == detail::operation_ah ? protocol_kind::ah : protocol_kind::esp,
                   load_be32(opened->bytes(at.spi, 4).data()), opened->u32(at.high)};
}

}  // namespace v0
}  // namespace esplanade
