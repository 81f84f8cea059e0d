// SAs with some traffic behind them, and what they saved.
#pragma once

#include "support/world.hpp"

#include <esplanade/sa/restore.hpp>
#include <esplanade/testing/ciphers.hpp>

#include <array>

namespace saved_sas {

using namespace support;
using testing::mixing_crypto;

using with_mac = esp_aes_ctr<128, hmac_sha2_256_128>;
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256, with_mac>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
};
using gateway_world = world<gateway, flat_packet, mixing_crypto, flat_store<4>>;
using in_sa = inbound_sa<gateway, mixing_crypto>;
using out_sa = outbound_sa<gateway, mixing_crypto>;
using image = std::array<octet, snapshot_octets>;

inline traffic_selector narrow() {
  return traffic_selector{{.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0), .destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 0),
                           .source_prefix = 48, .destination_prefix = 47, .protocol = 17, .destination_ports = {50, 53}}};
}

// An SA that has seen some traffic, and what it saved.
template <class Sa> struct saved {
  mixing_crypto crypto{};
  Sa sa{};
  image octets{};
  explicit saved(sa_form form = {}) {
    REQUIRE(sa.install(crypto, form.parameters()));
    sa.traffic(0).packets.add(0x0102030405060708u);
    sa.traffic(0).octets.add(77);
    sa.drops().other.add(9);
    const auto size = save(sa, octets);
    REQUIRE(size);
    CHECK(*size == snapshot_octets);
  }
  ~saved() { sa.uninstall(crypto); }
};

template <class Sa> fault refused(const_octets from, sa_parameters p = {}, since_snapshot since = {}) {
  const sa_parameters before = p;
  const auto done = restore<Sa>(from, p, since);
  REQUIRE_FALSE(done);
  CHECK(p.spi == before.spi);
  CHECK(p.sequence_start == before.sequence_start);
  CHECK(same_text(done.why().field, "") == false);
  CHECK(same_text(done.why().reason, "") == false);
  return done.why();
}
inline void sign(image& octets) { store_be32(octets.data() + 200, esplanade::detail::crc32({octets.data(), 200})); }

}  // namespace saved_sas
