// The loop that many write first: an ESP tunnel over Botan's AEAD_Mode, with a new secure_vector for every packet.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/buffer/flat_packet.hpp>
#include <esplanade/net/checksum.hpp>
#include <esplanade/sa/parameters.hpp>

#include <botan/aead.h>

#include <memory>
#include <span>

namespace bench {

/// Sends under one SA: IPv4 tunnel, AES-GCM, ESN.
class naive_sender {
 public:
  explicit naive_sender(const esplanade::sa_parameters& p)
      : spi_(p.spi), salt_(p.salt.begin(), p.salt.end()), hop_limit_(p.hop_limit), source_(p.source), destination_(p.destination),
        cipher_(Botan::AEAD_Mode::create_or_throw("AES-" + std::to_string(8 * p.key.size()) + "/GCM", Botan::ENCRYPTION)) {
    cipher_->set_key(p.key.data(), p.key.size());
  }

  bool outbound(std::span<esplanade::flat_packet*> packets) {
    for (esplanade::flat_packet* p : packets)
      if (!send(*p)) return false;
    return true;
  }

 private:
  bool send(esplanade::flat_packet& p) {
    using namespace esplanade;
    const octet inner_class = p.data()[1];
    const bool dont_fragment = (p.data()[6] & 0x40) != 0;
    const std::uint64_t number = next_++;

    const std::size_t size = p.length();
    const std::size_t padding = esp_padding(size, 4);
    if (!p.extend(padding + 2 + 16) || !p.retreat(36)) return false;
    octet* const ip = p.data();
    octet* const inner = ip + 36;
    for (std::size_t i = 0; i < padding; ++i) inner[size + i] = static_cast<octet>(i + 1);
    inner[size + padding] = static_cast<octet>(padding);
    inner[size + padding + 1] = 4;

    octet aad[12], nonce[12];
    store_be32(aad, spi_);
    store_be64(aad + 4, number);
    std::memcpy(nonce, salt_.data(), 4);
    store_be64(nonce + 4, number);
    cipher_->set_associated_data(aad, sizeof aad);
    cipher_->start(nonce, sizeof nonce);
    Botan::secure_vector<octet> text(inner, inner + size + padding + 2);
    cipher_->finish(text);
    std::memcpy(inner, text.data(), text.size());

    const octet header[20] = {0x45, inner_class, 0, 0, 0, 0, static_cast<octet>(dont_fragment ? 0x40 : 0), 0, hop_limit_, 50};
    std::memcpy(ip, header, sizeof header);
    store_be16(ip + 2, static_cast<std::uint16_t>(p.length()));
    store_be16(ip + 4, static_cast<std::uint16_t>(number & 0xffff));
    std::memcpy(ip + 12, source_.value, 4);
    std::memcpy(ip + 16, destination_.value, 4);
    store_be16(ip + 10, internet_checksum({ip, sizeof header}));
    store_be32(ip + 20, spi_);
    store_be32(ip + 24, static_cast<std::uint32_t>(number));
    store_be64(ip + 28, number);
    return true;
  }

  std::uint32_t spi_;
  std::vector<esplanade::octet> salt_;
  esplanade::octet hop_limit_;
  esplanade::address source_, destination_;
  std::unique_ptr<Botan::AEAD_Mode> cipher_;
  std::uint64_t next_ = 1;
};

}  // namespace bench
