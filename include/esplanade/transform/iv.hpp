// Where explicit IVs come from.
#pragma once

#include <esplanade/base/octets.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

// IV policies
//   Available            counter_iv: the 64-bit sequence number.
//   When to use          always, with counter-type ciphers (GCM, CCM, CTR, ChaCha20).
//   Not provided, because
//     caller-set IVs     a pair of key and nonce must never be used twice, and only the sequence number is leased once.
//     random IVs         for 64-bit counter-type IVs they collide after 2^32 packets; CBC's come from an injected source.

/// RFC 4106 3.1: the IV must never repeat under one key; the sequence number does not.
struct counter_iv {
  static constexpr const char* name = "counter_iv";
  /// Writes the 8 octets of the IV of the packet with this 64-bit number.
  static ESPLANADE_INLINE void write(octet* iv, std::uint64_t number) noexcept { store_be64(iv, number); }
};

/// An IV policy for counter-type ciphers.
///   Shape    I::write(iv, number)   fills the SA's IV, 8 octets
///   Models   counter_iv, testing::given_iv (replays recorded packets; refused by profiles outside tests by its name)
template <class I>
concept IvPolicy = requires(octet* iv, std::uint64_t number) {
  { I::write(iv, number) } noexcept;
};

}  // namespace v0
}  // namespace esplanade
