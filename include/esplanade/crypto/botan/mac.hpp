// The MACs of ESP and AH by Botan: HMAC out of its hashes, CMAC and XCBC out of its block cipher.
//
// Botan's own MAC objects hold key and message in one, so that lanes could not share a key: here the key is the schedule's
// (HMAC's two pads, CMAC's and XCBC's subkeys), and the message the lane's.
#pragma once

#include <esplanade/crypto/botan/words.hpp>

#include <botan/hash.h>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// The hashes of a lane.
struct mac_memory {
  std::unique_ptr<Botan::HashFunction> hashes[5];
  mac_memory() {
    for (std::size_t i = 0; i < 5; ++i) hashes[i] = Botan::HashFunction::create(name_of(i));
  }
  static const char* name_of(std::size_t i) noexcept {
    constexpr const char* names[] = {"SHA-1", "SHA-256", "SHA-384", "SHA-512", "MD5"};
    return names[i];
  }
  /// Which hash a MAC needs; 5 = none.
  static constexpr std::size_t index_of(mac_family f) noexcept {
    switch (f) {
      case mac_family::hmac_sha1: return 0;
      case mac_family::hmac_sha2_256: return 1;
      case mac_family::hmac_sha2_384: return 2;
      case mac_family::hmac_sha2_512: return 3;
      case mac_family::hmac_md5: return 4;
      default: return 5;
    }
  }
};

/// The key of a MAC.
struct mac_key {
  mac_family family = mac_family::none;
  std::uint8_t pad_octets = 0;                 // of HMAC: the hash's block
  std::uint8_t hash = 5;                       // index in a lane's hashes
  std::unique_ptr<Botan::BlockCipher> cipher;  // of CMAC and XCBC
  octet pads[2][128]{};                        // HMAC: key ^ ipad, key ^ opad. Else: what a whole last block is crossed with, and a padded one

  /// May throw.
  void set(mac_family its, const octet* key, std::size_t size) {
    family = its;
    hash = static_cast<std::uint8_t>(mac_memory::index_of(its));
    if (hash != 5) {
      (void)Botan::HashFunction::create_or_throw(mac_memory::name_of(hash));  // a lane's must be there
      pad_octets = its == mac_family::hmac_sha2_384 || its == mac_family::hmac_sha2_512 ? 128 : 64;
      for (std::size_t i = 0; i < pad_octets; ++i) {  // RFC 2104 2
        const octet of_key = i < size ? key[i] : octet{0};
        pads[0][i] = of_key ^ 0x36;
        pads[1][i] = of_key ^ 0x5c;
      }
    } else if (its != mac_family::none) {
      cipher = Botan::BlockCipher::create_or_throw("AES-128");
      cipher->set_key(key, size);
      if (its == mac_family::aes_cmac) {  // RFC 4493 2.3, which RFC 4494 builds on
        cipher->encrypt_n(pads[0], pads[0], 1);
        twice(pads[0], pads[0]);
        twice(pads[0], pads[1]);
      } else {  // RFC 3566 4
        octet k1[aes_block];
        std::memset(k1, 1, aes_block);
        std::memset(pads[0], 2, aes_block);
        std::memset(pads[1], 3, aes_block);
        cipher->encrypt(k1);
        cipher->encrypt(pads[0]);
        cipher->encrypt(pads[1]);
        cipher->set_key(k1, aes_block);
        wipe(k1, aes_block);
      }
    }
  }
  void clear() noexcept {
    cipher.reset();
    wipe(pads, sizeof pads);
  }

 private:
  // RFC 4493 2.3: times x in the field of 128 bits; no branch depends on the key.
  static void twice(const octet* from, octet* to) noexcept {
    const std::uint64_t high = load_be64(from), low = load_be64(from + 8);
    store_be64(to, high << 1 | low >> 63);
    store_be64(to + 8, low << 1 ^ (0x87 & (0 - (high >> 63))));
  }
};

/// One message under one key.
class mac_stream {
 public:
  ESPLANADE_INLINE mac_stream(mac_memory& m, const mac_key& key) noexcept : key_(key), hash_(key.hash != 5 ? m.hashes[key.hash].get() : nullptr) {
    if (hash_ != nullptr) hash_->update(key.pads[0], key.pad_octets);
  }
  void add(const octet* at, std::size_t size) noexcept {
    if (size == 0 || key_.family == mac_family::none) return;
    if (hash_ != nullptr) hash_->update(at, size);
    else chain(at, size);
  }
  /// Writes the MAC, as long as it is before truncation: at most 64 octets.
  void finish(octet* out) noexcept {
    if (hash_ != nullptr) {
      hash_->final(out);
      hash_->update(key_.pads[1], key_.pad_octets);
      hash_->update(out, hash_->output_length());
      hash_->final(out);
    } else if (key_.family != mac_family::none) {
      const bool whole = filled_ == aes_block;
      if (!whole) {
        std::memset(last_ + filled_, 0, aes_block - filled_);
        last_[filled_] = 0x80;
      }
      cross(key_.pads[whole ? 0 : 1]);
      absorb(last_);
      std::memcpy(out, state_, aes_block);
    }
  }

 private:
  ESPLANADE_INLINE void cross(const octet* with) noexcept {
    for (std::size_t i = 0; i < aes_block; ++i) state_[i] = static_cast<octet>(state_[i] ^ with[i]);
  }
  ESPLANADE_INLINE void absorb(const octet* block) noexcept {
    cross(block);
    key_.cipher->encrypt_n(state_, state_, 1);
  }
  // The last block waits, because it is crossed with one octet string more.
  void chain(const octet* at, std::size_t size) noexcept {
    while (size != 0) {
      if (filled_ == aes_block) {
        absorb(last_);
        filled_ = 0;
      }
      if (filled_ == 0)
        for (; size > aes_block; at += aes_block, size -= aes_block) absorb(at);
      const std::size_t now = size < aes_block - filled_ ? size : aes_block - filled_;
      std::memcpy(last_ + filled_, at, now);
      filled_ += now;
      at += now;
      size -= now;
    }
  }

  const mac_key& key_;
  Botan::HashFunction* hash_;
  std::size_t filled_ = 0;
  octet state_[aes_block]{};
  octet last_[aes_block]{};
};

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
