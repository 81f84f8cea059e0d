// A request on the direct path: an OID, a buffer of records, and how its issuer hears of its end.
#pragma once

#include <esplanade/offload/records_list.hpp>
#include <esplanade/offload/status.hpp>

namespace esplanade {
inline namespace v0 {

/// What an issuer hands over. It stays the issuer's memory, unmoved and untouched until its end: either request() returns another
/// status than pending, or `completed` is called, once; which may be before request() returns pending.
///   Units    octets
///   Threads  from request() to its end the control path's
struct direct_request {
  std::uint32_t oid = 0;                              ///< a direct_oid, or what is refused (F59)
  bool query = false;                                 ///< none of the direct OIDs can be asked
  std::uint64_t id = 0;                               ///< which a cancellation names
  record_layout layout = native_layout;
  record_memory memory = record_memory::native();     ///< what addresses mean, that of the buffer and those in records
  std::uint64_t information = 0;                      ///< address of the buffer
  std::uint32_t information_octets = 0;
  void (*completed)(direct_request&) noexcept = nullptr;  ///< its end, if request() returned pending; may make new requests
  void* issuer = nullptr;                             ///< for `completed`

  ndis_status status = ndis_status::success;          ///< answers, valid from the end on
  std::uint32_t bytes_read = 0;
  std::uint32_t bytes_needed = 0;                     ///< when the buffer was too short
  std::uint8_t supported_revision = 0;
  fault why{};                                        ///< in words: the first record that was refused, whatever became of others

  direct_request* next_waiting = nullptr;             ///< the control path's own, as is `ticket`
  std::uint64_t ticket = 0;
};

/// Whether an OID is one of the direct path; every other is refused there (F59).
[[nodiscard]] constexpr bool is_direct(std::uint32_t oid) noexcept {
  switch (static_cast<direct_oid>(oid)) {
    case direct_oid::add_sa:
    case direct_oid::delete_sa:
    case direct_oid::update_sa:
    case direct_oid::add_sa_ex: return true;
  }
  return false;
}

}  // namespace v0
}  // namespace esplanade
