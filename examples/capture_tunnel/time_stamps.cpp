#include "time_stamps.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <vector>

namespace capture_tunnel {
namespace {

constexpr std::uint32_t pcap_nanoseconds = 0xa1b23c4d, section_header = 0x0a0d0d0a, byte_order = 0x1a2b3c4d, interface_description = 1;
constexpr std::uint16_t option_end = 0, option_resolution = 9;
constexpr std::size_t block_most = 1 << 16;  // octets; an interface description is far smaller

std::uint32_t turned(std::uint32_t v) { return v << 24 | (v & 0xff00) << 8 | (v >> 8 & 0xff00) | v >> 24; }

/// Numbers in the byte order of the section that wrote them.
class reading {
 public:
  explicit reading(std::istream& from) : from_(from) {}
  bool word(std::uint32_t& into) {
    if (!from_.read(reinterpret_cast<char*>(&into), sizeof into)) return false;
    if (swapped) into = turned(into);
    return true;
  }
  bool octets(std::vector<unsigned char>& into) {
    return static_cast<bool>(from_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size())));
  }
  [[nodiscard]] std::uint16_t half(const unsigned char* at) const {
    return static_cast<std::uint16_t>(swapped == (std::endian::native == std::endian::little) ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
  }
  bool swapped = false;

 private:
  std::istream& from_;
};

/// The resolution an interface description names, as a power: 10^-6 is the default; the top bit means powers of two.
bool finer_than_microseconds(const reading& from, const std::vector<unsigned char>& body) {
  constexpr std::size_t fixed = 8;  // link type, reserved, snap length
  for (std::size_t at = fixed; at + 4 <= body.size();) {
    const std::uint16_t code = from.half(&body[at]), size = from.half(&body[at + 2]);
    if (code == option_end || size > body.size() - at - 4) return false;
    if (code == option_resolution && size == 1) {
      const unsigned power = body[at + 4] & 0x7fu;
      return (body[at + 4] & 0x80) != 0 ? power > 19 : power > 6;  // 2^-20 is finer than 10^-6
    }
    at += 4 + (size + 3u) / 4u * 4u;
  }
  return false;
}

/// Passes the section header, then looks at the interface descriptions behind it.
bool of_pcapng(reading& from) {
  std::uint32_t type = section_header, length = 0, order = 0, again = 0;
  if (!from.word(length) || !from.word(order)) return false;
  if (order != byte_order) {
    from.swapped = true;
    length = turned(length);
  }
  for (std::uint32_t read = 12;; read = 8) {  // octets of this block so far
    if (length < read + 4 || length > block_most) return false;
    std::vector<unsigned char> body(length - read - 4);
    if (!from.octets(body) || !from.word(again) || again != length) return false;
    if (type == interface_description && finer_than_microseconds(from, body)) return true;
    if (!from.word(type) || type != interface_description || !from.word(length)) return false;
  }
}

}  // namespace

bool counts_nanoseconds(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  reading from(stream);
  std::uint32_t magic = 0;
  if (!from.word(magic)) return false;
  if (magic == section_header) return of_pcapng(from);
  return magic == pcap_nanoseconds || magic == turned(pcap_nanoseconds);
}

}  // namespace capture_tunnel
