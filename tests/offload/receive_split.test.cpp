#include "support/receiving_nic.hpp"

#include <esplanade/offload/receive_split.hpp>

using namespace support;

namespace {

frame_headers headers(const bytes& packet, std::size_t link = 14) {
  span_reader read{packet};
  return headers_of(read, packet.size(), link, [](std::uint16_t port) { return port == 4500; });
}
bytes tcp(const bundle_form& form) {
  bytes segment = counted(60, 4);
  segment[12] = 0x80;  // with options: 32 octets
  return make_ip({.source = form.source, .destination = form.destination, .protocol = 6, .payload = segment});
}

}  // namespace

TEST_CASE("F120: header-data split never cuts inside IPsec headers, unless the first piece holds the lookahead") {
  peer other;
  bundle_form natted = esp_bundle(0x1003);
  natted.udp_esp = udp_esp_layout::transport;
  const bundle_form esp = esp_bundle(), auth = ah_bundle(), both = ah_esp_bundle(), six = to(ah_esp_bundle(), outside_v6(1), outside_v6(2));
  const struct {
    const char* what;
    bytes packet;
    std::size_t end;
  } rows[] = {
      {"ESP", other.seal(esp, mode::transport, plain(esp)), 14 + 20 + 8},
      {"ESP in UDP", other.seal(natted, mode::transport, plain(natted)), 14 + 20 + 8 + 8},
      {"AH, UDP", other.seal(auth, mode::transport, plain(auth)), 14 + 20 + 24 + 8},
      {"AH, TCP", other.seal(auth, mode::transport, tcp(auth)), 14 + 20 + 24 + 32},
      {"AH, ESP", other.seal(both, mode::transport, plain(both)), 14 + 20 + 24 + 8},
      {"AH, ESP over IPv6", other.seal(six, mode::transport, plain(six)), 14 + 40 + 24 + 8},
      {"TCP", tcp(esp), 14 + 20 + 32},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const frame_headers h = headers(row.packet);
    CHECK(h.end == row.end);
    for (std::size_t wanted = 0; wanted < row.packet.size() + 14; ++wanted) {
      const std::size_t at = split_point(h, wanted, 128);
      CHECK((at >= row.end || at >= 128));
      CHECK(at >= wanted);
      if (wanted >= row.end) CHECK(at == wanted);
      if (wanted >= 20) CHECK(split_point(h, wanted, 20) == wanted);
    }
  }
}

TEST_CASE("F117: segments that IPsec protects are never coalesced, opened or not") {
  peer other;
  const bundle_form esp = esp_bundle(), auth = ah_bundle();
  const bytes plain_segment = tcp(esp);
  CHECK(may_coalesce(headers(plain_segment), {}));
  CHECK_FALSE(may_coalesce(headers(other.seal(auth, mode::transport, tcp(auth))), {}));
  CHECK_FALSE(may_coalesce(headers(other.seal(esp, mode::transport, tcp(esp))), {}));
  CHECK_FALSE(may_coalesce(headers(plain_segment), {.done = true}));
  CHECK_FALSE(may_coalesce(headers(plain(esp)), {}));
  bytes fragment = plain_segment;
  fragment[6] = 0x20;
  CHECK_FALSE(may_coalesce(headers(fragment), {}));
}

TEST_CASE("receive_split: a frame that ends inside its headers is all header") {
  const bytes whole = peer{}.seal(ah_esp_bundle(), mode::transport, plain(ah_esp_bundle()));
  for (std::size_t n = 20; n < whole.size(); ++n) {
    const frame_headers h = headers(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)));
    CHECK(h.end <= 14 + n);
  }
}
