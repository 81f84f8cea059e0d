#include <esplanade/offload/v1_records.hpp>

#include "v1_support.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace v1_tests;
using in = v1_integrity;
using ci = v1_cipher;

namespace {
constexpr record_layout layouts[] = {record_layout::of_32_bits, record_layout::of_64_bits};
std::uint32_t le(const std::vector<octet>& at, std::size_t offset, std::size_t count = 4) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | at[offset + i];
  return value;
}
std::vector<octet> written(const v1_sa_request& r, record_layout layout) {
  std::vector<octet> at(300, 0xee);
  at.resize(write_v1_add_sa(r, at, layout));
  return at;
}
v1_sa_request two_elements() {
  v1_sa_request r = request(esp_of(ci::triple_des, in::sha1, 0x01020304), ah_of(in::md5, 0x05060708));
  r.filter.source_mask = 0xffffff00u;
  r.filter.protocol = 17, r.filter.source_port = 0x1234, r.filter.destination_port = 0x5678;
  r.tunnel_source = gate_here, r.tunnel_destination = gate_there;
  r.elements[0].cipher_rounds = 3;
  return r;
}
bool same(const v1_sa_request& a, const v1_sa_request& b) {
  bool alike = a.filter.source == b.filter.source && a.filter.destination == b.filter.destination && a.filter.source_mask == b.filter.source_mask && a.filter.destination_mask == b.filter.destination_mask &&
               a.filter.protocol == b.filter.protocol && a.filter.source_port == b.filter.source_port && a.filter.destination_port == b.filter.destination_port && a.tunnel_source == b.tunnel_source &&
               a.tunnel_destination == b.tunnel_destination && a.inbound == b.inbound && a.count == b.count && std::equal(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end());
  for (std::size_t i = 0; alike && i < a.count; ++i) {
    const v1_element &x = a.elements[i], &y = b.elements[i];
    alike = x.operation == y.operation && x.spi == y.spi && x.integrity == y.integrity && x.cipher == y.cipher && x.integrity_key == y.integrity_key && x.cipher_key == y.cipher_key &&
            x.integrity_rounds == y.integrity_rounds && x.cipher_rounds == y.cipher_rounds;
  }
  return alike;
}
}  // namespace

TEST_CASE("V1-13: ADD_SA has addresses, masks, protocol, ports, tunnel, direction and count where the record has them") {
  const auto at = written(two_elements(), record_layout::of_64_bits);
  REQUIRE(at.size() == 180 + 60);
  const std::vector<octet> head(at.begin(), at.begin() + 36);
  CHECK(head == std::vector<octet>{10, 0, 0, 1, 255, 255, 255, 0, 10, 0, 0, 2, 255, 255, 255, 255, 17, 0, 0, 0, 0x12, 0x34, 0x56, 0x78, 192, 0, 2, 1, 192, 0, 2, 2, 2, 0, 2, 0});
  CHECK(le(at, 176) == 60);
  CHECK(at[180] == 1);
  const auto narrow = written(two_elements(), record_layout::of_32_bits);
  REQUIRE(narrow.size() == 176 + 60);
  CHECK(le(narrow, 172) == 60);
}

TEST_CASE("v1_records: what is written is read back, in both layouts") {
  for (const record_layout layout : layouts)
    for (const bool inbound : {false, true}) {
      v1_sa_request r = two_elements();
      r.inbound = inbound;
      const auto at = written(r, layout);
      const auto back = read_v1_add_sa(at, layout);
      REQUIRE(back);
      CHECK(same(*back, r));
    }
}

TEST_CASE("V1-13: a record that is cut short, or has a direction, protocol or count that no record has, is refused") {
  for (const record_layout layout : layouts) {
    auto at = written(two_elements(), layout);
    for (std::size_t n = 0; n < at.size(); ++n) {
      const std::vector<octet> some(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(n));
      CHECK_FALSE(read_v1_add_sa(some, layout));
    }
    const auto refused = [&](std::size_t offset, octet value) {
      const octet was = std::exchange(at[offset], value);
      const bool no = !read_v1_add_sa(at, layout);
      at[offset] = was;
      return no;
    };
    CHECK(refused(32, 0));
    CHECK(refused(32, 3));
    CHECK(refused(34, 0));
    CHECK(refused(34, 4));
    CHECK(refused(35, 0x80));
    CHECK(refused(17, 1));
    CHECK(read_v1_add_sa(at, layout));
  }
}

TEST_CASE("V1-14: an element is operation, SPI in wire order, integrity, confidentiality, and a reserved algorithm") {
  auto at = written(two_elements(), record_layout::of_64_bits);
  CHECK(le(at, 36) == 2);
  CHECK(std::vector<octet>(at.begin() + 40, at.begin() + 44) == std::vector<octet>{1, 2, 3, 4});
  CHECK(le(at, 68) == 0);
  CHECK(le(at, 80) == 1);  // 44 octets on
  CHECK(std::vector<octet>(at.begin() + 84, at.begin() + 88) == std::vector<octet>{5, 6, 7, 8});
  at[68] = 9;              // reserved: passed over
  CHECK(read_v1_add_sa(at, record_layout::of_64_bits)->elements[1].spi == 0x05060708);
  at[36] = 3;
  CHECK(refused(to_sa_request(*read_v1_add_sa(at, record_layout::of_64_bits), everything()), fault_kind::invalid_value));
}

TEST_CASE("V1-15: an algorithm is its number, the octets of its key, and rounds") {
  auto at = written(two_elements(), record_layout::of_64_bits);
  CHECK(le(at, 44) == 2);   // SHA
  CHECK(le(at, 48) == 20);
  CHECK(le(at, 52) == 0);
  CHECK(le(at, 56) == 3);   // 3DES
  CHECK(le(at, 60) == 24);
  CHECK(le(at, 64) == 3);
  CHECK(le(at, 88) == 1);   // MD5
  CHECK(le(at, 100) == 0);  // none
  for (const octet reserved : {octet{2}, octet{4}}) {
    at[56] = reserved;
    CHECK(refused(to_sa_request(*read_v1_add_sa(at, record_layout::of_64_bits), everything()), fault_kind::invalid_value));
  }
}

TEST_CASE("V1-19: ADD_UDPESP_SA has an entry and its handle between the SA's handle and the keys") {
  for (const record_layout layout : layouts) {
    const bool wide = layout == record_layout::of_64_bits;
    v1_udp_sa_request r{request(esp_of(ci::des, in::md5)), {v1_udp_type::other, 4500}, {0x77}};
    std::vector<octet> at(300, 0xee);
    at.resize(write_v1_add_udp_sa(r, at, layout));
    REQUIRE(at.size() == (wide ? 196u : 188u) + 24);
    CHECK(le(at, wide ? 176 : 172) == 1);
    CHECK(at[wide ? 180 : 176] == 4500 >> 8);
    CHECK(at[wide ? 181 : 177] == (4500 & 0xff));
    CHECK(le(at, wide ? 184 : 180) == 0x77);
    CHECK(le(at, wide ? 192 : 184) == 24);
    const auto back = read_v1_add_udp_sa(at, layout);
    REQUIRE(back);
    CHECK(back->sa.udp);
    CHECK(back->entry == r.entry);
    CHECK(back->entry_handle == r.entry_handle);
    const offload_handle entry{0x99};
    answer_v1_add(at, layout, {0x55}, &entry);
    CHECK(le(at, 168) == 0x55);
    CHECK(read_v1_add_udp_sa(at, layout)->entry_handle == entry);
    at.resize(at.size() - 1);
    CHECK_FALSE(read_v1_add_udp_sa(at, layout));
  }
}

TEST_CASE("V1-18: DELETE_SA is one handle, and DELETE_UDPESP_SA that and an entry's") {
  const octet at[16] = {0x44, 0x33, 0x22, 0x11, 0x88, 0x77, 0x66, 0x55, 1};
  CHECK(read_v1_delete_sa(at, record_layout::of_32_bits)->word == 0x11223344);
  CHECK(read_v1_delete_sa(at, record_layout::of_64_bits)->word == static_cast<std::uintptr_t>(0x5566778811223344));
  CHECK(read_v1_delete_udp_sa(at, record_layout::of_32_bits)->entry_handle.word == 0x55667788);
  CHECK(read_v1_delete_udp_sa(at, record_layout::of_64_bits)->entry_handle.word == 1);
  CHECK_FALSE(read_v1_delete_sa({at, 7}, record_layout::of_64_bits));
  CHECK_FALSE(read_v1_delete_udp_sa({at, 7}, record_layout::of_32_bits));
}

TEST_CASE("v1_records: whatever the octets are, nothing is read outside them [class 27]") {
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    std::vector<octet> at(random() % 260);
    for (octet& o : at) o = static_cast<octet>(random() % 5 == 0 ? random() : 0);
    if (at.size() > 36) at[32] = 1, at[34] = 1;
    for (const record_layout layout : layouts) {
      if (const auto sa = read_v1_add_sa(at, layout)) {
        CHECK(sa->keys.size() <= at.size());
        (void)to_sa_request(*sa, everything());
      }
      (void)read_v1_add_udp_sa(at, layout);
      (void)read_v1_delete_udp_sa(at, layout);
    }
  }
}
