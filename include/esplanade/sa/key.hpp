// What names an inbound SA: the keys of stores that look it up.
//
//   Available            by_spi: we choose inbound SPIs, so an SPI alone names the SA (RFC 4301 4.1, unicast).
//                        by_spi_and_protocol: ESP and AH have SPIs of their own each (RFC 4302 2.4, RFC 4303 2.1).
//                        by_spi_and_destination: several addresses of ours, each with SPIs of its own.
//                        by_spi_and_addresses: SPIs chosen by others, as in a multicast group (RFC 4301 4.1).
//   When to use          by_spi unless SPIs are chosen per address, or per protocol.
//   Not provided         the protocol beside addresses: "For multicast SAs, the protocol field is not employed" (RFC 4302 2.4).
#pragma once

#include <esplanade/sa/store.hpp>

#include <bit>

namespace esplanade {
inline namespace v0 {

/// Keys on the SPI.
///   Shape    identifier, what it is to sa_parameters; key_type; of(outer packet), of(parameters), of_sa(sa): the key of each; spi(key); hash(key);
///            names(key, sa): whether the key is that of this SA, whose SPI is right already
struct by_spi {
  static constexpr sa_identifier identifier = sa_identifier::spi;
  using key_type = std::uint32_t;
  static ESPLANADE_INLINE key_type of(const outer_view& outer) noexcept { return outer.spi; }
  static key_type of(const sa_parameters& p) noexcept { return p.spi; }
  template <class Sa> static key_type of_sa(const Sa& sa) noexcept { return sa.core().spi; }
  static ESPLANADE_INLINE std::uint32_t spi(const key_type& key) noexcept { return key; }
  static ESPLANADE_INLINE std::uint64_t hash(const key_type& key) noexcept { return key; }
  template <class Sa> static ESPLANADE_INLINE bool names(const key_type&, const Sa&) noexcept { return true; }
};

/// Keys on the SPI and on whether it is of ESP or AH.
struct by_spi_and_protocol {
  static constexpr sa_identifier identifier = sa_identifier::spi;
  struct key_type {
    std::uint32_t spi = 0;
    protocol_kind protocol = protocol_kind::esp;
  };
  static ESPLANADE_INLINE key_type of(const outer_view& outer) noexcept { return {outer.spi, outer.protocol}; }
  static key_type of(const sa_parameters& p) noexcept { return {p.spi, p.suite.protocol}; }
  template <class Sa> static key_type of_sa(const Sa& sa) noexcept { return {sa.core().spi, sa.core().protocol}; }
  static ESPLANADE_INLINE std::uint32_t spi(const key_type& key) noexcept { return key.spi; }
  static ESPLANADE_INLINE std::uint64_t hash(const key_type& key) noexcept { return key.spi | std::uint64_t{static_cast<std::uint8_t>(key.protocol)} << 32; }
  template <class Sa> static ESPLANADE_INLINE bool names(const key_type& key, const Sa& sa) noexcept { return sa.core().protocol == key.protocol; }
};

namespace detail {
[[nodiscard]] inline std::uint64_t hash_on(std::uint64_t h, const address& a) noexcept {
  std::uint64_t words[2];
  std::memcpy(words, a.value, sizeof words);
  for (const std::uint64_t word : words) h = std::rotl((h ^ word) * 0xff51afd7ed558ccdu, 29);
  return h;
}
}  // namespace detail

/// Keys on the SPI and the outer destination address.
struct by_spi_and_destination {
  static constexpr sa_identifier identifier = sa_identifier::spi_and_destination;
  struct key_type {
    std::uint32_t spi = 0;
    address destination{};
  };
  static key_type of(const outer_view& outer) noexcept { return {outer.spi, address::from(outer.version, outer.destination)}; }
  static key_type of(const sa_parameters& p) noexcept { return {p.spi, p.destination}; }
  template <class Sa> static key_type of_sa(const Sa& sa) noexcept { return {sa.core().spi, sa.destination()}; }
  static std::uint32_t spi(const key_type& key) noexcept { return key.spi; }
  static std::uint64_t hash(const key_type& key) noexcept { return detail::hash_on(key.spi, key.destination); }
  template <class Sa> static bool names(const key_type& key, const Sa& sa) noexcept { return sa.destination() == key.destination; }
};

/// Keys on the SPI and both outer addresses.
struct by_spi_and_addresses {
  static constexpr sa_identifier identifier = sa_identifier::spi_and_addresses;
  struct key_type {
    std::uint32_t spi = 0;
    address destination{}, source{};
  };
  static key_type of(const outer_view& outer) noexcept {
    return {outer.spi, address::from(outer.version, outer.destination), address::from(outer.version, outer.source)};
  }
  static key_type of(const sa_parameters& p) noexcept { return {p.spi, p.destination, p.source}; }
  template <class Sa> static key_type of_sa(const Sa& sa) noexcept { return {sa.core().spi, sa.destination(), sa.source()}; }
  static std::uint32_t spi(const key_type& key) noexcept { return key.spi; }
  static std::uint64_t hash(const key_type& key) noexcept { return detail::hash_on(detail::hash_on(key.spi, key.destination), key.source); }
  template <class Sa> static bool names(const key_type& key, const Sa& sa) noexcept {
    return sa.destination() == key.destination && sa.source() == key.source;
  }
};

}  // namespace v0
}  // namespace esplanade
