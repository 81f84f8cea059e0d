// What tells one algorithm suite from another: its transforms and its sizes; and the list of suites that a profile names.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/net/protocol.hpp>

namespace esplanade {
inline namespace v0 {

/// The transforms a provider implements. A family is one code path; key and ICV sizes are data of an SA.
enum class cipher_family : std::uint8_t {
  aes_gcm,            ///< AEAD
  aes_gmac,           ///< authenticates everything and encrypts nothing; has an IV
  aes_ccm,            ///< AEAD
  chacha20_poly1305,  ///< AEAD
  aes_cbc,
  aes_ctr,
  null,               ///< encrypts nothing: ESP-NULL, and all of AH
  des_cbc,            ///< legacy
  triple_des_cbc,     ///< legacy
};

/// What authenticates beside a cipher that does not.
enum class mac_family : std::uint8_t {
  none,  ///< the cipher does it, or nothing does
  hmac_sha1,
  hmac_sha2_256,
  hmac_sha2_384,
  hmac_sha2_512,
  aes_cmac,
  aes_xcbc,
  aes_gmac,  ///< AH only: its IV stands in front of its ICV
  hmac_md5,  ///< legacy
};

/// What a job authenticates, and where its IV is.
enum class job_form : std::uint8_t {
  aead,              ///< AAD and text
  aead_implicit_iv,  ///< likewise; the IV is the sequence number and not on the wire (RFC 8750)
  gmac,              ///< AAD ‖ text, of which nothing is encrypted
  mac,               ///< AAD ‖ ciphertext ‖ appended octets
};

/// Sizes of one suite, all in octets. Kept by every SA; compared when one is installed.
struct suite_sizes {
  cipher_family family = cipher_family::aes_gcm;
  std::uint8_t key = 0;        ///< cipher key ‖ MAC key, without the salt
  std::uint8_t salt = 0;       ///< fixed part of the nonce, never on the wire
  std::uint8_t iv = 0;         ///< explicit IV in front of the ciphertext
  std::uint8_t icv = 0;        ///< behind the ciphertext; 0 without integrity
  std::uint8_t alignment = 4;  ///< the ciphertext is a multiple of this (RFC 4303 2.4)
  mac_family mac = mac_family::none;
  std::uint8_t mac_key = 0;      ///< the last octets of `key`
  std::uint8_t implicit_iv = 0;  ///< of IV that enters the nonce but not the wire (RFC 8750); then `iv` is 0
  protocol_kind protocol = protocol_kind::esp;
  friend constexpr bool operator==(const suite_sizes&, const suite_sizes&) noexcept = default;

  [[nodiscard]] constexpr std::size_t cipher_key() const noexcept { return static_cast<std::size_t>(key - mac_key); }
  /// Salt and IV as they enter the cipher.
  [[nodiscard]] constexpr std::size_t nonce() const noexcept { return static_cast<std::size_t>(salt) + iv + implicit_iv; }
  [[nodiscard]] constexpr bool aead() const noexcept {
    return family == cipher_family::aes_gcm || family == cipher_family::aes_ccm || family == cipher_family::chacha20_poly1305;
  }
  /// The IV must be one that nobody can guess (RFC 3602 3, RFC 2405 3, RFC 2451 2.5).
  [[nodiscard]] constexpr bool chained() const noexcept {
    return family == cipher_family::aes_cbc || family == cipher_family::des_cbc || family == cipher_family::triple_des_cbc;
  }
  [[nodiscard]] constexpr bool authenticates() const noexcept {
    return aead() || family == cipher_family::aes_gmac || mac != mac_family::none;
  }
  /// RFC 8221 5 and 6: must not or should not be used any more.
  [[nodiscard]] constexpr bool legacy() const noexcept {
    return family == cipher_family::des_cbc || family == cipher_family::triple_des_cbc || mac == mac_family::hmac_md5;
  }
  [[nodiscard]] constexpr job_form form() const noexcept {
    if (aead()) return implicit_iv != 0 ? job_form::aead_implicit_iv : job_form::aead;
    return family == cipher_family::aes_gmac ? job_form::gmac : job_form::mac;
  }
};

/// A suite: a named type with its sizes.
template <class S>
concept Suite = requires {
  { S::name } -> std::convertible_to<const char*>;
  { S::sizes } -> std::convertible_to<const suite_sizes&>;
};

/// The suites of a profile, as a value: `static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;`
template <class... Suites> struct suite_list {
  static constexpr std::size_t count = sizeof...(Suites);
  static constexpr suite_sizes sizes[sizeof...(Suites) == 0 ? 1 : sizeof...(Suites)] = {Suites::sizes...};
  static constexpr const char* names[sizeof...(Suites) == 0 ? 1 : sizeof...(Suites)] = {Suites::name...};

  /// Calls `visit.template operator()<Suite>()` for each.
  template <class Visit> static constexpr void for_each(Visit visit) { (visit.template operator()<Suites>(), ...); }

  [[nodiscard]] static constexpr bool has(const suite_sizes& wanted) noexcept { return ((Suites::sizes == wanted) || ...); }
  /// Whether some suite, or every one, is what `of(sizes)` says.
  template <class Of> [[nodiscard]] static constexpr bool any([[maybe_unused]] Of of) noexcept { return (of(Suites::sizes) || ...); }
  template <class Of> [[nodiscard]] static constexpr bool all([[maybe_unused]] Of of) noexcept { return (of(Suites::sizes) && ...); }
  /// The one ICV size of all suites, or 0 when they differ: what is the same for all SAs is no branch.
  static constexpr std::uint8_t common(std::uint8_t suite_sizes::*member) noexcept {
    std::uint8_t size = sizes[0].*member;
    for (const suite_sizes& s : sizes)
      if (s.*member != size) return 0;
    return size;
  }
};
template <class... Suites> inline constexpr suite_list<Suites...> suites{};

}  // namespace v0
}  // namespace esplanade
