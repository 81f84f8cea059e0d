// One unit of work for a crypto provider: a packet's text, AAD, nonce and ICV.
#pragma once

#include <esplanade/buffer/segment.hpp>

#include <cstring>

namespace esplanade {
inline namespace v0 {

/// What became of a job.
enum class job_status : std::uint8_t {
  pending,  ///< with an asynchronous provider
  done,     ///< sealed, or opened and authentic
  forged,   ///< the ICV does not match; the text is what `on_forged` says
  failed,   ///< could not be worked on; nothing is known about the text
};

/// What an opener leaves of a text whose ICV does not match.
enum class on_forged : std::uint8_t {
  scrub,    ///< zeros: no plaintext of a forged packet remains
  restore,  ///< the ciphertext, octet for octet as it was
};

inline constexpr std::size_t icv_max = 32;       ///< octets; HMAC-SHA2-512-256
inline constexpr std::size_t iv_max = 16;        ///< octets; a CBC block
inline constexpr std::size_t salt_max = 4;       ///< octets
inline constexpr std::size_t appended_max = 4;   ///< octets; the high half of an ESN behind the text (RFC 4303 2.2.1)
inline constexpr std::size_t aad_side_octets = 16;

/// One packet's work. Plain memory filled by the sealing and opening stages, read by a provider; owns nothing.
///   Units    octets throughout
///   Covers   what the ICV is computed over depends on the suite (`job_form`):
///            AEAD                     AAD (SPI ‖ number, 64 bits under ESN) and the text; the IV through the nonce
///            GMAC in ESP              AAD ‖ text, AAD = SPI ‖ number ‖ IV; nothing is encrypted (RFC 4543 3.3)
///            cipher + MAC             AAD ‖ ciphertext ‖ appended, AAD = SPI ‖ number ‖ IV as on the wire; appended = the high
///                                     half of an ESN (RFC 4303 2.2.1). `null` leaves the text as it is
///            AH                       the same, with `null`: AAD = the headers with what routers change set to zero and the AH
///                                     header with an ICV of zeros, text = what follows it (RFC 4302 3.3.3)
///            no integrity             nothing: the ICV has no octets, and opening never says forged
///   AAD      stands in the packet, in `aad_memory`, or in side memory of the context; it is not written while jobs are worked on
///   Order    salt, IV and AAD stand as they enter the algorithm (network byte order)
struct alignas(64) job {
  const segment* source = nullptr;       ///< the text, in order; `segments` pieces
  const segment* destination = nullptr;  ///< equal to `source` (in place), or as many pieces of the same sizes, disjoint
  octet* icv = nullptr;                  ///< written by seal, read by open; contiguous
  const octet* aad = nullptr;
  std::uint32_t length = 0;              ///< of the text: the sum of its pieces
  std::uint32_t schedule = 0;            ///< the provider's key slot
  std::uint16_t aad_length = 0;
  std::uint8_t segments = 1;
  std::uint8_t icv_length = 0;
  std::uint8_t iv_length = 0;
  std::uint8_t salt_length = 0;
  std::uint8_t appended_length = 0;      ///< ≤ 4 octets authenticated behind the text
  job_status status = job_status::pending;
  octet appended[appended_max]{};
  std::uint16_t owner = 0;               ///< index of the packet in its context

  octet salt_memory[salt_max]{};         ///< right-aligned, so that salt and IV stand together
  octet iv_memory[iv_max]{};
  octet aad_memory[aad_side_octets]{};   ///< for AAD that stands nowhere in the packet (ESN)
  octet icv_memory[icv_max]{};           ///< for an ICV that straddles segments

  /// Salt followed by IV: 11, 12 or 16 octets from which the provider builds its nonce.
  [[nodiscard]] ESPLANADE_INLINE const_octets nonce() const noexcept {
    return {salt_memory + (salt_max - salt_length), static_cast<std::size_t>(salt_length) + iv_length};
  }
};
static_assert(offsetof(job, iv_memory) == offsetof(job, salt_memory) + salt_max, "salt and IV stand together");
static_assert(sizeof(job) == 128, "two cache lines");

namespace detail {
/// Nothing of a job's text stays readable where it was to be written.
inline void zero_text(const job& j) noexcept {
  for (std::size_t i = 0; i < j.segments; ++i)
    if (j.source[i].size != 0) std::memset(j.destination[i].data, 0, j.source[i].size);
}
}  // namespace detail

/// Jobs to work on, in any order, each exactly once.
using job_list = std::span<job* const>;

}  // namespace v0
}  // namespace esplanade
