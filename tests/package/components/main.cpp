// What each component brings, used: a packet sealed with Botan, and its verdict written with fmt.
#include <esplanade/crypto/botan.hpp>
#include <esplanade/esplanade.hpp>
#include <esplanade/format.hpp>
#include <esplanade/testing/archetypes.hpp>
#include <esplanade/version.hpp>

#include <cstdio>

namespace {
using esplanade::octet;

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};
using path = esplanade::datapath<gateway, esplanade::flat_packet, esplanade::flat_store<16>, esplanade::botan>;
}  // namespace

int main() {
  static path::inbound_store receiving;
  static path::outbound_store sending;
  esplanade::botan crypto;
  static path p{{receiving, sending, crypto}};
  const octet key[16]{}, salt[4]{};
  const auto sa = sending.add(crypto, {.spi = 0x1000, .suite = esplanade::esp_aes_gcm_16<128>::sizes, .key = key, .salt = salt,
                                       .source = esplanade::address::v4(192, 0, 2, 1), .destination = esplanade::address::v4(192, 0, 2, 2)});
  if (!sa) return std::puts(sa.why().reason), 1;
  octet memory[256]{};
  octet* const ip = memory + 64;
  ip[0] = 0x45, ip[3] = 28, ip[8] = 64, ip[9] = 17;
  esplanade::flat_packet packet(memory, 64, 28);
  esplanade::flat_packet* packets[] = {&packet};
  esplanade::verdict verdicts[1];
  const esplanade::outbound_handle handles[] = {sa.value()};
  p.outbound({packets, verdicts, handles});
  const std::string said = fmt::format("{}", verdicts[0]);
  if (said != "forwarded") return std::puts(said.c_str()), 1;
  std::printf("esplanade %d.%d.%d\n", ESPLANADE_VERSION_MAJOR, ESPLANADE_VERSION_MINOR, ESPLANADE_VERSION_PATCH);
}
