#include "support/receiving_nic.hpp"

#include <esplanade/offload/receive_scaling.hpp>

#include <set>

using namespace support;

namespace {

// Microsoft's verification suite of the hash: key, and two of its rows.
constexpr scaling_key known{{0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
                             0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa}};

std::uint32_t hash_of(const bytes& packet) {
  span_reader read{packet};
  return scaling_hash(known, read, packet.size(), [](std::uint16_t port) { return port == 4500; });
}

}  // namespace

TEST_CASE("receive_scaling: the hash of IPv4 addresses, with ports and without, is the published one") {
  const address source = address::v4(66, 9, 149, 187), destination = address::v4(161, 142, 100, 80);
  const bytes packet = make_ip({.source = source, .destination = destination, .payload = udp(2794, 1766, 20)});
  CHECK(hash_of(packet) == 0x51ccc178);
  CHECK(hash_of(make_ip({.source = source, .destination = destination, .protocol = 1, .payload = counted(20)})) == 0x323e8fc2);
}

TEST_CASE("receive_scaling: of IPsec packets addresses and SPI are hashed, and nothing that changes under an SA") {
  peer other;
  bundle_form esp = esp_bundle(0x1001), next = esp_bundle(0x1002), auth = ah_bundle(0x2001), natted = esp_bundle(0x1003);
  natted.udp_esp = udp_esp_layout::transport;
  const auto hash = [&](const bundle_form& form, std::size_t size, std::uint64_t number) { return hash_of(other.seal(form, mode::transport, plain(form, size), number)); };
  for (const bundle_form& form : {esp, auth, natted}) CHECK(hash(form, 20, 1) == hash(form, 300, 77));
  CHECK(hash(esp, 20, 1) != hash(next, 20, 1));
  bytes moved = other.seal(natted, mode::transport, plain(natted));
  moved[20] ^= 0x55;  // a NAT chose another port
  CHECK(hash_of(moved) == hash(natted, 20, 1));
  CHECK(hash(to(esp, outside_v4(1), outside_v4(9)), 20, 1) != hash(esp, 20, 1));
}

TEST_CASE("receive_scaling: what is cut short or no IP packet has a hash all the same, and fragments go by their addresses") {
  peer other;
  const bytes whole = other.seal(esp_bundle(), mode::transport, plain(esp_bundle()));
  CHECK(hash_of({}) == 0);
  CHECK(hash_of(bytes(40, 0x50)) == 0);
  for (std::size_t n = 0; n < whole.size(); ++n) static_cast<void>(hash_of(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))));
  bytes first = whole, later = whole;
  first[6] = 0x20, later[7] = 9;
  CHECK(hash_of(first) == hash_of(later));
}

TEST_CASE("receive_scaling: a table spreads hashes over all queues and nowhere else") {
  const auto table = scaling_table<64>::over(3);
  std::set<std::size_t> seen;
  for (std::uint32_t h = 0; h < 1000; ++h) seen.insert(table.queue_of(h * 0x9e3779b9u));
  CHECK(seen == std::set<std::size_t>{0, 1, 2});
}
