// What the parts of the Botan provider share: the name that Botan's major version gives them, texts crossed with keystream, counters.
#pragma once

#include <esplanade/base/wipe.hpp>
#include <esplanade/crypto/constant_time.hpp>
#include <esplanade/crypto/key_slots.hpp>
#include <esplanade/crypto/provider.hpp>
#include <esplanade/crypto/suite_rules.hpp>

#include <botan/block_cipher.h>
#include <botan/version.h>

#include <memory>

#if BOTAN_VERSION_MAJOR >= 3
#define ESPLANADE_BOTAN_TAG botan_3
#else
#define ESPLANADE_BOTAN_TAG botan_2
#endif

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

// Two 64-bit words that are moved, added and xored as one: g++ 12 does not find this by itself in the loops below, and they are
// most of what is not Botan's own time.
#if defined(__GNUC__) || defined(__clang__)
using word_pair = std::uint64_t __attribute__((vector_size(16)));
#else
struct word_pair {
  std::uint64_t words[2];
  void operator^=(const word_pair& other) noexcept { words[0] ^= other.words[0], words[1] ^= other.words[1]; }
  void operator+=(const word_pair& other) noexcept { words[0] += other.words[0], words[1] += other.words[1]; }
};
#endif

inline fault refused() noexcept { return {fault_kind::no_space, "key", "Botan could not make a schedule of it", "more memory, or a Botan built with AES and GCM"}; }

inline constexpr std::size_t aes_block = 16;
inline constexpr std::size_t aes_blocks_of(std::size_t size) noexcept { return (size + aes_block - 1) / aes_block; }
inline const char* aes_name(std::size_t key) noexcept { return key == 16 ? "AES-128" : key == 24 ? "AES-192" : "AES-256"; }

// Xors keystream over one piece. The result goes to the text's destination, over the keystream, or to both.
template <bool ToText, bool ToKeystream>
ESPLANADE_INLINE void cross_piece(octet* to, const octet* from, octet* keystream, std::size_t size) noexcept {
  for (; size >= aes_block; size -= aes_block, to += aes_block, from += aes_block, keystream += aes_block) {
    word_pair text;
    word_pair key;
    std::memcpy(&text, from, aes_block);
    std::memcpy(&key, keystream, aes_block);
    text ^= key;
    if constexpr (ToText) std::memcpy(to, &text, aes_block);
    if constexpr (ToKeystream) std::memcpy(keystream, &text, aes_block);
  }
  for (; size >= 4; size -= 4, to += 4, from += 4, keystream += 4) {
    std::uint32_t text;
    std::uint32_t key;
    std::memcpy(&text, from, 4);
    std::memcpy(&key, keystream, 4);
    text ^= key;
    if constexpr (ToText) std::memcpy(to, &text, 4);
    if constexpr (ToKeystream) std::memcpy(keystream, &text, 4);
  }
  for (; size != 0; --size, ++to, ++from, ++keystream) {
    const octet text = static_cast<octet>(*from ^ *keystream);
    if constexpr (ToText) *to = text;
    if constexpr (ToKeystream) *keystream = text;
  }
}

// Goes along a text and xors keystream over it.
struct cursor {
  const segment* from;
  const segment* to;
  std::size_t offset = 0;

  // The result goes to the text's destination, over the keystream, or to both.
  template <bool ToText, bool ToKeystream> ESPLANADE_INLINE void cross(octet* keystream, std::size_t size) noexcept {
    while (size != 0) {
      const std::size_t left = from->size - offset;
      const std::size_t now = size < left ? size : left;
      cross_piece<ToText, ToKeystream>(to->data + offset, from->data + offset, keystream, now);
      keystream += now;
      size -= now;
      offset += now;
      if (offset == from->size) {
        ++from;
        ++to;
        offset = 0;
      }
    }
  }
};

// NIST SP 800-38D 7.1 with a nonce of 96 bits: block 1 masks the hash, the text begins with block 2.
ESPLANADE_INLINE void write_counters(octet* at, const job& j, std::uint32_t first, std::size_t count) noexcept {
  const octet* nonce = j.nonce().data();
  std::uint64_t front;
  std::uint32_t back[2];
  std::memcpy(&front, nonce, 8);
  std::memcpy(&back[0], nonce + 8, 4);
  const word_pair one{0, std::endian::native == std::endian::little ? std::uint64_t{1} << 56 : 1};
  while (count != 0) {
    // Up to the next multiple of 256 only the counter's last octet changes, and nothing is carried.
    const std::size_t left = 256 - first % 256;
    const std::size_t now = count < left ? count : left;
    back[1] = detail::wire(first);
    word_pair counter{front, std::bit_cast<std::uint64_t>(back)};
    for (const octet* const end = at + now * aes_block; at != end; at += aes_block) {
      std::memcpy(at, &counter, aes_block);
      counter += one;
    }
    first += static_cast<std::uint32_t>(now);
    count -= now;
  }
}

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
