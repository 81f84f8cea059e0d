#include "keys.hpp"

#include <algorithm>

namespace capture_tunnel {

sa_pair draw_sas(const choice& what, chance& from) {
  sa_pair made;
  made[1].traffic = esplanade::family::ipv6;
  for (sa_material& sa : made) {
    sa.suite = what.profile.suite_for(sa.traffic);
    std::generate_n(sa.key.begin(), sa.suite.key, [&from] { return static_cast<esplanade::octet>(from() & 0xff); });
    std::generate_n(sa.salt.begin(), sa.suite.salt, [&from] { return static_cast<esplanade::octet>(from() & 0xff); });
  }
  // RFC 4303 2.1: 0 to 255 are reserved. One for each SA, so that an SPI alone names it.
  made[0].spi = static_cast<std::uint32_t>(256 + from.below(0x7fff'ff00));
  made[1].spi = static_cast<std::uint32_t>(0x8000'0000 + from.below(0x8000'0000));
  return made;
}

tunnel_ends ends_of(esplanade::family outer) {
  using esplanade::address;
  if (outer == esplanade::family::ipv4) return {address::v4(192, 0, 2, 1), address::v4(198, 51, 100, 1)};
  return {address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1), address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1)};
}

esplanade::sa_parameters parameters_of(const sa_material& sa, const choice& what) {
  esplanade::sa_parameters p;
  p.spi = sa.spi;
  p.suite = sa.suite;
  p.key = sa.key_octets();
  p.salt = sa.salt_octets();
  p.mode = what.mode;
  p.esn = what.esn;
  p.encapsulation = what.profile.encapsulation;
  p.selector = esplanade::traffic_selector::all(sa.traffic);
  if (what.mode == esplanade::mode::tunnel) {
    const tunnel_ends ends = ends_of(what.outer);
    p.source = ends.source;
    p.destination = ends.destination;
  }
  return p;
}

}  // namespace capture_tunnel
