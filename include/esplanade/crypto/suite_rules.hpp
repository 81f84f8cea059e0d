// What every provider asks of a key and of a job, for all families: the sizes of the table, and jobs that have them.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/crypto/job.hpp>
#include <esplanade/crypto/suite_sizes.hpp>

namespace esplanade {
inline namespace v0 {

/// What jobs of one key look like.
struct job_shape {
  std::uint8_t icv = 0;    ///< octets; a shorter one would be easy to forge
  std::uint8_t nonce = 0;  ///< salt and IV together
  std::uint8_t block = 1;  ///< the text is a multiple of it: 1, 8 or 16
  bool appends = false;    ///< octets may be authenticated behind the text

  static constexpr job_shape of(const suite_sizes& s) noexcept {
    const bool blocks = s.chained();
    return {s.icv, static_cast<std::uint8_t>(s.nonce()), static_cast<std::uint8_t>(blocks ? s.iv : 1), s.form() == job_form::mac};
  }
};

/// The sizes that ciphers and MACs have in ESP and AH (crypto/suite.hpp); no provider has others.
struct suite_rules {
  static constexpr std::size_t text_max = 65535;  ///< octets

  static constexpr bool is_aes_key(std::size_t size) noexcept { return size == 16 || size == 24 || size == 32; }
  /// Whether key, nonce and, for an AEAD, ICV are those of its cipher.
  static constexpr bool cipher_fits(const suite_sizes& s) noexcept {
    const bool short_icv = s.icv == 8 || s.icv == 12;
    switch (s.family) {
      case cipher_family::aes_gcm: return is_aes_key(s.key) && s.nonce() == 12 && (short_icv || s.icv == 16);
      case cipher_family::aes_ccm: return is_aes_key(s.key) && s.nonce() == 11 && (short_icv || s.icv == 16);
      case cipher_family::chacha20_poly1305: return s.key == 32 && s.nonce() == 12 && s.icv == 16;
      case cipher_family::aes_gmac: return is_aes_key(s.key) && s.nonce() == 12 && s.icv == 16;
      case cipher_family::aes_cbc: return is_aes_key(s.cipher_key()) && s.nonce() == 16 && s.iv == 16;
      case cipher_family::aes_ctr: return is_aes_key(s.cipher_key()) && s.nonce() == 12;
      case cipher_family::null: return s.cipher_key() == 0 && s.nonce() == (s.mac == mac_family::aes_gmac ? 12u : 0u);
      case cipher_family::des_cbc: return s.cipher_key() == 8 && s.nonce() == 8 && s.iv == 8;
      case cipher_family::triple_des_cbc: return s.cipher_key() == 24 && s.nonce() == 8 && s.iv == 8;
    }
    return false;
  }
  /// Whether key and ICV are those of its MAC.
  static constexpr bool mac_fits(const suite_sizes& s) noexcept {
    const auto is = [&s](unsigned key, unsigned icv) { return s.mac_key == key && s.icv == icv; };
    switch (s.mac) {
      case mac_family::none: return s.mac_key == 0 && (s.authenticates() || s.icv == 0);
      case mac_family::hmac_sha1: return is(20, 12);
      case mac_family::hmac_sha2_256: return is(32, 16);
      case mac_family::hmac_sha2_384: return is(48, 24);
      case mac_family::hmac_sha2_512: return is(64, 32);
      case mac_family::aes_cmac:
      case mac_family::aes_xcbc:
      case mac_family::hmac_md5: return is(16, 12);
      case mac_family::aes_gmac: return is_aes_key(s.mac_key) && s.icv == 16;
    }
    return false;
  }
  static constexpr bool parts_fit(const suite_sizes& s) noexcept {
    const bool alone = s.aead() || s.family == cipher_family::aes_gmac || s.mac == mac_family::aes_gmac;
    if (s.mac == mac_family::aes_gmac) return s.family == cipher_family::null;
    return alone ? s.mac == mac_family::none : s.implicit_iv == 0;
  }
  static constexpr bool knows(const suite_sizes& s) noexcept { return s.salt <= salt_max && s.iv <= iv_max && parts_fit(s) && cipher_fits(s) && mac_fits(s); }

  /// Whether a key may be added for these sizes; which families a provider has is its own question.
  [[nodiscard]] static result<void> check(const suite_sizes& sizes, const_octets key) noexcept {
    if (sizes.salt > salt_max || sizes.iv > iv_max || !parts_fit(sizes)) return fault{fault_kind::not_supported, "sizes.mac", "no suite has this cipher beside this MAC", "the sizes of a suite of crypto/suite.hpp"};
    if (!cipher_fits(sizes)) return fault{fault_kind::invalid_value, "sizes.family", "key, nonce or ICV do not suit the cipher", "the sizes of a suite of crypto/suite.hpp"};
    if (!mac_fits(sizes)) return fault{fault_kind::invalid_value, "sizes.mac", "key or ICV do not suit the MAC", "the sizes of a suite of crypto/suite.hpp"};
    if (key.size() != sizes.key) return fault{fault_kind::invalid_value, "key", "its size does not suit the suite", "as many octets as the suite's key: the cipher's, then the MAC's"};
    return {};
  }

  /// Whether a job is one for a key with jobs of this shape.
  static ESPLANADE_INLINE bool suits(const job& j, const job_shape& shape) noexcept {
    std::size_t pieces = 0;
    for (std::size_t i = 0; i < j.segments; ++i) pieces += j.source[i].size;
    return j.icv_length == shape.icv && j.salt_length + j.iv_length == shape.nonce && j.salt_length <= salt_max && (j.length & (shape.block - 1u)) == 0 &&
           (j.appended_length == 0 || (shape.appends && j.appended_length <= appended_max)) && j.length <= text_max && pieces == j.length;
  }
  /// Says so of a forged job, and leaves of its text what `mode` says where nothing was written yet.
  static void refuse(job& j, on_forged mode) noexcept {
    j.status = job_status::forged;
    if (mode == on_forged::scrub) detail::zero_text(j);
  }
};

}  // namespace v0
}  // namespace esplanade
