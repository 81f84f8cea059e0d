// What every AES-GCM provider asks of a key and of a job.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/crypto/job.hpp>
#include <esplanade/crypto/suite.hpp>

namespace esplanade {
inline namespace v0 {

/// The sizes that AES-GCM has in ESP (RFC 4106): keys of 16, 24 and 32 octets, a nonce of 12, ICVs of 8, 12 and 16.
struct gcm_rules {
  static constexpr std::size_t text_max = 65535;  ///< octets

  static constexpr bool knows(const suite_sizes& s) noexcept {
    return s.family == cipher_family::aes_gcm && s.mac == mac_family::none && (s.key == 16 || s.key == 24 || s.key == 32) && s.salt <= salt_max && s.nonce() == 12 &&
           (s.icv == 8 || s.icv == 12 || s.icv == 16);
  }
  /// Whether a key may be added for these sizes.
  [[nodiscard]] static result<void> check(const suite_sizes& sizes, const_octets key) noexcept {
    if (sizes.family != cipher_family::aes_gcm) return fault{fault_kind::not_supported, "sizes.family", "this provider does AES-GCM only", "a suite of the family aes_gcm"};
    if (sizes.key != 16 && sizes.key != 24 && sizes.key != 32) return fault{fault_kind::invalid_value, "sizes.key", "AES has no keys of this size", "16, 24 or 32 octets"};
    if (sizes.salt > salt_max || sizes.nonce() != 12) return fault{fault_kind::not_supported, "sizes.iv", "salt and IV together are not a nonce of 12 octets", "4 octets of salt and 8 of IV"};
    if (sizes.icv != 8 && sizes.icv != 12 && sizes.icv != 16) return fault{fault_kind::invalid_value, "sizes.icv", "ESP has no AES-GCM with an ICV of this size", "8, 12 or 16 octets"};
    if (key.size() != sizes.key) return fault{fault_kind::invalid_value, "key", "its size does not suit the suite", "as many octets as the suite's key, without the salt"};
    return {};
  }
  static fault full() noexcept { return {fault_kind::no_space, "key", "every schedule of the provider is in use", "a provider with a larger capacity, or remove_key first"}; }

  /// Whether a job is one for a key with ICVs of `icv` octets. A wrong one would not only go wrong: with a short ICV it would be
  /// easy to forge.
  static ESPLANADE_INLINE bool suits(const job& j, std::uint8_t icv) noexcept {
    std::size_t pieces = 0;
    if (j.segments == 1) [[likely]] pieces = j.source->size;
    else
      for (std::size_t i = 0; i < j.segments; ++i) pieces += j.source[i].size;
    return j.icv_length == icv && j.salt_length + j.iv_length == 12 && j.appended_length == 0 && j.length <= text_max && pieces == j.length;
  }
  /// Says so of a forged job, and leaves of its text what `mode` says where nothing was written yet.
  static ESPLANADE_INLINE void refuse(job& j, on_forged mode) noexcept {
    j.status = job_status::forged;
    if (mode == on_forged::scrub) detail::zero_text(j);
  }
};

}  // namespace v0
}  // namespace esplanade
