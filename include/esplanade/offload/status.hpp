// How a request, a send or an indication ended, by the numbers of NDIS; and which of them a fault means.
#pragma once

#include <esplanade/base/fault.hpp>

#include <cstddef>

namespace esplanade {
inline namespace v0 {

/// Status codes that requests, sends and indications of IPsec offload use (ipsecov2.md 2.14).
enum class ndis_status : std::uint32_t {
  success = 0,
  pending = 0x103,                        ///< one completion follows, with another status
  not_recognized = 0x00010001,
  not_accepted = 0x00010003,              ///< the adapter is resetting, or gone
  reset_start = 0x40010004,               ///< indication: hold sends and requests
  reset_end = 0x40010005,                 ///< indication: go on
  current_config = 0x40020006,            ///< indication: the current configuration changed
  hardware_capabilities = 0x40020007,     ///< indication: what the hardware can do changed
  encapsulation_change = 0x40020008,      ///< indication: the framing that offloads are active for changed
  indication_required = 0x40230001,
  failure = 0xC0000001,
  invalid_parameter = 0xC000000D,
  resources = 0xC000009A,                 ///< a capacity is used up
  not_supported = 0xC00000BB,
  closing = 0xC0010002,
  request_aborted = 0xC001000C,           ///< cancelled, or a reset came first
  reset_in_progress = 0xC001000D,
  invalid_length = 0xC0010014,            ///< the buffer is shorter than the record it should hold
  invalid_data = 0xC0010015,              ///< the record contradicts itself, or has a value that it can never have
  buffer_too_short = 0xC0010016,          ///< the buffer is shorter than the answer
  invalid_oid = 0xC0010017,
  send_aborted = 0xC023000C,
  paused = 0xC023002A,
  low_power_state = 0xC023002F,
};

/// Whether it says that nothing went wrong: success, pending and the indications.
[[nodiscard]] constexpr bool succeeded(ndis_status s) noexcept { return static_cast<std::uint32_t>(s) >> 31 == 0 && s != ndis_status::not_recognized && s != ndis_status::not_accepted; }

namespace detail {
struct worded_status {
  ndis_status status;
  const char* name;   // of the enumerator
  const char* words;
};
inline constexpr worded_status statuses[] = {
    {ndis_status::success, "success", "success"},
    {ndis_status::pending, "pending", "completed later"},
    {ndis_status::not_recognized, "not_recognized", "nobody knows this request"},
    {ndis_status::not_accepted, "not_accepted", "the adapter takes no request now"},
    {ndis_status::reset_start, "reset_start", "the adapter starts to reset"},
    {ndis_status::reset_end, "reset_end", "the adapter has reset"},
    {ndis_status::current_config, "current_config", "the current offload configuration changed"},
    {ndis_status::hardware_capabilities, "hardware_capabilities", "the offload capabilities of the hardware changed"},
    {ndis_status::encapsulation_change, "encapsulation_change", "the framing of active offloads changed"},
    {ndis_status::indication_required, "indication_required", "an indication follows"},
    {ndis_status::failure, "failure", "it failed"},
    {ndis_status::invalid_parameter, "invalid_parameter", "a parameter names nothing, or cannot be had"},
    {ndis_status::resources, "resources", "no place is left"},
    {ndis_status::not_supported, "not_supported", "not supported, or not configured"},
    {ndis_status::closing, "closing", "the binding is being closed"},
    {ndis_status::request_aborted, "request_aborted", "given up before it was done"},
    {ndis_status::reset_in_progress, "reset_in_progress", "the adapter is resetting"},
    {ndis_status::invalid_length, "invalid_length", "the buffer is shorter than its record"},
    {ndis_status::invalid_data, "invalid_data", "the record is malformed"},
    {ndis_status::buffer_too_short, "buffer_too_short", "the buffer is shorter than the answer"},
    {ndis_status::invalid_oid, "invalid_oid", "no such request"},
    {ndis_status::send_aborted, "send_aborted", "the send was given up"},
    {ndis_status::paused, "paused", "the adapter is paused"},
    {ndis_status::low_power_state, "low_power_state", "the adapter sleeps"},
};
constexpr const worded_status* status_row(ndis_status s) noexcept {
  for (const worded_status& row : statuses)
    if (row.status == s) return &row;
  return nullptr;
}
}  // namespace detail

inline constexpr std::size_t ndis_status_count = sizeof detail::statuses / sizeof detail::statuses[0];

/// Words for a status.
[[nodiscard]] constexpr const char* describe(ndis_status s) noexcept {
  const auto* row = detail::status_row(s);
  return row != nullptr ? row->words : "unknown status";
}
/// The name of its enumerator.
[[nodiscard]] constexpr const char* name_of(ndis_status s) noexcept {
  const auto* row = detail::status_row(s);
  return row != nullptr ? row->name : "unknown";
}

/// What a request that was refused with a fault completes with (ipsecov2.md U-6).
///   Errors   none: every kind has a status, and none of them is a success
[[nodiscard]] constexpr ndis_status status_of(fault_kind kind) noexcept {
  switch (kind) {
    case fault_kind::invalid_value: return ndis_status::invalid_data;
    case fault_kind::not_supported: return ndis_status::not_supported;
    case fault_kind::already_exists: return ndis_status::invalid_parameter;
    case fault_kind::not_found: return ndis_status::invalid_parameter;
    case fault_kind::no_space: return ndis_status::resources;
    case fault_kind::busy: return ndis_status::resources;
    case fault_kind::damaged: return ndis_status::invalid_data;
    case fault_kind::too_short: return ndis_status::invalid_length;
  }
  return ndis_status::failure;
}
[[nodiscard]] constexpr ndis_status status_of(const fault& why) noexcept { return status_of(why.kind); }

}  // namespace v0
}  // namespace esplanade
