// One job of ours as one of intel-ipsec-mb's: what it reads, where it writes, and under which of the key's schedules.
#pragma once

#include <esplanade/crypto/ipsec_mb/burst_key.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_IPSEC_MB_TAG {

/// What is asked for a list.
enum class burst_task : std::uint8_t { seal, open, verify, recheck };

/// A job of ours on its way through the library.
struct burst_entry {
  job* of = nullptr;
  const burst_key* key = nullptr;
  octet* from = nullptr;  // AAD and text, or the text of an AEAD
  octet* to = nullptr;    // where the text goes
  bool staged = false;    // from and to are in the workspace
  bool aside = false;     // only to is
  bool lent = false;      // the appended octets stand where the ICV is to stand
  octet received[icv_max];
  octet icv[64];
};

[[nodiscard]] inline bool covers_aad(const burst_key& s) noexcept { return s.sizes.mac != mac_family::none; }
[[nodiscard]] inline bool encrypts(const burst_key& s) noexcept { return s.sizes.family != cipher_family::null; }

inline void fill_burst_mac(IMB_JOB& b, const burst_key& s) noexcept {
  const auto keys = [&](auto& of) { of._hashed_auth_key_xor_ipad = s.mac[0], of._hashed_auth_key_xor_opad = s.mac[1]; };
  switch (s.sizes.mac) {
    case mac_family::hmac_sha1: b.hash_alg = IMB_AUTH_HMAC_SHA_1; return keys(b.u.HMAC);
    case mac_family::hmac_sha2_256: b.hash_alg = IMB_AUTH_HMAC_SHA_256; return keys(b.u.HMAC);
    case mac_family::hmac_sha2_384: b.hash_alg = IMB_AUTH_HMAC_SHA_384; return keys(b.u.HMAC);
    case mac_family::hmac_sha2_512: b.hash_alg = IMB_AUTH_HMAC_SHA_512; return keys(b.u.HMAC);
    case mac_family::hmac_md5: b.hash_alg = IMB_AUTH_MD5; return keys(b.u.HMAC);
    case mac_family::aes_xcbc:
      b.hash_alg = IMB_AUTH_AES_XCBC;
      b.u.XCBC._k1_expanded = reinterpret_cast<const std::uint32_t*>(s.mac[0]);
      b.u.XCBC._k2 = s.mac[1];
      b.u.XCBC._k3 = s.mac[2];
      return;
    case mac_family::aes_cmac:
      b.hash_alg = IMB_AUTH_AES_CMAC;
      b.u.CMAC._key_expanded = s.mac[0];
      b.u.CMAC._skey1 = s.mac[1];
      b.u.CMAC._skey2 = s.mac[2];
      return;
    default: b.hash_alg = IMB_AUTH_NULL; return;
  }
}
/// Tells the library what to do with a job of ours.
template <burst_task Task> void fill_burst_job(IMB_JOB& b, burst_entry& e) noexcept {
  const job& j = *e.of;
  const burst_key& s = *e.key;
  constexpr bool sealing = Task == burst_task::seal || Task == burst_task::recheck;
  const std::size_t front = covers_aad(s) ? j.aad_length : 0u;
  b.src = e.from;
  b.dst = e.to;
  b.cipher_start_src_offset_in_bytes = front;
  b.msg_len_to_cipher_in_bytes = j.length;
  b.hash_start_src_offset_in_bytes = 0;
  b.msg_len_to_hash_in_bytes = front + j.length + j.appended_length;
  b.cipher_direction = sealing ? IMB_DIR_ENCRYPT : IMB_DIR_DECRYPT;
  b.chain_order = sealing ? IMB_ORDER_CIPHER_HASH : IMB_ORDER_HASH_CIPHER;
  b.iv = j.nonce().data();
  b.iv_len_in_bytes = j.nonce().size();
  b.auth_tag_output = e.icv;
  b.auth_tag_output_len_in_bytes = j.icv_length;
  b.enc_keys = s.cipher[0];
  b.dec_keys = s.cipher[0];
  b.key_len_in_bytes = s.sizes.cipher_key();
  b.user_data = &e;
  switch (s.sizes.family) {
    case cipher_family::aes_ccm:
      b.cipher_mode = IMB_CIPHER_CCM;
      b.hash_alg = IMB_AUTH_AES_CCM;
      b.chain_order = sealing ? IMB_ORDER_HASH_CIPHER : IMB_ORDER_CIPHER_HASH;  // the MAC is of the plaintext
      b.u.CCM.aad = j.aad;
      b.u.CCM.aad_len_in_bytes = j.aad_length;
      return;
    case cipher_family::chacha20_poly1305:
      b.cipher_mode = IMB_CIPHER_CHACHA20_POLY1305;
      b.hash_alg = IMB_AUTH_CHACHA20_POLY1305;
      b.u.CHACHA20_POLY1305.aad = j.aad;
      b.u.CHACHA20_POLY1305.aad_len_in_bytes = j.aad_length;
      return;
    case cipher_family::aes_cbc:
      b.cipher_mode = IMB_CIPHER_CBC;
      b.dec_keys = s.cipher[1];
      break;
    case cipher_family::aes_ctr: b.cipher_mode = IMB_CIPHER_CNTR; break;  // RFC 3686 4: salt, IV, and a counter from 1 on
    case cipher_family::des_cbc:
      b.cipher_mode = IMB_CIPHER_DES;
      break;
    case cipher_family::triple_des_cbc:
      b.cipher_mode = IMB_CIPHER_DES3;
      b.enc_keys = b.dec_keys = s.des;
      break;
    default: b.cipher_mode = IMB_CIPHER_NULL; break;
  }
  if (j.length == 0 || Task == burst_task::verify) b.cipher_mode = IMB_CIPHER_NULL;
  fill_burst_mac(b, s);
}

}  // namespace ESPLANADE_IPSEC_MB_TAG
}  // namespace v0
}  // namespace esplanade
