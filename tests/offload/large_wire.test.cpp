// Large sends that a host originates: cut by the NIC or by the host, they are the same octets on the wire.
#include "support/large_sends.hpp"

using namespace support;

namespace {
struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128, esp_null<hmac_sha2_256_128>, esp_aes_gcm_16<256>, ah<hmac_sha2_256_128>, ah_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
const sa_form esp{.mode = mode::transport};

// Sends it with large sends on the NIC, with a NIC that has none, and in software; → what the inline datapath writes.
template <class P> void same_wire(const large_form& l, const sa_form& form, const testing::cut& cut = {}, bool device_cuts = true, std::size_t headroom = 128) {
  const std::vector<bytes> expected = sealed_each<P>(l, {form});
  for (const int how : {0, 1, 2}) {
    CAPTURE(how);
    large_bench<P> a;
    if (how == 1) a.can.large_send = false, a.configure();
    const auto h = a.add(form);
    sa_form placed = form;
    placed.outer = l.version;
    if (how != 2) REQUIRE(a.offload(h, placed));
    a.send(l, h, cut, headroom);
    CHECK(a.wire == expected);
    const bool cut_below = how == 0 && device_cuts;
    CHECK(a.words_large == (cut_below ? 1u : 0u));
    CHECK(a.did().large.get() == (cut_below ? 1u : 0u));
    CHECK(a.did().large_segments.get() == (cut_below ? l.count() : 0u));
    CHECK(a.did().cut_here.get() == (cut_below ? 0u : 1u));
    CHECK(a.returned == (cut_below ? 0u : l.count()));
    CHECK(a.segments.level() == 200);
    CHECK(a.sa(h).place().given() == 0);
    // What is counted does not depend on who cuts.
    CHECK(a.sa(h).sequence().used() == form.start + l.count());
    CHECK(a.sa(h).traffic().packets.get() == l.count());
    std::uint64_t plain = 0, sealed = 0;
    for (std::size_t k = 0; k < l.count(); ++k) plain += l.segment(k).size(), sealed += expected[k].size();
    CHECK(a.sa(h).traffic().octets.get() == plain);
    CHECK(a.side.outbound_counters()[verdict::forwarded] == l.count());
    CHECK(a.side.outbound_counters().octets == sealed);
    CHECK(a.side.sending().traffic().packets.get() == l.count());
    CHECK(a.side.sending().traffic().transport.get() == plain);
  }
}
}  // namespace

TEST_CASE("F146: a large send of a host is one frame where the NIC cuts it, segments where the host does, and the same octets on the wire [row 65]") {
  for (const family version : {family::ipv4, family::ipv6})
    for (const suite_sizes& suite : of_host::suites.sizes)
      for (const std::size_t payload : {600u, 601u, 1000u, 4096u}) same_wire<of_host>({.version = version, .payload = payload, .mss = 300}, {.suite = suite, .mode = mode::transport});
}

TEST_CASE("F146: payload in many pieces, and every size around a segment's, are the same octets whoever cuts [class 28]") {
  for (const std::size_t payload : {299u, 300u, 301u, 899u, 900u, 901u}) {
    const large_form l{.payload = payload, .mss = 300};
    const std::size_t size = l.large().size();
    same_wire<of_host>(l, esp, {52, 1, 7, size - 60}, payload > 300);
    same_wire<of_host>(l, esp, {}, payload > 300);
  }
  same_wire<of_host>({.payload = 65535, .mss = 1448}, esp);
  same_wire<of_host>({.payload = 65467, .mss = 1448, .version_2 = false}, esp, {}, true);
  same_wire<of_host>({.payload = 9000, .mss = 1448, .options = {148, 4, 0, 0}}, esp);
  same_wire<of_host>({.version = family::ipv6, .payload = 9000, .mss = 1428, .extensions = {{octet{0}, counted(7)}}}, esp);
}

TEST_CASE("F146: what the limits of large sends do not let through is cut by the host, and is the same [class 51]") {
  same_wire<of_host>({.payload = 300, .mss = 300}, esp, {}, false);                                 // one segment
  same_wire<of_host>({.payload = 65483, .mss = 1448, .version_2 = false}, esp, {}, false);          // the frame's length does not fit version 1
  same_wire<of_host>({.payload = 900, .mss = 300, .options = bytes(40, 1), .tcp_options = 40}, {.suite = ah<hmac_sha2_256_128>::sizes, .mode = mode::transport}, {}, false);
  same_wire<of_host>({.version = family::ipv6, .payload = 900, .mss = 300, .extensions = {{octet{60}, counted(7)}}}, esp, {}, false);  // ESP covers the options, TCP is behind them
}

TEST_CASE("F146: across 2^32 numbers run on whoever cuts [class 51]") {
  for (const std::uint64_t start : {0xffff'fff0u, 0xffff'fffau, 0xffff'fffeu}) same_wire<of_host>({.payload = 3000, .mss = 300}, {.mode = mode::transport, .esn = true, .start = start});
}

TEST_CASE("F146: the peer opens every segment of a large send, and reads one stream [row 65]") {
  for (const family version : {family::ipv4, family::ipv6}) {
    large_bench<of_host> a;
    world<of_host, flat_packet, testing::mixing_crypto> peer;
    sa_form form = esp;
    form.outer = version;
    peer.add_receiver(form);
    const auto h = a.add(form);
    REQUIRE(a.offload(h, form));
    const large_form l{.version = version, .payload = 60'000, .mss = 1'400};
    a.send(l, h);
    REQUIRE(a.wire.size() == 43);
    train<flat_packet> in;
    for (const bytes& b : a.wire) in.add(b);
    peer.receive(in);
    CHECK(in.survivors == 43);
    for (std::size_t k = 0; k < 43; ++k) CHECK(in.octets(k) == l.segment(k));
  }
}
