// What tests of SAs under change share: what is known of an SPI, and packets that say under which key they were sealed.
#pragma once

#include <esplanade/buffer/flat_packet.hpp>

#include <cstring>
#include <optional>

namespace support {

using namespace esplanade;

/// What the control thread has done with an SPI: its key's version, and whether packets of that version must pass. Written
/// before a change begins and after it is complete.
enum class phase : std::uint64_t { gone, live, changing };
struct life {
  std::uint64_t version;
  phase is;
  explicit life(std::uint64_t word) : version(word >> 2), is(static_cast<phase>(word & 3)) {}
  static std::uint64_t word(std::uint64_t version, phase is) { return version << 2 | static_cast<std::uint64_t>(is); }
};

/// One packet's memory; what is inside names an SPI and the version of its key.
struct versioned_packet {
  octet memory[192]{};
  std::optional<flat_packet> packet{};
  std::size_t which = 0;
  std::uint64_t version = 0;
  static constexpr std::size_t headroom = 64, inside = 44;

  void fill(std::size_t to, std::uint64_t under) {
    which = to;
    version = under;
    std::memset(memory, 0xa5, sizeof memory);
    octet* const ip = memory + headroom;
    std::memset(ip, 0, inside);
    ip[0] = 0x45, ip[3] = inside, ip[8] = 64, ip[9] = 17, ip[12] = 10, ip[16] = 10;
    store_be64(ip + 28, which);
    store_be64(ip + 36, version);
    packet.emplace(memory, headroom, inside, sizeof memory - headroom - inside);
  }
  [[nodiscard]] bool came_back() const {
    if (packet->length() != inside) return false;
    const octet* const ip = (*packet->first()).data();
    return load_be64(ip + 28) == which && load_be64(ip + 36) == version;
  }
};

}  // namespace support
