#include "support/sending_nic.hpp"

using namespace support;

namespace {
struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct one_level : of_host {};
struct two_levels : of_host {
  static constexpr std::size_t levels = 2;
};
const sa_form tunnel{};
const bytes inner = udp_packet(family::ipv4, 61);
// One tunnelled packet as the inline datapath seals it, and the frame that a NIC is given of it.
struct one_packet {
  const bytes sealed = sealed_inline<of_host>(inner, tunnel);
  const bytes frame = framed(sealed, gcm128::sizes, {.at = 20, .next_header = 4, .payload = inner});
  const send_headers headers{4, frame[frame.size() - 18], 0, 20};
};
}  // namespace

TEST_CASE_FIXTURE(one_packet, "F62: without a handle in slots 1 and 11 a frame leaves as it is, whatever it holds") {
  sending_nic<one_level> nic;
  sending_nic<two_levels> other;
  for (const bytes& any : {frame, inner, bytes(3, 0x77), bytes(20, 0xff)}) {
    CHECK(nic.sent(any, {.handle = {}, .tunnel = {}, .headers = headers}) == std::pair{verdict::bypassed, any});
    CHECK(other.sent(any, {}) == std::pair{verdict::bypassed, any});
  }
}

TEST_CASE_FIXTURE(one_packet, "F63: a handle that names nothing, in slot 1 or 11, fails the packet and leaves it untouched") {
  sending_nic<two_levels> nic;
  const offload_handle good = nic.add({.elements = {tunnel}});
  REQUIRE(nic.sent(frame, {.handle = good, .tunnel = {}, .headers = headers}) == std::pair{verdict::forwarded, sealed});
  const offload_handle deleted = nic.add({.elements = {{.spi = 0x7777}}});
  REQUIRE(nic.store->remove(deleted));
  for (const offload_handle bad : {offload_handle{1}, offload_handle{~std::uintptr_t{0}}, deleted}) {
    CHECK(nic.sent(frame, {.handle = bad, .tunnel = {}, .headers = headers}) == std::pair{verdict::no_sa, frame});
    CHECK(nic.sent(frame, {.handle = good, .tunnel = bad, .headers = headers}) == std::pair{verdict::no_sa, frame});
    CHECK(nic.sent(frame, {.handle = {}, .tunnel = bad, .headers = headers}) == std::pair{verdict::no_sa, frame});
  }
}

TEST_CASE_FIXTURE(one_packet, "F92: the handle of an inbound bundle is none to send under, in either slot") {
  sending_nic<two_levels> nic;
  const offload_handle good = nic.add({.elements = {tunnel}});
  const offload_handle inbound = nic.add({.elements = {tunnel}, .inbound = true});
  CHECK(nic.sent(frame, {.handle = inbound, .tunnel = {}, .headers = headers}) == std::pair{verdict::no_sa, frame});
  CHECK(nic.sent(frame, {.handle = good, .tunnel = inbound, .headers = headers}) == std::pair{verdict::no_sa, frame});
}

TEST_CASE_FIXTURE(one_packet, "F90: a fragment, or a packet that would have to be one, is refused and stays as it is") {
  sending_nic<one_level> nic;
  const offload_handle handle = nic.add({.elements = {tunnel}});
  for (const unsigned bits : {0x2000u, 0x0001u, 0x2005u}) {
    bytes fragment = frame;
    store_be16(fragment.data() + 6, static_cast<std::uint16_t>(bits));
    CHECK(nic.sent(fragment, {.handle = handle, .tunnel = {}, .headers = headers}) == std::pair{verdict::ip_fragment, fragment});
  }
  bytes not_one = frame;
  not_one[6] = 0x40;  // DF
  CHECK(nic.sent(not_one, {.handle = handle, .tunnel = {}, .headers = headers}).first == verdict::forwarded);

  const offload_handle v6 = nic.add({.elements = {tunnel}, .version = family::ipv6});
  const bytes fragment = make_ip({.source = outside_v6(1), .destination = outside_v6(2), .protocol = 50, .payload = bytes(frame.begin() + 20, frame.end()),
                                  .extensions = {{44, {0, 0, 1, 0, 0, 0, 1}}}});
  CHECK(nic.sent(fragment, {.handle = v6, .tunnel = {}, .headers = {4, headers.pad_length, 0, 48}}) == std::pair{verdict::ip_fragment, fragment});

  nic.resources.mtu = static_cast<std::uint32_t>(frame.size());
  CHECK(nic.sent(frame, {.handle = handle, .tunnel = {}, .headers = headers}).first == verdict::forwarded);
  nic.resources.mtu -= 1;
  CHECK(nic.sent(frame, {.handle = handle, .tunnel = {}, .headers = headers}) == std::pair{verdict::packet_too_big, frame});
}

TEST_CASE_FIXTURE(one_packet, "F71: all frames of a batch are worked on, each as if it were alone, behind a link header") {
  sending_nic<one_level> nic;
  nic.link = 14;
  const offload_handle handle = nic.add({.elements = {tunnel}});
  const bytes link = counted(14, 9);
  bytes linked = link;
  put(linked, frame);
  put(linked, bytes(7, 0));  // the link's padding
  for (int i = 0; i < 16; ++i) nic.put({.content = linked}, {.handle = handle, .tunnel = {}, .headers = headers});
  nic.run();
  bytes expected = link;
  put(expected, sealed);
  put(expected, bytes(7, 0));
  for (std::size_t i = 0; i < 16; ++i) {
    CHECK(nic.of(i) == verdict::forwarded);
    CHECK(nic.octets(i) == expected);
  }
}

TEST_CASE_FIXTURE(one_packet, "find_bundle: octets that are nobody's to write, a family that is not the bundle's, lengths beyond the frame") {
  sending_nic<one_level> nic;
  const offload_handle handle = nic.add({.elements = {tunnel}}), v6 = nic.add({.elements = {tunnel}, .version = family::ipv6});
  nic.put({.content = frame, .writable = false}, {.handle = handle, .tunnel = {}, .headers = headers});
  nic.put({.content = frame}, {.handle = v6, .tunnel = {}, .headers = headers});
  bytes longer = frame;
  longer[3] = static_cast<octet>(longer[3] + 1);
  nic.put({.content = longer}, {.handle = handle, .tunnel = {}, .headers = headers});
  nic.put({.content = bytes(frame.begin(), frame.begin() + 19)}, {.handle = handle, .tunnel = {}, .headers = headers});
  nic.put({.content = bytes(20, 0x77)}, {.handle = handle, .tunnel = {}, .headers = headers});
  nic.put({.content = frame}, {.handle = handle, .tunnel = offload_handle{5}, .headers = headers});
  nic.put({.content = frame}, {.handle = handle, .tunnel = {}, .headers = {4, headers.pad_length, 0, 16}});
  nic.run();
  const verdict expected[] = {verdict::not_writable, verdict::no_sa, verdict::runt, verdict::runt, verdict::not_ip, verdict::too_many_levels, verdict::bad_header};
  for (std::size_t i = 0; i < std::size(expected); ++i) CHECK(nic.of(i) == expected[i]);
  CHECK(nic.octets(0) == frame);
}

TEST_CASE_FIXTURE(one_packet, "U-1: a bundle whose protocol or algorithm is switched off rests: nothing is sent under it until it is on again") {
  sending_nic<one_level> nic;
  const words beside{.handle = nic.add({.elements = {tunnel}}), .tunnel = {}, .headers = headers};
  const device_capabilities all = nic.resources.current;
  nic.resources.current.esp = false;
  CHECK(nic.sent(frame, beside) == std::pair{verdict::beyond_device, frame});
  nic.resources.current = all;
  nic.resources.current.encryption = offload_encryption::aes_gcm_256;
  CHECK(nic.sent(frame, beside) == std::pair{verdict::beyond_device, frame});
  nic.resources.current = all;
  CHECK(nic.sent(frame, beside) == std::pair{verdict::forwarded, sealed});
}
