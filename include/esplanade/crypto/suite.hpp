// The algorithm suites of ESP: one table of sizes, each with its RFC.
#pragma once

#include <esplanade/base/octets.hpp>

namespace esplanade {
inline namespace v0 {

/// The transforms a provider implements. A family is one code path; key and ICV sizes are data of an SA.
enum class cipher_family : std::uint8_t { aes_gcm };

/// Sizes of one suite, all in octets. Kept by every SA; compared when one is installed.
struct suite_sizes {
  cipher_family family = cipher_family::aes_gcm;
  std::uint8_t key = 0;        ///< without the salt
  std::uint8_t salt = 0;       ///< fixed part of the nonce, never on the wire
  std::uint8_t iv = 0;         ///< explicit IV in front of the ciphertext
  std::uint8_t icv = 0;        ///< behind the ciphertext
  std::uint8_t alignment = 4;  ///< the ciphertext is a multiple of this (RFC 4303 2.4)
  friend constexpr bool operator==(const suite_sizes&, const suite_sizes&) noexcept = default;
};

namespace detail {
template <unsigned KeyBits, std::uint8_t Icv> struct aes_gcm {
  static_assert(KeyBits == 128 || KeyBits == 192 || KeyBits == 256,
                "AES has keys of 128, 192 or 256 bits (RFC 4106 8.1): write esp_aes_gcm_16<128>, <192> or <256>");
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, KeyBits / 8, 4, 8, Icv, 4};
};
}  // namespace detail

// suite               | key       salt  IV  ICV  align | source
// --------------------+---------------------------------+---------------------------
// esp_aes_gcm_8<B>    | 16/24/32  4     8   8    4      | RFC 4106 (ENCR_AES_GCM_8)
// esp_aes_gcm_12<B>   | 16/24/32  4     8   12   4      | RFC 4106 (ENCR_AES_GCM_12)
// esp_aes_gcm_16<B>   | 16/24/32  4     8   16   4      | RFC 4106 (ENCR_AES_GCM_16)
template <unsigned KeyBits> struct esp_aes_gcm_8 : detail::aes_gcm<KeyBits, 8> {
  static constexpr const char* name = KeyBits == 128 ? "aes-gcm-8/128" : KeyBits == 192 ? "aes-gcm-8/192" : "aes-gcm-8/256";
};
template <unsigned KeyBits> struct esp_aes_gcm_12 : detail::aes_gcm<KeyBits, 12> {
  static constexpr const char* name = KeyBits == 128 ? "aes-gcm-12/128" : KeyBits == 192 ? "aes-gcm-12/192" : "aes-gcm-12/256";
};
template <unsigned KeyBits> struct esp_aes_gcm_16 : detail::aes_gcm<KeyBits, 16> {
  static constexpr const char* name = KeyBits == 128 ? "aes-gcm-16/128" : KeyBits == 192 ? "aes-gcm-16/192" : "aes-gcm-16/256";
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
