// ESP with AES-GCM as RFC 4303 and RFC 4106 say, by Botan's AEAD and nothing of the toolkit.
#pragma once

#include "wire.hpp"

#include <botan/aead.h>
#include <botan/version.h>

#include <memory>

namespace vectors {

/// SPI to ICV of the packet that carries `payload`, with the least padding. `number` is all 64 bits of the sequence number.
inline octets_held seal_independently(const esplanade::suite_sizes& suite, const octets_held& key, const octets_held& salt, std::uint32_t spi, bool esn,
                                      std::uint64_t number, const octets_held& iv, const octets_held& payload, octet next_header) {
#if BOTAN_VERSION_MAJOR >= 3
  constexpr auto direction = Botan::Cipher_Dir::Encryption;
#else
  constexpr auto direction = Botan::Cipher_Dir::ENCRYPTION;
#endif
  octets_held esp(8);
  put_number(esp, 0, 4, spi);
  put_number(esp, 4, 4, number & 0xffffffff);
  octets_held aad = esp;
  if (esn) {  // RFC 4106 5: SPI, then all 64 bits
    aad.resize(12);
    put_number(aad, 4, 8, number);
  }
  octets_held nonce = salt;
  nonce.insert(nonce.end(), iv.begin(), iv.end());
  Botan::secure_vector<std::uint8_t> text(payload.begin(), payload.end());
  octet padding = 0;
  while ((text.size() + 2) % suite.alignment != 0) text.push_back(++padding);
  text.push_back(padding);
  text.push_back(next_header);

  const auto aead = Botan::AEAD_Mode::create_or_throw(joined("AES-", suite.key * 8, "/GCM(", suite.icv, ")"), direction);
  aead->set_key(key.data(), key.size());
  aead->set_associated_data(aad.data(), aad.size());
  aead->start(nonce.data(), nonce.size());
  aead->finish(text);
  esp.insert(esp.end(), iv.begin(), iv.end());
  esp.insert(esp.end(), text.begin(), text.end());
  return esp;
}

}  // namespace vectors
