// What sealing and opening share: AAD, nonce and text of a job (RFC 4106 3 to 5, RFC 4303 2.2.1).
#pragma once

#include <esplanade/transform/context.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Fills everything of a job but its text: AAD is SPI ‖ sequence number, with the high half between them under ESN (RFC 4106 5).
/// `esp` points to SPI, sequence number and IV as they stand on the wire.
template <class P> ESPLANADE_INLINE void fill_job(job& j, const sa_core& sa, const octet* esp, std::uint64_t number) noexcept {
  const std::size_t iv = iv_octets<P>(sa);
  j.schedule = sa.schedule;
  if constexpr (common_salt<P> == 0) j.salt_length = sa.salt_octets;
  if constexpr (common_iv<P> == 0) j.iv_length = static_cast<std::uint8_t>(iv);
  if constexpr (common_icv<P> == 0) j.icv_length = sa.icv_octets;
  std::memcpy(j.salt_memory, sa.salt, salt_max);
  if constexpr (common_iv<P> != 0) std::memcpy(j.iv_memory, esp + esp_header_octets, common_iv<P>);
  else std::memcpy(j.iv_memory, esp + esp_header_octets, iv);
  if (uses_esn<P>(sa)) {
    std::memcpy(j.aad_memory, esp, 4);
    store_be32(j.aad_memory + 4, static_cast<std::uint32_t>(number >> 32));
    std::memcpy(j.aad_memory + 8, esp + 4, 4);
    j.aad_length = 12;
  } else {
    std::memcpy(j.aad_memory, esp, 8);
    j.aad_length = 8;
  }
}

/// Points a job at the text [from, from + size) of its packet, in place; false when it has more segments than the context holds.
template <class Context> [[nodiscard]] ESPLANADE_INLINE bool fill_text(Context& c, job& j, std::size_t i, std::size_t from, std::size_t size) noexcept {
  segment* const text = c.text[&j - c.jobs];
  j.length = static_cast<std::uint32_t>(size);
  const std::size_t pieces = list_segments(c.packet(i), from, size, text, Context::segments_max);
  if constexpr (Context::segments_max != 1) j.segments = static_cast<std::uint8_t>(pieces);
  return pieces != 0;
}

/// Pointer to [at, at + size) of the packet when it lies in one segment, else nullptr.
template <class P> [[nodiscard]] ESPLANADE_INLINE octet* together(P& p, std::size_t at, std::size_t size) noexcept {
  if constexpr (ContiguousPacket<P>) {
    return (*packet_traits<P>::first(p)).data() + at;
  } else {
    for (auto cursor = packet_traits<P>::first(p); static_cast<bool>(cursor); ++cursor) {
      const octets piece = *cursor;
      if (at < piece.size()) return size <= piece.size() - at ? piece.data() + at : nullptr;
      at -= piece.size();
    }
    return nullptr;
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
