// Reports and requests of version 1 for tests.
#pragma once

#include <esplanade/offload/v1_sa_request.hpp>

namespace v1_tests {
using namespace esplanade;

template <class T> bool refused(const result<T>& r, fault_kind why) { return !r && r.why().kind == why; }
inline v1_report everything() {
  v1_report r;
  r.framings = set_of(link_framing::ieee_802_3);
  r.ah_and_esp = r.transport_in_tunnel = r.ipv4_options = true;
  r.udp_esp = all_udp_esp_layouts;
  r.ah = {true, true, true, true, true, true};
  r.esp = {true, true, true, true, true, true, true};
  return r;
}
inline constexpr octet key_octets[64] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
                                         33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64};
inline std::uint32_t size_of(v1_integrity i) { return i == v1_integrity::md5 ? 16 : i == v1_integrity::sha1 ? 20 : 0; }
inline std::uint32_t size_of(v1_cipher c) { return c == v1_cipher::des ? 8 : c == v1_cipher::triple_des ? 24 : 0; }
inline v1_element esp_of(v1_cipher c, v1_integrity i, std::uint32_t spi = 0x1001) { return {v1_operation::encrypt, spi, i, c, size_of(i), size_of(c), 0, 0}; }
inline v1_element ah_of(v1_integrity i, std::uint32_t spi = 0x2002) { return {v1_operation::authenticate, spi, i, v1_cipher::none, size_of(i), 0, 0, 0}; }
inline const address here = address::v4(10, 0, 0, 1), there = address::v4(10, 0, 0, 2), gate_here = address::v4(192, 0, 2, 1), gate_there = address::v4(192, 0, 2, 2);

/// Between two hosts, of the elements given, with as many octets of key as they have.
template <class... Elements> v1_sa_request request(Elements... e) {
  v1_sa_request r;
  r.filter.source = here, r.filter.destination = there;
  r.filter.source_mask = r.filter.destination_mask = 0xffffffffu;
  r.count = 0;
  std::size_t keys = 0;
  ((r.elements[r.count++] = e, keys += e.integrity_key + e.cipher_key), ...);
  r.keys = const_octets(key_octets).first(keys);
  return r;
}
}  // namespace v1_tests
