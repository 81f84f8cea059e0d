// From typed SA requests to records: what a host hands to a NIC, and what tests and fuzzers start from.
#pragma once

#include <esplanade/offload/records.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
inline void write_algorithm(record_writer& w, std::size_t at, std::uint32_t identifier, std::size_t key_length, std::size_t key_offset, std::uint32_t additional) noexcept {
  w.u32(at + algorithm_at::identifier, identifier);
  w.u32(at + algorithm_at::key_length, static_cast<std::uint32_t>(key_length));
  w.u32(at + algorithm_at::key_offset, static_cast<std::uint32_t>(key_offset));
  w.u32(at + algorithm_at::additional, additional);
}
inline void write_wire_order(record_writer& w, std::size_t at, std::uint32_t value) noexcept {
  octet wire[4];
  store_be32(wire, value);
  w.bytes(at, wire);
}
[[nodiscard]] inline fault no_room_for(const char* field) noexcept { return {fault_kind::too_short, field, "the memory ends before the record, or its words are too small for a value", "memory of the record's size, and its own host's layout"}; }
}  // namespace detail

/// Octets of the record that `r` becomes, with its keys.
[[nodiscard]] inline std::size_t add_sa_octets(const sa_request& r, record_layout layout, bool ex) noexcept {
  std::size_t keys = 0;
  for (std::size_t i = 0; i < 2 && i < r.count; ++i) keys += r.elements[i].encryption_key.size() + r.elements[i].integrity_key.size();
  const detail::add_fields& at = detail::add_fields_of(layout, ex);
  const std::size_t end = (ex ? at.size : at.key_data) + keys;
  return end < at.size ? at.size : end;
}

/// Writes a record of ADD_SA, or ADD_SA_EX, with its keys behind it; `next`: where the next one lies.
///   Errors   too_short: `into` has no room for it, or its words none for `next`
[[nodiscard]] inline result<std::size_t> write_add_sa(octets into, record_layout layout, bool ex, const sa_request& r, std::uint64_t next = 0) noexcept {
  const detail::add_fields& at = detail::add_fields_of(layout, ex);
  const std::size_t all = add_sa_octets(r, layout, ex), keys_at = ex ? at.size : at.key_data;
  if (into.size() < all) return detail::no_room_for("record");
  record_writer w(into.first(all), layout);
  w.clear(0, all);
  w.header({detail::default_object, 1, at.size});
  if (!ex) w.word(at.next, next);
  w.u32(at.count, r.count);
  w.u32(at.flags, (r.inbound ? detail::inbound_flag : 0) | (r.version == family::ipv6 ? detail::ipv6_flag : 0));
  const std::size_t octets_each = address::octets_of(r.version);
  w.bytes(at.endpoints, {r.source.value, octets_each});
  w.bytes(at.endpoints + octets_each, {r.destination.value, octets_each});
  w.u32(at.udp_esp, r.udp_esp.bits);
  std::size_t key = 0;
  for (std::size_t i = 0; i < 2 && i < r.count; ++i) {
    const offload_element& e = r.elements[i];
    const std::size_t here = at.elements + i * detail::element_octets;
    w.u32(here + detail::element_at::flags, e.esn ? detail::esn_flag : 0);
    w.u32(here + detail::element_at::operation, e.transform.protocol == protocol_kind::ah ? detail::operation_ah : detail::operation_esp);
    detail::write_wire_order(w, here + detail::element_at::spi, e.spi);
    w.u32(here + detail::element_at::high, e.high);
    const auto put = [&](std::size_t field, std::uint32_t identifier, const_octets octets_of_key, std::uint32_t additional) noexcept {
      detail::write_algorithm(w, here + field, identifier, octets_of_key.size(), octets_of_key.empty() ? 0 : key, additional);
      w.bytes(keys_at + key, octets_of_key);
      key += octets_of_key.size();
    };
    put(detail::element_at::encryption, e.transform.encryption.bits, e.encryption_key, e.transform.icv);
    put(detail::element_at::integrity, e.transform.integrity.bits, e.integrity_key, 0);
  }
  w.u32(at.key_length, static_cast<std::uint32_t>(key));
  if (ex) w.u32(at.key_offset, static_cast<std::uint32_t>(keys_at));
  if (!w.complete()) return detail::no_room_for("next");
  return all;
}

/// The handle that a NIC wrote into a record of ADD_SA or ADD_SA_EX; 0: that one was not offloaded (F34).
[[nodiscard]] inline offload_handle handle_in(const_octets record, record_layout layout, bool ex) noexcept {
  return {static_cast<std::uintptr_t>(record_reader(record, layout).word(detail::add_fields_of(layout, ex).handle))};
}

/// Writes one record of a DELETE_SA list; → how many octets. `next`: where the next one lies.
///   Errors   too_short: `into` has no room for it, or its words none for a value
[[nodiscard]] inline result<std::size_t> write_delete_sa(octets into, record_layout layout, offload_handle handle, std::uint64_t next = 0) noexcept {
  const detail::delete_fields& at = detail::delete_fields_of(layout);
  if (into.size() < at.size) return detail::no_room_for("record");
  record_writer w(into.first(at.size), layout);
  w.clear(0, at.size);
  w.header({detail::default_object, 1, at.size});
  w.word(at.next, next);
  w.word(at.handle, handle.word);
  if (!w.complete()) return detail::no_room_for("handle");
  return std::size_t{at.size};
}

/// Writes the record of UPDATE_SA; → how many octets.
///   Errors   too_short, as above
[[nodiscard]] inline result<std::size_t> write_update_sa(octets into, record_layout layout, const sa_update& u) noexcept {
  const detail::update_fields& at = detail::update_fields_of(layout);
  if (into.size() < at.size) return detail::no_room_for("record");
  record_writer w(into.first(at.size), layout);
  w.clear(0, at.size);
  w.header({detail::default_object, 1, at.size});
  w.word(at.handle, u.handle.word);
  w.u32(at.operation, u.protocol == protocol_kind::ah ? detail::operation_ah : detail::operation_esp);
  detail::write_wire_order(w, at.spi, u.spi);
  w.u32(at.high, u.high);
  if (!w.complete()) return detail::no_room_for("handle");
  return std::size_t{at.size};
}

}  // namespace v0
}  // namespace esplanade
