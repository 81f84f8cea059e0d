// What sealing and opening AH share: its size, and the job that covers headers, AH and all that follows (RFC 4302 3.3.3).
//
//   packet     | IP hdr, options, ext hdrs | AH … ICV … | what follows                    |
//   side       | muted                     | AH … 0 …   |                                     ◄─ AAD of the job
//   text                                                |                                 |     as it is: nothing is encrypted
//   appended                                                                                    high half of the ESN
#pragma once

#include <esplanade/net/ah.hpp>
#include <esplanade/net/ah_muting.hpp>
#include <esplanade/transform/esp_crypto.hpp>
#include <esplanade/transform/policies.hpp>

namespace esplanade {
inline namespace v0 {

/// Octets of the AH header of this SA behind an IP header of this family.
template <class P> [[nodiscard]] ESPLANADE_INLINE std::size_t ah_octets_of(const detail::sa_core& sa, family outer) noexcept {
  return ah_octets(iv_octets<P>(sa) + icv_octets<P>(sa), ah_padding_of<P>::alignment(outer));
}

namespace detail {

/// Octets between the headers in front and the payload of an opened packet: ESP's header and IV, or AH.
template <class P> [[nodiscard]] ESPLANADE_INLINE std::size_t security_header_octets(const sa_core& sa, [[maybe_unused]] family outer) noexcept {
  if (is_ah<P>(sa)) return ah_octets_of<P>(sa, outer);
  return esp_header_octets + iv_octets<P>(sa);
}

/// The next job of the context, for the packet in slot i under the number in its state: AH stands at `at` behind the IP header,
/// `size` octets long. The IP header stands at `from`.
template <class Context> ESPLANADE_INLINE verdict make_ah_job(Context& c, std::size_t i, std::size_t at, std::size_t size, ah_end end, std::size_t from = 0) noexcept {
  using config = typename Context::profile;
  auto& s = c.state[i];
  auto& p = c.packet(i);
  const auto& sa = c.sa(i).core();
  if (at > config::ah_headers) return verdict::beyond_ah;
  octet* const side = c.aad.of(i, nullptr);
  copy_out(p, from, side, at);
  const muted_headers muted = mute_headers(side, at, end);
  if (muted.status != verdict::forwarded) return muted.status;
  octet* const ah = side + muted.size;
  copy_out(p, from + at, ah, size);

  job& j = c.new_job(i);
  const std::size_t iv = iv_octets<config>(sa), icv = icv_octets<config>(sa);
  const std::size_t icv_at = ah_fixed_octets + iv;
  j.schedule = sa.schedule;
  if constexpr (common_salt<config> == 0) j.salt_length = sa.salt_octets;
  if constexpr (common_iv<config> == 0) j.iv_length = static_cast<std::uint8_t>(iv);
  if constexpr (common_icv<config> == 0) j.icv_length = sa.icv_octets;
  std::memcpy(j.salt_memory, sa.salt, salt_max);
  std::memcpy(j.iv_memory, ah + ah_fixed_octets, iv);
  j.icv = together(p, from + at + icv_at, icv);
  if (j.icv == nullptr) {
    std::memcpy(j.icv_memory, ah + icv_at, icv);
    j.icv = j.icv_memory;
  }
  std::memset(ah + icv_at, 0, icv);  // RFC 4302 3.3.3: the ICV is zeros, the padding behind it is as it stands
  j.aad = side;
  j.aad_length = static_cast<std::uint16_t>(muted.size + size);
  j.appended_length = uses_esn<config>(sa) ? 4 : 0;
  store_be32(j.appended, static_cast<std::uint32_t>(s.number >> 32));
  if (!fill_text(c, j, i, from + at + size, s.length - at - size)) {
    --c.work_count;
    return verdict::too_many_segments;
  }
  return verdict::forwarded;
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
