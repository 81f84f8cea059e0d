// Which queue a received frame goes to (receive side scaling): a hash over what IPsec leaves in clear, so that an SA's frames meet one core.
#pragma once

#include <esplanade/net/udp.hpp>
#include <esplanade/offload/link_header.hpp>

namespace esplanade {
inline namespace v0 {

// What is hashed, in this order
//   ESP, ESP in UDP     source, destination, SPI          ports of UDP are a NAT's, and may change under an SA
//   AH                  source, destination, SPI
//   TCP, UDP            source, destination, source port, destination port
//   all else            source, destination               IP fragments among it: only the first has more
// The addresses are those of the outermost header: what is inside is known only once a queue has opened it. One queue belongs
// to one core; frames of one SA from one peer go to one queue, in the order of the wire.

/// A key of the hash that Windows calls Toeplitz: 40 octets cover two IPv6 addresses and two words more.
struct scaling_key {
  static constexpr std::size_t size = 40;
  octet value[size]{};
};

/// The Toeplitz hash of `data`: for every bit that is set, the 32 bits of the key that start there.
///   Cost     linear in the bits of `data`; at most 36 octets
[[nodiscard]] constexpr std::uint32_t toeplitz(const scaling_key& key, const octet* data, std::size_t size) noexcept {
  std::uint32_t window = static_cast<std::uint32_t>(key.value[0]) << 24 | static_cast<std::uint32_t>(key.value[1]) << 16 | static_cast<std::uint32_t>(key.value[2]) << 8 | key.value[3];
  std::uint32_t hash = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const unsigned next = i + 4 < scaling_key::size ? key.value[i + 4] : 0u;
    for (unsigned bit = 0; bit < 8; ++bit) {
      if ((data[i] >> (7 - bit) & 1) != 0) hash ^= window;
      window = window << 1 | (next >> (7 - bit) & 1);
    }
  }
  return hash;
}

/// The hash of the IP packet that `read` shows; 0 for what is no IP packet.
///   Shape    `is_esp_port(port)`: whether UDP to this port holds ESP (the device profile's udp_port)
///   Cost     one header walk and one hash
template <OctetReader Reader, class IsEspPort> [[nodiscard]] std::uint32_t scaling_hash(const scaling_key& key, Reader& read, std::size_t available, IsEspPort is_esp_port) noexcept {
  const ip_layout at = walk_ip(read, available);
  if (at.status == verdict::not_ip || at.header_length == 0) return 0;
  octet hashed[36];
  std::size_t size = 2 * address::octets_of(at.version);
  const octet* from = read(at.version == family::ipv4 ? 12 : 8, size);
  if (from == nullptr) return 0;
  std::memcpy(hashed, from, size);
  const auto add = [&](std::size_t offset) {
    const octet* const word = read(at.header_length + offset, 4);
    if (word == nullptr) return;
    std::memcpy(hashed + size, word, 4);
    size += 4;
  };
  if (!at.fragment) {
    switch (at.protocol) {
      case protocol_number::esp: add(0); break;
      case protocol_number::ah: add(4); break;
      case protocol_number::tcp: add(0); break;
      case protocol_number::udp: {
        const octet* const ports = read(at.header_length, 4);
        const bool port = ports != nullptr && is_esp_port(load_be16(ports + 2));
        const octet* const marker = port ? read(at.header_length + udp_header_octets, udp_marker_octets) : nullptr;
        add(marker != nullptr && udp_content_of({marker, udp_marker_octets}) == udp_content::esp ? udp_header_octets : 0);
        break;
      }
      default: break;
    }
  }
  return toeplitz(key, hashed, size);
}

/// Which queue has which hash: the low bits of a hash name a place of the table, which names a queue.
///   Threads  a value; who changes it makes a new one
template <std::size_t Places = 128> struct scaling_table {
  static_assert(Places != 0 && (Places & (Places - 1)) == 0, "the low bits of a hash name a place: a power of two");
  std::uint8_t queue[Places]{};
  /// Spread evenly over this many queues, at most 255.
  [[nodiscard]] static constexpr scaling_table over(std::size_t queues) noexcept {
    scaling_table made;
    for (std::size_t i = 0; i < Places; ++i) made.queue[i] = static_cast<std::uint8_t>(queues == 0 ? 0 : i % queues);
    return made;
  }
  [[nodiscard]] constexpr std::size_t queue_of(std::uint32_t hash) const noexcept { return queue[hash & (Places - 1)]; }
};

}  // namespace v0
}  // namespace esplanade
