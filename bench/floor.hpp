// The floor: what one SA costs when nothing can be chosen. An IPv4 tunnel with ESN and a window of 1024, written out by
// hand. No counters, selectors, policies, options, IP fragments, ECN, other modes or other packet types. What it sends
// and delivers for such traffic is octet for octet what a datapath sends and delivers, or it would not be a floor.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/buffer/flat_packet.hpp>
#include <esplanade/crypto/provider.hpp>
#include <esplanade/sa/parameters.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace bench {

/// One sending and one receiving SA over any provider, bursts of 32.
template <class Crypto> class esp_floor {
 public:
  static constexpr std::size_t burst = 32;

  explicit esp_floor(Crypto& crypto) : crypto_(crypto) {
    for (std::size_t i = 0; i < burst; ++i) {
      esplanade::job& j = jobs_[i];
      list_[i] = &j;
      j.source = j.destination = &text_[i];
      j.aad = j.aad_memory;
      j.aad_length = 12;
      j.segments = 1;
      j.icv_length = icv;
      j.iv_length = 8;
      j.salt_length = 4;
    }
  }

  /// Installs the SA for both ends. False when the provider has no such key.
  bool add(const esplanade::sa_parameters& p) {
    const auto schedule = crypto_.add_key(p.suite, p.key);
    if (!schedule || sas_used_ == sas_.size()) return false;
    sa& s = sas_[sas_used_++];
    s.spi = p.spi;
    s.schedule = *schedule;
    std::memcpy(&s.salt, p.salt.data(), 4);
    std::memcpy(&s.addresses, p.source.value, 4);
    std::memcpy(reinterpret_cast<octet*>(&s.addresses) + 4, p.destination.value, 4);
    s.hop_limit_protocol = static_cast<std::uint32_t>(p.hop_limit) << 24 | 50u << 16;
    s.sum = 0x4500u + (s.hop_limit_protocol >> 16);
    for (std::size_t i = 0; i < 4; i += 2) {
      s.sum += esplanade::load_be16(p.source.value + i);
      s.sum += esplanade::load_be16(p.destination.value + i);
    }
    by_spi_[p.spi % by_spi_.size()] = &s;
    return true;
  }

  /// Protects up to 32 packets, each under the SA that spis[i] names. False when one of them could not be sent.
  bool outbound(std::span<esplanade::flat_packet*> packets, const std::uint32_t* spis) {
    const std::size_t count = packets.size();
    for (std::size_t i = 0; i < count; ++i) {
      sa* const s = by_spi_[spis[i] % by_spi_.size()];
      if (s == nullptr || s->spi != spis[i] || s->next == 0) return false;
      esplanade::flat_packet& p = *packets[i];
      octet* const inner = p.data();
      const std::size_t size = p.length();
      if (size < 20) return false;
      const std::uint64_t first = esplanade::load_be64(inner);  // version, traffic class, length, identification, DF
      if (first >> 60 != 4) return false;
      const std::size_t pad = (0 - (size + 2)) & 3;
      const std::size_t total = front + size + pad + 2 + icv;
      if (total > 65535 || !p.retreat(front) || !p.extend(pad + 2 + icv)) return false;

      const std::uint64_t number = s->next;
      s->next = number + 1;
      octet* const ip = inner - front;
      const std::uint64_t traffic_class = first >> 48 & 0xff, id_and_fragment = (number & 0xffff) << 16 | (first & 0x4000);
      std::uint64_t sum = s->sum + traffic_class + total + (number & 0xffff) + (first & 0x4000);
      sum = (sum & 0xffff) + (sum >> 16);
      sum = (sum & 0xffff) + (sum >> 16);
      esplanade::store_be64(ip, std::uint64_t{0x45} << 56 | traffic_class << 48 | static_cast<std::uint64_t>(total) << 32 | id_and_fragment);
      esplanade::store_be32(ip + 8, s->hop_limit_protocol | static_cast<std::uint32_t>(~sum & 0xffff));
      std::memcpy(ip + 12, &s->addresses, 8);
      const std::uint32_t spi = spis[i];
      esplanade::store_be64(ip + 20, static_cast<std::uint64_t>(spi) << 32 | (number & 0xffffffff));
      esplanade::store_be64(ip + 28, number);
      esplanade::store_be32(inner + size, 0x01020300);
      esplanade::store_be16(inner + size + pad, static_cast<std::uint16_t>(pad << 8 | 4));
      fill(i, *s, inner, size + pad + 2, spi, number, number);
    }
    crypto_.seal(workspace_, {list_.data(), count});
    for (std::size_t i = 0; i < count; ++i)
      if (jobs_[i].status != esplanade::job_status::done) return false;
    return true;
  }

  /// Opens up to 32 packets. False when one of them must not be delivered.
  bool inbound(std::span<esplanade::flat_packet*> packets) {
    const std::size_t count = packets.size();
    for (std::size_t i = 0; i < count; ++i) {
      octet* const ip = packets[i]->data();
      const std::size_t size = packets[i]->length();
      if (size < front + 4 + icv || ip[0] != 0x45 || ip[9] != 50 || esplanade::load_be16(ip + 2) != size) return false;
      const std::uint64_t spi_sequence = esplanade::load_be64(ip + 20);
      const std::uint32_t spi = static_cast<std::uint32_t>(spi_sequence >> 32);
      sa* const s = by_spi_[spi % by_spi_.size()];
      if (s == nullptr || s->spi != spi) return false;

      // RFC 4303 A2: the first number at or right of the window's left edge that has these low 32 bits.
      const std::uint64_t highest = s->highest;
      const std::uint64_t left = highest - (window - 1);
      const std::uint64_t number = left + static_cast<std::uint32_t>(static_cast<std::uint32_t>(spi_sequence) - static_cast<std::uint32_t>(left));
      if ((number < left) != (highest < window - 1) || number == 0) return false;
      if (number <= highest && (s->seen[number / 64 % blocks] >> number % 64 & 1) != 0) return false;

      const std::size_t text = size - front - icv;
      if (text % 4 != 0) return false;
      fill(i, *s, ip + front, text, spi, number, esplanade::load_be64(ip + 28));
      found_[i] = s;
      numbers_[i] = number;
    }
    crypto_.open(workspace_, {list_.data(), count}, esplanade::on_forged::scrub);
    for (std::size_t i = 0; i < count; ++i) {
      if (jobs_[i].status != esplanade::job_status::done) return false;
      sa& s = *found_[i];
      const std::uint64_t number = numbers_[i], highest = s.highest;
      if (number > highest) {
        for (std::uint64_t b = highest / 64; b < number / 64 && b < highest / 64 + blocks;) s.seen[++b % blocks] = 0;
        s.highest = number;
      } else if (highest - number >= window || (s.seen[number / 64 % blocks] >> number % 64 & 1) != 0) {
        return false;
      }
      s.seen[number / 64 % blocks] |= std::uint64_t{1} << number % 64;

      // The last eight octets of IV and text: six of padding at most, pad length, next header.
      const octet* const end = text_[i].data + text_[i].size;
      const std::uint64_t last = esplanade::load_be64(end - 8);
      const std::size_t pad = last >> 8 & 0xff;
      if ((last & 0xff) != 4 || pad + 2 > text_[i].size) return false;
      if (pad <= 3) {
        if ((last >> 16 & ((1u << 8 * pad) - 1)) != 0x010203u >> 8 * (3 - pad)) return false;
      } else {
        for (std::size_t k = 0; k < pad; ++k)
          if (end[k - 2 - pad] != k + 1) return false;
      }
      packets[i]->trim(pad + 2 + icv);
      packets[i]->advance(front);
    }
    return true;
  }

 private:
  using octet = esplanade::octet;
  static constexpr std::size_t front = 20 + 8 + 8, icv = 16, window = 1024, blocks = 32;

  struct sa {
    std::uint32_t spi = 0, schedule = 0, salt = 0, sum = 0, hop_limit_protocol = 0;
    std::uint64_t addresses = 0;
    std::uint64_t next = 1;
    std::uint64_t highest = 0;
    std::uint64_t seen[blocks]{};
  };

  ESPLANADE_INLINE void fill(std::size_t i, const sa& s, octet* text, std::size_t size, std::uint32_t spi, std::uint64_t number, std::uint64_t iv) {
    esplanade::job& j = jobs_[i];
    text_[i] = {text, size};
    j.icv = text + size;
    j.length = static_cast<std::uint32_t>(size);
    j.schedule = s.schedule;
    std::memcpy(j.salt_memory, &s.salt, 4);
    esplanade::store_be64(j.iv_memory, iv);
    esplanade::store_be64(j.aad_memory, static_cast<std::uint64_t>(spi) << 32 | number >> 32);
    esplanade::store_be32(j.aad_memory + 8, static_cast<std::uint32_t>(number));
  }

  Crypto& crypto_;
  typename Crypto::workspace workspace_{};
  std::array<sa*, 1024> by_spi_{};
  std::array<sa, 4> sas_{};
  std::size_t sas_used_ = 0;
  std::array<esplanade::job, burst> jobs_{};
  std::array<esplanade::job*, burst> list_{};
  std::array<esplanade::segment, burst> text_{};
  std::array<sa*, burst> found_{};
  std::array<std::uint64_t, burst> numbers_{};
};

}  // namespace bench
