// A datapath over intel-ipsec-mb, and a key in its provider.
#include <esplanade/crypto/ipsec_mb.hpp>
#include <esplanade/esplanade.hpp>
#include <esplanade/version.hpp>

#include <cstdio>

namespace {
struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};
using path = esplanade::datapath<gateway, esplanade::flat_packet, esplanade::flat_store<16>, esplanade::ipsec_mb>;
}  // namespace

int main() {
  static path::inbound_store receiving;
  static path::outbound_store sending;
  esplanade::ipsec_mb crypto;
  static path p{{receiving, sending, crypto}};
  const esplanade::octet key[16]{}, salt[4]{};
  const auto added = receiving.add(crypto, {.spi = 0x1000, .suite = esplanade::esp_aes_gcm_16<128>::sizes, .key = key, .salt = salt});
  if (!added) return std::puts(added.why().reason), 1;
  std::printf("esplanade %d.%d.%d\n", ESPLANADE_VERSION_MAJOR, ESPLANADE_VERSION_MINOR, ESPLANADE_VERSION_PATCH);
}
