// Ciphers without integrity by Botan's block ciphers: CBC (RFC 3602, 2405, 2451), counter mode (RFC 3686), and none (RFC 2410).
#pragma once

#include <esplanade/crypto/botan/engine.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// One text under one key, chunk by chunk from its beginning.
///   Shape    every chunk but the last is whole blocks; `blocks` has room for one
class text_cipher {
 public:
  text_cipher(const Botan::BlockCipher* cipher, cipher_family family, const job& j, octet* blocks) noexcept
      : cipher_(cipher), family_(family), job_(j), blocks_(blocks), size_(family == cipher_family::aes_cbc ? 16 : 8) {
    std::memcpy(last_, j.iv_memory, sizeof last_);
  }
  void encrypt(const octet* from, octet* to, std::size_t size) noexcept {
    if (family_ == cipher_family::null) copy(from, to, size);
    else if (family_ == cipher_family::aes_ctr) count(from, to, size);
    else if (size_ == 16) chain<2>(from, to, size);
    else chain<1>(from, to, size);
  }
  void decrypt(const octet* from, octet* to, std::size_t size) noexcept {
    if (family_ == cipher_family::null) copy(from, to, size);
    else if (family_ == cipher_family::aes_ctr) count(from, to, size);
    else unchain(from, to, size);
  }

 private:
  static void copy(const octet* from, octet* to, std::size_t size) noexcept {
    if (from != to) std::memcpy(to, from, size);
  }
  // RFC 3686 4: counter blocks are nonce ‖ IV ‖ 1, 2, 3 …
  void count(const octet* from, octet* to, std::size_t size) noexcept {
    const std::size_t n = aes_blocks_of(size);
    write_counters(blocks_, job_, counter_, n);
    cipher_->encrypt_n(blocks_, blocks_, n);
    cross_piece<true, false>(to, from, blocks_, size);
    counter_ += static_cast<std::uint32_t>(n);
  }
  template <std::size_t Words> void chain(const octet* from, octet* to, std::size_t size) noexcept {
    constexpr std::size_t block = 8 * Words;
    std::uint64_t state[Words];
    std::memcpy(state, last_, block);
    for (std::size_t at = 0; at < size; at += block) {
      std::uint64_t text[Words];
      std::memcpy(text, from + at, block);
      for (std::size_t i = 0; i < Words; ++i) state[i] ^= text[i];
      cipher_->encrypt_n(reinterpret_cast<const octet*>(state), reinterpret_cast<octet*>(state), 1);
      std::memcpy(to + at, state, block);
    }
    std::memcpy(last_, state, block);
  }
  // From the end to the front, so that it may be done in place.
  void unchain(const octet* from, octet* to, std::size_t size) noexcept {
    octet next[16];
    std::memcpy(next, from + size - size_, size_);
    cipher_->decrypt_n(from, blocks_, size / size_);
    for (std::size_t at = size - size_; at != 0; at -= size_) cross_block(to + at, blocks_ + at, from + at - size_);
    cross_block(to, blocks_, last_);
    std::memcpy(last_, next, size_);
  }
  ESPLANADE_INLINE void cross_block(octet* to, const octet* a, const octet* b) const noexcept {
    for (std::size_t i = 0; i < size_; i += 8) {
      std::uint64_t x, y;
      std::memcpy(&x, a + i, 8);
      std::memcpy(&y, b + i, 8);
      x ^= y;
      std::memcpy(to + i, &x, 8);
    }
  }

  const Botan::BlockCipher* cipher_;
  cipher_family family_;
  const job& job_;
  octet* blocks_;
  std::size_t size_;           // of a block
  std::uint32_t counter_ = 1;  // of the next one
  octet last_[16];             // ciphertext block before the next one
};

/// AES-CBC of several texts under one key, block beside block: within a text each block waits for the one before, and Botan's
/// cipher takes four for little more than the time of one.
///   Shape    texts of one segment each, whole blocks
class chains_side_by_side {
 public:
  static constexpr std::size_t texts_max = 8;

  void encrypt(const Botan::BlockCipher& cipher, job_list jobs) noexcept {
    std::size_t open = 0;
    for (job* j : jobs) {
      if (j->length == 0) continue;
      text_[open] = {j->source->data, j->destination->data, j->length};
      std::memcpy(states_[open++], j->iv_memory, aes_block);
    }
    while (open != 0) {
      for (std::size_t i = 0; i < open; ++i) cross_piece<true, false>(states_[i], text_[i].from, states_[i], aes_block);
      cipher.encrypt_n(states_[0], states_[0], open);
      for (std::size_t i = 0; i < open; ++i) {
        place& at = text_[i];
        std::memcpy(at.to, states_[i], aes_block);
        at.from += aes_block;
        at.to += aes_block;
        at.left -= aes_block;
      }
      for (std::size_t i = open; i-- != 0;) {
        if (text_[i].left != 0) continue;
        --open;  // the last one takes its place
        text_[i] = text_[open];
        std::memcpy(states_[i], states_[open], aes_block);
      }
    }
  }

 private:
  struct place {
    const octet* from;
    octet* to;
    std::size_t left;
  };
  place text_[texts_max];
  alignas(16) octet states_[texts_max][aes_block];
};

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
