// The words that both reports use.
#pragma once

#include "outcome.hpp"

#include <string>
#include <string_view>

namespace capture_tunnel {

/// Appends to a list in words.
inline void append(std::string& list, std::string_view one, std::string_view between = ", ") {
  if (!list.empty()) list += between;
  list += one;
}

[[nodiscard]] inline const char* words_for(esplanade::mode m) {
  return m == esplanade::mode::tunnel ? "tunnel" : m == esplanade::mode::beet ? "beet" : "transport";
}
[[nodiscard]] inline const char* words_for(esplanade::esn_use use) {
  return use == esplanade::off ? "off" : use == esplanade::always ? "always" : "per SA";
}
[[nodiscard]] inline std::string words_for(esplanade::set_of<esplanade::mode> modes) {
  std::string words;
  for (const esplanade::mode one : every_mode)
    if (modes.has(one)) append(words, words_for(one));
  return words;
}
[[nodiscard]] inline const char* words_for(esplanade::encapsulation e) {
  return e == esplanade::encapsulation::udp ? "udp" : e == esplanade::encapsulation::wesp ? "wesp" : e == esplanade::encapsulation::udp_wesp ? "udp_wesp" : "none";
}
[[nodiscard]] inline const char* words_for(esplanade::family version) { return version == esplanade::family::ipv4 ? "IPv4" : "IPv6"; }

}  // namespace capture_tunnel
