#include <doctest/doctest.h>

#include <esplanade/offload/encapsulation_record.hpp>

#include <vector>

using namespace esplanade;

TEST_CASE("encapsulation_record: both IP versions survive, both ways, and stand where the model has them") {
  const offload_encapsulation e{{activation::on, link_framing::llc_snap_routed, 22}, {activation::turned_off, link_framing{}, 0}};
  std::vector<octet> record(28, 0xee);
  REQUIRE(write_encapsulation(e, record));
  CHECK(record[0] == 0xa8);
  CHECK(record[2] == 28);
  CHECK(record[4] == 1);
  CHECK(record[8] == 0x10);
  CHECK(record[12] == 22);
  CHECK(record[16] == 2);
  REQUIRE(read_encapsulation(record));
  CHECK(*read_encapsulation(record) == e);
  for (std::size_t octets_given = 0; octets_given < 28; ++octets_given) {
    CHECK_FALSE(read_encapsulation(const_octets(record).first(octets_given)));
    CHECK_FALSE(write_encapsulation(e, octets(record).first(octets_given)));
  }
  record[0] = 0x80;
  CHECK_FALSE(read_encapsulation(record));
}

TEST_CASE("encapsulation_record: says of an activation what a query is answered with") {
  offload_activation a;
  offload_report r;
  r.large_send_v1 = {link_framing::ieee_802_3, 1000, 2, 0};
  CHECK(a.request(r, {activation::on, link_framing::ieee_802_3, 14}, {}) == activation_answer::done);
  CHECK(encapsulation_of(a) == offload_encapsulation{{activation::on, link_framing::ieee_802_3, 14}, {activation::turned_off, link_framing{}, 0}});
}
