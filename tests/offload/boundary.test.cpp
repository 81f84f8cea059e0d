#include <doctest/doctest.h>

#include <esplanade/offload/boundary.hpp>

using namespace esplanade;

namespace {
struct device {
  struct { send_headers headers; std::uint32_t length; } state[1];
};
struct host {
  struct { receive_ipsec ipsec; } received[1];
};
verdict enters(send_headers h, std::uint32_t length) {
  device c{{{h, length}}};
  return from_host<fact::framed>(c, 0);
}
receive_ipsec taken(receive_ipsec r) {
  host c{{{r}}};
  CHECK(from_device<fact::device_result>(c, 0) == verdict::forwarded);
  return c.received[0].ipsec;
}
}  // namespace

TEST_CASE("from_host: a frame's word must name headers that lie inside the packet") {
  CHECK(enters({.esp_offset = 20}, 28) == verdict::forwarded);
  CHECK(enters({.esp_offset = 20}, 27) == verdict::bad_header);
  CHECK(enters({.ah_offset = 20}, 32) == verdict::forwarded);
  CHECK(enters({.ah_offset = 20}, 31) == verdict::bad_header);
  CHECK(enters({.ah_offset = 20, .esp_offset = 44}, 60) == verdict::forwarded);
  CHECK(enters({.ah_offset = 44, .esp_offset = 20}, 60) == verdict::bad_header);  // ESP stands inside AH
  CHECK(enters({.ah_offset = 20, .esp_offset = 28}, 60) == verdict::bad_header);
  CHECK(enters({.esp_offset = 16}, 60) == verdict::bad_header);
  CHECK(enters({}, 60) == verdict::bad_header);
}

TEST_CASE("from_device: a result that contradicts itself counts as nothing done") {
  const receive_ipsec done{.done = true}, both{.done = true, .next_done = true}, bad{.done = true, .status = crypto_status::tunnel_esp_failed};
  CHECK(taken(done) == done);
  CHECK(taken(both) == both);
  CHECK(taken(bad) == bad);
  CHECK(taken({.delete_requested = true}) == receive_ipsec{.delete_requested = true});
  CHECK(taken({.next_done = true}) == receive_ipsec{});
  CHECK(taken({.status = crypto_status::transport_ah_failed}) == receive_ipsec{});
  CHECK(taken({.delete_requested = true, .done = true, .status = static_cast<crypto_status>(8)}) == receive_ipsec{.delete_requested = true});
}
