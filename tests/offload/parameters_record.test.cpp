#include <doctest/doctest.h>

#include <esplanade/offload/parameters_record.hpp>

#include <vector>

using namespace esplanade;
using enum offload_setting;

namespace {
std::vector<octet> written(const offload_parameters& p, std::uint8_t revision = 2) {
  std::vector<octet> made(30, 0xee);
  const auto size = write_parameters(p, made, revision);
  REQUIRE(size);
  made.resize(*size);
  return made;
}
}  // namespace

TEST_CASE("parameters_record: every field survives, both ways, over random requests") {
  std::uint32_t state = 3;
  for (int round = 0; round < 2000; ++round) {
    offload_parameters p;
    for (std::size_t i = 0; i < offload_setting_count; ++i) {
      state = state * 1664525u + 1013904223u;
      p.values[i] = static_cast<std::uint8_t>((state >> 16) % (offload_keywords[i].value_max + 2u));
    }
    p.keep_keywords = (state & 0x10000) != 0;
    const auto read = read_parameters(written(p, 3));
    REQUIRE(read);
    CHECK(read->parameters == p);
    CHECK(read->revision == 3);
    for (const offload_setting later : {coalescing_ipv4, coalescing_ipv6, encapsulated}) p[later] = 0;
    const auto second = read_parameters(written(p, 2));
    REQUIRE(second);
    CHECK(second->parameters == p);
    CHECK(second->revision == 2);
  }
}

TEST_CASE("parameters_record: fields stand where the model has them") {
  offload_parameters p;
  p[ipv4_checksum] = 1, p[ipsec_v1] = 2, p[large_send_v2_ipv6] = 2, p[ipsec_v2] = 3, p[ipsec_v2_ipv4] = 4, p.keep_keywords = true;
  const auto record = written(p);
  CHECK(record.size() == 22);
  CHECK(record[0] == 0x80);
  CHECK(record[4] == 1);
  CHECK(record[10] == 2);
  CHECK(record[12] == 2);
  CHECK(record[16] == 1);
  CHECK(record[20] == 3);
  CHECK(record[21] == 4);
}

TEST_CASE("F22: 0 keeps, 1 disables, 2 is AH, 3 ESP, 4 both; more is refused and nothing changes") {
  offload_settings before;
  REQUIRE(before.set(ipsec_v2, 1));
  REQUIRE(before.set(large_send_v1, 0));
  for (std::uint8_t value = 0; value <= 6; ++value) {
    offload_parameters p;
    p[ipsec_v2] = value;
    const auto after = p.applied_to(before);
    CHECK(static_cast<bool>(after) == (value <= 4));
    if (!after) continue;
    CHECK((*after)[ipsec_v2] == (value == 0 ? 1 : value - 1));
    CHECK((*after)[large_send_v1] == 0);
    CHECK((*after)[ipsec_v2_ipv4] == 3);
  }
}

TEST_CASE("F22: every field of a request is judged, also one that nothing follows from") {
  const std::uint8_t most[26] = {0, 0, 0, 0, 4, 4, 4, 4, 4, 2, 4, 2, 2, 2, 2, 0, 0, 0, 0, 0, 4, 4, 2, 2, 2, 3};
  const auto record = written({}, 3);
  for (std::size_t at = 4; at < 26; ++at) {
    if (at >= 15 && at < 20) continue;  // padding and flags
    for (unsigned value = 0; value < 256; ++value) {
      auto changed = record;
      changed[at] = static_cast<octet>(value);
      CAPTURE(at);
      CAPTURE(value);
      CHECK(static_cast<bool>(read_parameters(changed)) == (value <= most[at]));
    }
  }
  auto second = written({}, 2);
  second.resize(26, 0xff);  // what stands behind its last field is not its own
  CHECK(read_parameters(second));
}

TEST_CASE("parameters_record: revision 1 says nothing about IPsec of version 2; a short or false record is refused [class 27]") {
  offload_parameters p;
  p[ipsec_v2] = 1, p[ipsec_v1] = 1;
  const auto first = written(p, 1);
  CHECK(first.size() == 20);
  REQUIRE(read_parameters(first));
  CHECK(read_parameters(first)->parameters[ipsec_v2] == 0);
  CHECK(read_parameters(first)->parameters[ipsec_v1] == 1);
  const auto record = written(p);
  for (std::size_t octets_given = 0; octets_given < record.size(); ++octets_given) CHECK_FALSE(read_parameters(const_octets(record).first(octets_given)));
  auto bad = record;
  bad[20] = 5;
  CHECK_FALSE(read_parameters(bad));
  bad = record;
  bad[9] = 3;
  CHECK_FALSE(read_parameters(bad));
  std::vector<octet> memory(21, 0xee);
  CHECK_FALSE(write_parameters(p, memory));
  CHECK_FALSE(write_parameters(p, memory, 3));
  CHECK_FALSE(write_parameters(p, memory, 4));
  CHECK(memory == std::vector<octet>(21, 0xee));
}
