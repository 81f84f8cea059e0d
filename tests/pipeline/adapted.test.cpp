// Providers that cannot do everything, behind their adapters: the same octets and verdicts.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/crypto/adapters.hpp>
#include <esplanade/pipeline/explain.hpp>
#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
using chain = chain_packet<6>;
using out_of_place = testing::out_of_place_crypto<mixing_crypto>;
using neither = testing::contiguous_crypto<out_of_place>;

template <class P, class Crypto> std::string story() {
  world<gateway, P, Crypto> r;
  const auto sa = r.add({.esn = true});
  train<P> packets;
  testing::seeded numbers{77};
  for (std::size_t i = 0; i < 40; ++i) {
    const bytes inner = udp_packet(family::ipv4, i * 13 % 200);
    testing::packet_form form{.content = inner, .headroom = 64, .tailroom = 64};
    if constexpr (!ContiguousPacket<P>) form.segments = testing::random_cut(inner.size(), 6, numbers);
    packets.add(form, sa);
  }
  r.send(packets);
  CHECK(packets.survivors == 40);
  std::string all;
  train<P> arriving;
  std::vector<bytes> wires;
  for (std::size_t i = 0; i < 40; ++i) {
    bytes wire = packets.octets(i);
    for (const octet o : wire) all += static_cast<char>(o);
    if (i % 7 == 3) wire[wire.size() - 20] = static_cast<octet>(wire[wire.size() - 20] ^ 1);
    wires.push_back(wire);
  }
  for (const bytes& wire : wires) {
    testing::packet_form form{.content = wire};
    if constexpr (!ContiguousPacket<P>) form.segments = testing::random_cut(wire.size(), 6, numbers);
    arriving.add(form);
  }
  r.receive(arriving);
  for (std::size_t i = 0; i < 40; ++i) {
    all += name_of(arriving.of(i));
    for (const octet o : arriving.octets(i)) all += static_cast<char>(o);
  }
  return all;
}

}  // namespace

TEST_CASE("datapath: an out-of-place cipher behind its adapter does what one in place does") {
  CHECK(story<flat_packet, adapt<out_of_place, flat_packet>>() == story<flat_packet, mixing_crypto>());
}

TEST_CASE("datapath: a cipher for contiguous texts out of place, behind both adapters, over segments [class 28]") {
  CHECK(story<chain, adapt<neither, chain>>() == story<chain, mixing_crypto>());
}

TEST_CASE("datapath: explain names what an adapter copies") {
  using path = datapath<gateway, flat_packet, flat_store<4>, adapt<out_of_place, flat_packet>>;
  constexpr auto plan = explain<typename path::inbound_lane>();
  CHECK(std::string(plan.adapters).find("staged") == 0);
  CHECK(plan.provider == std::string("out_of_place"));
}
