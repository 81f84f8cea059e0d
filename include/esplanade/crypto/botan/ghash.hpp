// GHASH by Botan over octets that stand in several places (NIST SP 800-38D 6.4).
#pragma once

#include <esplanade/crypto/botan/words.hpp>

#if BOTAN_VERSION_MAJOR < 3
// Botan 2 warns of what this file is prepared for: that the header has gone in Botan 3.
#pragma push_macro("BOTAN_FUTURE_INTERNAL_HEADER")
#undef BOTAN_FUTURE_INTERNAL_HEADER
#define BOTAN_FUTURE_INTERNAL_HEADER(header)
#include <botan/ghash.h>
#pragma pop_macro("BOTAN_FUTURE_INTERNAL_HEADER")

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

// ghash_update takes four blocks at a time and the rest one by one, each as dear as four. Zero blocks in front leave the hash
// of zero as it is, so that every packet can be made a multiple of four.
inline constexpr std::size_t ghash_stride = 4 * aes_block;
inline constexpr std::size_t ghash_staging = 256;
inline constexpr std::size_t zeros_before(std::size_t blocks) noexcept { return (0 - blocks) % 4 * aes_block; }

/// What a lane needs for it.
struct ghash_memory {
  octet staging[ghash_staging + 2 * aes_block]{};
  Botan::secure_vector<std::uint8_t> x = Botan::secure_vector<std::uint8_t>(aes_block);
};

// Covers a tag's hash with the cipher of the nonce's first block.
ESPLANADE_INLINE void mask_hash(const ghash_memory& m, const octet* mask, octet* tag) noexcept {
  for (std::size_t i = 0; i < aes_block; i += 8) {
    std::uint64_t hash;
    std::uint64_t cover;
    std::memcpy(&hash, m.x.data() + i, 8);
    std::memcpy(&cover, mask + i, 8);
    hash ^= cover;
    std::memcpy(tag + i, &hash, 8);
  }
}
ESPLANADE_INLINE void put_lengths(octet* at, std::uint64_t aad, std::uint64_t text) noexcept {
  store_be64(at, aad * 8);
  store_be64(at + 8, text * 8);
}

/// GHASH over [zeros | parts, each padded | lengths]. Whole strides of a long piece are read where they are; all else goes
/// through the staging area.
class ghash_stream {
 public:
  /// `blocks`: of all parts together.
  ESPLANADE_INLINE ghash_stream(ghash_memory& m, Botan::GHASH& key, std::size_t blocks) noexcept : m_(m), ghash_(key), filled_(zeros_before(blocks + 1)) {
    std::memset(m_.x.data(), 0, aes_block);
    std::memset(m_.staging, 0, ghash_stride);
  }
  ESPLANADE_INLINE void add(const octet* at, std::size_t size) noexcept {
    if (filled_ + size > ghash_staging) {
      const std::size_t up = (0 - filled_) % ghash_stride;  // < size: the staging area is a multiple of the stride
      stage(at, up);
      flush();
      const std::size_t whole = (size - up) / ghash_stride * ghash_stride;
      ghash_.ghash_update(m_.x, at + up, whole);
      at += up + whole;
      size -= up + whole;
    }
    stage(at, size);
  }
  /// Ends a part.
  ESPLANADE_INLINE void pad() noexcept {
    std::memset(m_.staging + filled_, 0, aes_block);
    filled_ = aes_blocks_of(filled_) * aes_block;
  }
  ESPLANADE_INLINE void finish(std::uint64_t aad, std::uint64_t text, const octet* mask, octet* tag) noexcept {
    pad();
    put_lengths(m_.staging + filled_, aad, text);
    filled_ += aes_block;
    flush();
    mask_hash(m_, mask, tag);
  }

 private:
  ESPLANADE_INLINE void stage(const octet* at, std::size_t size) noexcept {
    if (size != 0) std::memcpy(m_.staging + filled_, at, size);
    filled_ += size;
  }
  ESPLANADE_INLINE void flush() noexcept {
    ghash_.ghash_update(m_.x, m_.staging, filled_);
    filled_ = 0;
  }
  ghash_memory& m_;
  Botan::GHASH& ghash_;  // ghash_update reads the key and nothing else, so lanes share it
  std::size_t filled_;
};

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
#endif
