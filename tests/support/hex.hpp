// Octets as hexadecimal words, for programs that talk in JSON.
#pragma once

#include <esplanade/base/octets.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace support {

inline unsigned nibble(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  throw std::invalid_argument("not hexadecimal");
}
inline std::vector<esplanade::octet> from_hex(const std::string& words) {
  if (words.size() % 2 != 0) throw std::invalid_argument("half an octet");
  std::vector<esplanade::octet> out(words.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<esplanade::octet>(nibble(words[2 * i]) << 4 | nibble(words[2 * i + 1]));
  return out;
}
inline std::string to_hex(const std::vector<esplanade::octet>& octets) {
  std::string words;
  words.reserve(2 * octets.size());
  for (const esplanade::octet o : octets) {
    words += "0123456789abcdef"[o >> 4];
    words += "0123456789abcdef"[o & 15];
  }
  return words;
}

}  // namespace support
