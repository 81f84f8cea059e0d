// What the lessons share: one packet, one SA, and a way to look at octets. Nothing of it is needed to use the toolkit.
#pragma once

#include <esplanade/base/fault.hpp>
#include <esplanade/net/address.hpp>
#include <esplanade/sa/parameters.hpp>

#include <cstdio>
#include <cstring>

namespace lesson {

using esplanade::const_octets;
using esplanade::octet;
using esplanade::octets;

/// An IPv4 packet: UDP from 192.0.2.7 to 198.51.100.7, port 7 to port 7, "Hello, esplanade".
inline constexpr octet hello[] = {0x45, 0x00, 0x00, 0x2c, 0x00, 0x01, 0x00, 0x00, 0x40, 0x11, 0x8e, 0xb7, 0xc0, 0x00, 0x02,
                                  0x07, 0xc6, 0x33, 0x64, 0x07, 0x00, 0x07, 0x00, 0x07, 0x00, 0x18, 0x00, 0x00, 'H',  'e',
                                  'l',  'l',  'o',  ',',  ' ',  'e',  's',  'p',  'l',  'a',  'n',  'a',  'd',  'e'};

/// A key for a lesson. One that protects something comes from a key exchange or a random source.
inline constexpr octet key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
inline constexpr octet salt[4] = {0xca, 0xfe, 0xba, 0xbe};

/// A tunnel from 203.0.113.1 to 203.0.113.2, AES-GCM with a 128-bit key.
inline esplanade::sa_parameters tunnel() {
  esplanade::sa_parameters sa;
  sa.spi = 0x1000;
  sa.suite = esplanade::esp_aes_gcm_16<128>::sizes;
  sa.key = key;
  sa.salt = salt;
  sa.source = esplanade::address::v4(203, 0, 113, 1);
  sa.destination = esplanade::address::v4(203, 0, 113, 2);
  return sa;
}

/// Sixteen octets a line.
inline void show(const char* what, const_octets all) {
  std::printf("%s, %zu octets\n", what, all.size());
  for (std::size_t i = 0; i < all.size(); ++i) std::printf("%s%02x%s", i % 16 == 0 ? "  " : " ", all[i], i % 16 == 15 || i + 1 == all.size() ? "\n" : "");
}

/// Says what a control call refused; what main returns then.
inline int give_up(const esplanade::fault& why) {
  std::printf("%s: %s; accepted: %s\n", why.field, why.reason, why.accepted);
  return 1;
}

}  // namespace lesson
