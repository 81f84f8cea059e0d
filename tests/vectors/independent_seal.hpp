// ESP as RFC 4303 and the RFCs of its algorithms say, by Botan's modes and MACs and nothing of the toolkit.
#pragma once

#include "wire.hpp"

#include <botan/aead.h>
#include <botan/mac.h>
#include <botan/stream_cipher.h>
#include <botan/version.h>

#include <memory>

namespace vectors {

/// SPI to ICV of the packet that carries `payload`, with the least padding. `number` is all 64 bits of the sequence number.
///   Errors   throws unreadable for AES-XCBC, which Botan does not have
inline octets_held seal_independently(const esplanade::suite_sizes& suite, const octets_held& key, const octets_held& salt, std::uint32_t spi, bool esn,
                                      std::uint64_t number, const octets_held& iv, const octets_held& payload, octet next_header) {
  using esplanade::cipher_family;
  using esplanade::mac_family;
#if BOTAN_VERSION_MAJOR >= 3
  constexpr auto direction = Botan::Cipher_Dir::Encryption;
#else
  constexpr auto direction = Botan::Cipher_Dir::ENCRYPTION;
#endif
  octets_held esp(8);
  put_number(esp, 0, 4, spi);
  put_number(esp, 4, 4, number & 0xffffffff);
  octets_held with_high = esp;
  if (esn) {  // RFC 4106 5: SPI, then all 64 bits
    with_high.resize(12);
    put_number(with_high, 4, 8, number);
  }
  octets_held nonce = salt;
  nonce.insert(nonce.end(), iv.begin(), iv.end());
  Botan::secure_vector<std::uint8_t> text(payload.begin(), payload.end());
  octet padding = 0;
  while ((text.size() + 2) % suite.alignment != 0) text.push_back(++padding);
  text.push_back(padding);
  text.push_back(next_header);

  const std::string aes = joined("AES-", suite.cipher_key() * 8);
  const octet* const mac_key = key.data() + suite.cipher_key();
  std::string mode;
  switch (suite.family) {
    case cipher_family::aes_gcm: mode = joined(aes, "/GCM(", suite.icv, ")"); break;
    case cipher_family::aes_ccm: mode = joined(aes, "/CCM(", suite.icv, ",4)"); break;
    case cipher_family::chacha20_poly1305: mode = "ChaCha20Poly1305"; break;
    case cipher_family::aes_cbc: mode = aes + "/CBC/NoPadding"; break;
    case cipher_family::des_cbc: mode = "DES/CBC/NoPadding"; break;
    case cipher_family::triple_des_cbc: mode = "TripleDES/CBC/NoPadding"; break;
    default: break;
  }
  if (suite.aead()) {
    const auto aead = Botan::AEAD_Mode::create_or_throw(mode, direction);
    aead->set_key(key.data(), key.size());
    aead->set_associated_data(with_high.data(), with_high.size());
    aead->start(nonce.data(), nonce.size());
    aead->finish(text);
  } else if (!mode.empty()) {
    const auto cipher = Botan::Cipher_Mode::create_or_throw(mode, direction);
    cipher->set_key(key.data(), suite.cipher_key());
    cipher->start(iv.data(), iv.size());
    cipher->finish(text);
  } else if (suite.family == cipher_family::aes_ctr) {
    octets_held first = nonce;
    first.insert(first.end(), {octet{0}, octet{0}, octet{0}, octet{1}});
    const auto cipher = Botan::StreamCipher::create_or_throw("CTR-BE(" + aes + ")");
    cipher->set_key(key.data(), suite.cipher_key());
    cipher->set_iv(first.data(), first.size());
    cipher->cipher1(text.data(), text.size());
  }
  esp.insert(esp.end(), iv.begin(), iv.end());
  esp.insert(esp.end(), text.begin(), text.end());
  if (suite.aead()) return esp;

  std::string words;
  switch (suite.mac) {
    case mac_family::hmac_sha1: words = "HMAC(SHA-1)"; break;
    case mac_family::hmac_sha2_256: words = "HMAC(SHA-256)"; break;
    case mac_family::hmac_sha2_384: words = "HMAC(SHA-384)"; break;
    case mac_family::hmac_sha2_512: words = "HMAC(SHA-512)"; break;
    case mac_family::hmac_md5: words = "HMAC(MD5)"; break;
    case mac_family::aes_cmac: words = "CMAC(AES-128)"; break;
    case mac_family::none:
      if (suite.family != cipher_family::aes_gmac) return esp;
      words = "GMAC(" + aes + ")";
      break;
    default: throw unreadable("nobody else here computes this MAC");
  }
  const auto mac = Botan::MessageAuthenticationCode::create_or_throw(words);
  mac->set_key(mac_key - (suite.mac == mac_family::none ? suite.cipher_key() : 0), suite.mac == mac_family::none ? key.size() : suite.mac_key);
  octets_held covered = suite.mac == mac_family::none ? with_high : octets_held(esp.begin(), esp.begin() + 8);
  covered.insert(covered.end(), esp.begin() + 8, esp.end());
  if (suite.mac == mac_family::none) {
    mac->start(nonce.data(), nonce.size());
  } else if (esn) {  // RFC 4303 2.2.1
    covered.resize(covered.size() + 4);
    put_number(covered, covered.size() - 4, 4, number >> 32);
  }
  mac->update(covered.data(), covered.size());
  const auto icv = mac->final();
  esp.insert(esp.end(), icv.begin(), icv.begin() + suite.icv);
  return esp;
}

}  // namespace vectors
