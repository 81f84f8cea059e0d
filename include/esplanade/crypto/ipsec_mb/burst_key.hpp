// A key of intel-ipsec-mb's jobs: the schedules of a cipher, and what a MAC goes on from.
#pragma once

#include <esplanade/crypto/ipsec_mb/library.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_IPSEC_MB_TAG {

/// Key state of one SA, in the forms that the library's jobs take.
///   Cost     `set` expands the cipher's key and hashes or encrypts a block or two for the MAC's
///   Keys     `clear` wipes
struct alignas(64) burst_key {
  alignas(64) octet cipher[2][256]{};  // AES: to encrypt and to decrypt with. ChaCha20: the key. DES: one schedule of 128 behind the other
  alignas(64) octet mac[3][192]{};     // HMAC: the hashes of key ^ ipad and key ^ opad. CMAC, XCBC: a key and two blocks
  const void* des[3]{};
  suite_sizes sizes{};
  job_shape shape{};
  bool live = false;

  void clear() noexcept {
    wipe(cipher, sizeof cipher);
    wipe(mac, sizeof mac);
  }
  /// `key`: the cipher's, then the MAC's, of a suite that the library has.
  void set(const IMB_MGR& m, const suite_sizes& of, const_octets key) noexcept {
    sizes = of;
    set_cipher(m, key.first(of.cipher_key()));
    set_mac(m, key.last(of.mac_key));
  }

 private:
  void set_cipher(const IMB_MGR& m, const_octets key) noexcept {
    switch (sizes.family) {
      case cipher_family::aes_ccm:
      case cipher_family::aes_cbc:
      case cipher_family::aes_ctr:
        if (key.size() == 16) m.keyexp_128(key.data(), cipher[0], cipher[1]);
        else if (key.size() == 24) m.keyexp_192(key.data(), cipher[0], cipher[1]);
        else m.keyexp_256(key.data(), cipher[0], cipher[1]);
        break;
      case cipher_family::chacha20_poly1305: std::memcpy(cipher[0], key.data(), key.size()); break;
      case cipher_family::des_cbc:
      case cipher_family::triple_des_cbc:
        for (std::size_t i = 0; i < key.size() / 8; ++i) {
          octet* const at = &cipher[0][0] + i * IMB_DES_KEY_SCHED_SIZE;
          m.des_key_sched(reinterpret_cast<std::uint64_t*>(at), key.data() + 8 * i);
          des[i] = at;
        }
        break;
      default: break;
    }
  }
  void set_mac(const IMB_MGR& m, const_octets key) noexcept {
    octet unused[16 * 15];
    switch (sizes.mac) {
      case mac_family::hmac_sha1: return set_hmac(key, 64, m.sha1_one_block);
      case mac_family::hmac_sha2_256: return set_hmac(key, 64, m.sha256_one_block);
      case mac_family::hmac_sha2_384: return set_hmac(key, 128, m.sha384_one_block);
      case mac_family::hmac_sha2_512: return set_hmac(key, 128, m.sha512_one_block);
      case mac_family::hmac_md5: return set_hmac(key, 64, m.md5_one_block);
      case mac_family::aes_xcbc: m.xcbc_keyexp(key.data(), mac[0], mac[1], mac[2]); break;
      case mac_family::aes_cmac:
        m.keyexp_128(key.data(), mac[0], unused);
        m.cmac_subkey_gen_128(mac[0], mac[1], mac[2]);
        wipe(unused, sizeof unused);
        break;
      default: break;
    }
  }
  // RFC 2104 2: the library goes on from the hash of the key's block.
  void set_hmac(const_octets key, std::size_t block, hash_one_block_t hash) noexcept {
    octet padded[128];
    for (const octet pad : {octet{0x36}, octet{0x5c}}) {
      for (std::size_t i = 0; i < block; ++i) padded[i] = static_cast<octet>((i < key.size() ? key[i] : 0) ^ pad);
      hash(padded, mac[pad == 0x36 ? 0 : 1]);
    }
    wipe(padded, sizeof padded);
  }
};

}  // namespace ESPLANADE_IPSEC_MB_TAG
}  // namespace v0
}  // namespace esplanade
