#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/report_record.hpp>

#include <vector>

using namespace esplanade;

namespace {
std::vector<octet> written(const offload_report& r, std::uint8_t revision) {
  std::vector<octet> made(200, 0xee);
  const auto size = write_report(r, made, revision);
  REQUIRE(size);
  for (std::size_t i = *size; i < made.size(); ++i) REQUIRE(made[i] == 0xee);
  made.resize(*size);
  return made;
}
offload_report without_revision_3(offload_report r) {
  r.coalescing_ipv4 = r.coalescing_ipv6 = false;
  r.encapsulated = {};
  return r;
}
}  // namespace

TEST_CASE("report_record: every field survives, both ways, over random reports") {
  reports::source random{3};
  for (int round = 0; round < 3000; ++round) {
    const offload_report r = random.report();
    for (const std::uint8_t revision : {std::uint8_t{2}, std::uint8_t{3}}) {
      const auto record = written(r, revision);
      const auto again = read_report(record);
      REQUIRE(again);
      CHECK(*again == (revision == 2 ? without_revision_3(r) : r));
    }
  }
}

TEST_CASE("report_record: every octet of the first two revisions means something, and is written again") {
  reports::source random{4};
  const auto base = written(reports::full(), 2);
  for (int round = 0; round < 300; ++round) {
    auto record = written(random.report(), 2);
    const auto read = read_report(record);
    REQUIRE(read);
    CHECK(written(*read, 2) == record);
  }
  CHECK(base.size() == 144);
}

TEST_CASE("report_record: fields stand where the model has them") {
  offload_report r;
  r.ipsec.ah = true;
  r.ipsec.udp_checksum = true;
  r.ipsec.sa_capacity = 0x01020304;
  r.ipsec.encryption = offload_encryption::aes_cbc_256;
  r.checksums_grouped = r.coalescing_ipv6 = true;
  r.encapsulated = {0x10010, 0x80};
  const auto record = written(r, 3);
  CHECK(record.size() == 156);
  CHECK(record[0] == 0xa7);
  CHECK(record[1] == 3);
  CHECK(record[2] == 156);
  CHECK(record[108] == 0x5);
  CHECK(record[144] == 0);
  CHECK(record[145] == 1);
  CHECK(record[148] == 0x10);
  CHECK(record[150] == 0x01);
  CHECK(record[152] == 0x80);
  CHECK(record[112 + 7] == 1);
  CHECK(record[112 + 25] == 0x01);
  CHECK(record[112 + 28] == 0x04);
  CHECK(record[112 + 31] == 0x01);
}

TEST_CASE("F3: a record of revision 1 has no IPsec of version 2, and a reader of revision 1 sees none") {
  const offload_report r = reports::full();
  const auto first = written(r, 1);
  CHECK(first.size() == 112);
  REQUIRE(read_report(first));
  CHECK(read_report(first)->ipsec == device_capabilities{});
  CHECK(read_report(first)->large_send_v1 == r.large_send_v1);
  CHECK(read_report(first)->checksums_grouped);
  CHECK_FALSE(read_report(first)->coalescing_ipv4);
  CHECK(read_report(written(r, 3), 2)->encapsulated == encapsulated_offload{});
  const auto second = written(r, 2);
  CHECK(read_report(second, 1)->ipsec == device_capabilities{});
  CHECK(read_report(second, 1)->ipsec_v1 == r.ipsec_v1);
  CHECK(read_report(second, 2)->ipsec == r.ipsec);
}

namespace {
/// The field that is in the way; "" when it is read.
const char* refusal(const_octets record) {
  const auto read = read_report(record);
  return read ? "" : read.why().field;
}
}  // namespace

TEST_CASE("F4: a wrong type, revision 0 or too small a size is refused before any field is read; a higher revision is read as a lower") {
  const auto good = written(reports::full(), 2);
  const auto with = [&](std::size_t at, octet value) {
    auto changed = good;
    changed[at] = value;
    return refusal(changed);
  };
  CHECK(same_text(with(0, 0x80), "header.type"));
  CHECK(same_text(with(1, 0), "header.revision"));
  CHECK(same_text(with(2, 143), "header.size"));
  CHECK(same_text(with(2, 145), "size"));
  CHECK(same_text(with(1, 2), ""));
  for (std::size_t octets_given = 0; octets_given < good.size(); ++octets_given) CHECK_FALSE(read_report(const_octets(good).first(octets_given)));
  auto newer = written(reports::full(), 3);
  newer[1] = 7;
  newer.resize(180, 0xff);
  newer[2] = 180;
  REQUIRE(read_report(newer));
  CHECK(*read_report(newer) == reports::full());
  newer[2] = 155;
  CHECK_FALSE(read_report(newer));
  CHECK(read_report(newer, 2));
}

TEST_CASE("F4: revisions 4 to 7 are read as 3 when they are longer than 3, as each of them is; none of them is written") {
  for (std::uint8_t revision = 4; revision <= 7; ++revision) {
    CAPTURE(int{revision});
    auto newer = written(reports::full(), 3);
    newer[1] = revision;
    CHECK(same_text(refusal(newer), "header.size"));  // 156 octets: what revision 4 added would lie behind them
    newer.push_back(0xff);
    newer[2] = 157;
    REQUIRE(read_report(newer));
    CHECK(*read_report(newer) == reports::full());
    CHECK(*read_report(newer, 3) == reports::full());
    CHECK(read_report(newer, 2)->ipsec == reports::full().ipsec);
    CHECK(read_report(newer, 1)->ipsec == device_capabilities{});
    std::vector<octet> memory(300, 0xee);
    CHECK(same_text(write_report(reports::full(), memory, revision).why().field, "revision"));
    CHECK(memory == std::vector<octet>(300, 0xee));
  }
}

TEST_CASE("report_record: what does not fit is not written, nor what has no revision [class 37]") {
  std::vector<octet> memory(143, 0xee);
  CHECK(write_report(reports::full(), memory, 2).why().kind == fault_kind::too_short);
  CHECK(memory == std::vector<octet>(143, 0xee));
  CHECK_FALSE(write_report(reports::full(), memory, 0));
  CHECK_FALSE(write_report(reports::full(), memory, 4));
}

TEST_CASE("report_record: unknown bits say nothing, and any octet but 0 is true") {
  auto record = written(reports::full(), 2);
  for (std::size_t i = 112; i < 116; ++i) record[i] = 0xff;
  for (std::size_t i = 116; i < 127; ++i) record[i] = 0x80;
  for (std::size_t i = 128; i < 140; ++i) record[i] = 0xff;
  const auto read = read_report(record);
  REQUIRE(read);
  CHECK(read->ipsec.encryption == all_offload_encryption);
  CHECK(read->ipsec.framings.bits == 0x1f);
  CHECK(read->ipsec.udp_esp == all_udp_esp_layouts);
  CHECK(read->ipsec.esn);
}
