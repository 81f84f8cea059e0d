// Where explicit IVs come from.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/crypto/suite_sizes.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

// IV policies
//   Available            counter_iv: the 64-bit sequence number, for counter-type ciphers.
//   When to use          always, with counter-type ciphers (GCM, GMAC, CCM, CTR, ChaCha20).
//   Not to choose        CBC: its IVs are unpredictable, out of the source that the profile names as `random` (RFC 3602 3: "MUST be
//                        chosen at random", "MUST NOT use a counter"); implicit IVs: they are the sequence number (RFC 8750 4).
//   Not provided, because
//     caller-set IVs     a pair of key and nonce must never be used twice, and only the sequence number is leased once.
//     random IVs         for 64-bit counter-type IVs they collide after 2^32 packets.
//     chained IVs        the last block of the packet before: who sees it knows the next IV before choosing a plaintext, and
//                        RFC 2405 and 2451, which had the practice, are older than the attack.
//     encrypted numbers  under a key of their own they would do for CBC, but that is what a good random source is inside.

/// RFC 4106 3.1: the IV must never repeat under one key; the sequence number does not.
struct counter_iv {
  static constexpr const char* name = "counter_iv";
  /// Writes the 8 octets of the IV of the packet with this 64-bit number.
  static ESPLANADE_INLINE void write(octet* iv, std::uint64_t number) noexcept { store_be64(iv, number); }
};

/// An IV policy for counter-type ciphers.
///   Shape    I::write(iv, number)         fills the SA's IV, 8 octets
///            I::write(iv, size, number)   optional: fills the IV of any cipher, also of those in CBC mode
///   Models   counter_iv, testing::given_iv (replays recorded packets; refused by profiles outside tests by its name)
template <class I>
concept IvPolicy = requires(octet* iv, std::uint64_t number) {
  { I::write(iv, number) } noexcept;
};
/// One that writes the IVs of every cipher.
template <class I>
concept WholeIvPolicy = IvPolicy<I> && requires(octet* iv, std::size_t size, std::uint64_t number) {
  { I::write(iv, size, number) } noexcept;
};

/// Who writes the IV of a suite.
enum class iv_origin : std::uint8_t {
  nobody,   ///< there is none on the wire
  counter,  ///< the profile's IV policy
  random,   ///< the profile's random source
};
[[nodiscard]] constexpr iv_origin iv_origin_of(const suite_sizes& s) noexcept {
  return s.iv == 0 ? iv_origin::nobody : s.chained() ? iv_origin::random : iv_origin::counter;
}

}  // namespace v0
}  // namespace esplanade
