// The SAs of a run: keys, SPIs and addresses, drawn by chance or from a seed.
#pragma once

#include "address_pairs.hpp"
#include "choice.hpp"

#include <esplanade/base/wipe.hpp>
#include <esplanade/sa/parameters.hpp>

#include <array>
#include <optional>
#include <random>

namespace capture_tunnel {

/// Where chance comes from: the system's random device, or, where a seed is given, a repeatable stream.
class chance {
 public:
  using result_type = std::uint64_t;
  explicit chance(std::optional<std::uint64_t> seed) : seeded_(seed.value_or(0)), repeatable_(seed.has_value()) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return UINT64_MAX; }
  result_type operator()() { return repeatable_ ? seeded_() : std::uint64_t{device_()} << 32 | device_(); }
  /// 0 … bound - 1; bound is not 0.
  std::uint64_t below(std::uint64_t bound) { return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(*this); }

 private:
  std::random_device device_;
  std::mt19937_64 seeded_;
  bool repeatable_;
};

/// The key material of one SA, the same at both ends. Wiped when it goes.
struct sa_material {
  esplanade::family traffic = esplanade::family::ipv4;  ///< which packets it carries
  std::optional<address_pair> inside{};                 ///< mode BEET: the only ones
  std::uint32_t spi = 0;
  esplanade::suite_sizes suite{};
  std::array<esplanade::octet, 96> key{};  ///< as long as any suite's: 256 bits of AES beside 512 of HMAC
  std::array<esplanade::octet, esplanade::salt_max> salt{};

  sa_material() = default;
  sa_material(const sa_material&) = default;
  sa_material& operator=(const sa_material&) = default;
  ~sa_material() {
    esplanade::wipe(key.data(), key.size());
    esplanade::wipe(salt.data(), salt.size());
  }
  [[nodiscard]] esplanade::const_octets key_octets() const { return {key.data(), suite.key}; }
  [[nodiscard]] esplanade::const_octets salt_octets() const { return {salt.data(), suite.salt}; }
};

/// The SAs of a run: one for IPv4 traffic, then one for IPv6 traffic; in mode BEET one for each pair of addresses;
/// one for all packets where they travel together.
using sa_list = std::vector<sa_material>;
[[nodiscard]] sa_list draw_sas(const choice& what, const address_pairs& talking, chance& from);

/// The ends of the tunnel; documentation addresses (RFC 5737, RFC 3849).
struct tunnel_ends {
  esplanade::address source, destination;
};
[[nodiscard]] tunnel_ends ends_of(esplanade::family outer);

/// What a control plane would have negotiated. Refers to the key material.
[[nodiscard]] esplanade::sa_parameters parameters_of(const sa_material& sa, const choice& what);

}  // namespace capture_tunnel
