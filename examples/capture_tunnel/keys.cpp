#include "keys.hpp"

#include <algorithm>

namespace capture_tunnel {

sa_list draw_sas(const choice& what, const address_pairs& talking, chance& from) {
  sa_list made(2);
  made[1].traffic = esplanade::family::ipv6;
  if (what.profile.aggregates) made.pop_back();
  if (what.mode == esplanade::mode::beet) {
    made.assign(talking.busiest.size(), {});
    for (std::size_t i = 0; i < made.size(); ++i) made[i].traffic = (made[i].inside = talking.busiest[i])->source.version;
  }
  for (sa_material& sa : made) {
    sa.suite = what.profile.suite_for(sa.traffic);
    std::generate_n(sa.key.begin(), sa.suite.key, [&from] { return static_cast<esplanade::octet>(from() & 0xff); });
    std::generate_n(sa.salt.begin(), sa.suite.salt, [&from] { return static_cast<esplanade::octet>(from() & 0xff); });
  }
  // RFC 4303 2.1: 0 to 255 are reserved. One range for each SA, so that an SPI alone names it.
  const std::uint64_t share = 0xffff'ff00 / std::max<std::size_t>(made.size(), 1);
  for (std::size_t i = 0; i < made.size(); ++i) made[i].spi = static_cast<std::uint32_t>(256 + i * share + from.below(share));
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
  p.selector = what.profile.aggregates ? esplanade::traffic_selector::any() : esplanade::traffic_selector::all(sa.traffic);
  if (sa.inside) {
    p.inner_source = sa.inside->source;
    p.inner_destination = sa.inside->destination;
    const auto bits = static_cast<std::uint8_t>(8 * esplanade::address::octets_of(sa.traffic));
    p.selector = esplanade::traffic_selector({.source = sa.inside->source, .destination = sa.inside->destination, .source_prefix = bits, .destination_prefix = bits});
  }
  p.source.version = p.destination.version = sa.traffic;
  if (has_outer_header(what.mode)) {
    const tunnel_ends ends = ends_of(what.outer);
    p.source = ends.source;
    p.destination = ends.destination;
  }
  return p;
}

}  // namespace capture_tunnel
