#include <doctest/doctest.h>

#include <esplanade/offload/record_octets.hpp>

#include <vector>

using namespace esplanade;

namespace {
constexpr std::uint16_t sizes[] = {8, 12};
constexpr record_shape shape{0x80, sizes};
std::vector<octet> record(std::uint8_t type, std::uint8_t revision, std::uint16_t size, std::size_t given) {
  std::vector<octet> made(given, 0xee);
  record_writer{octets(made).first(given < 4 ? given : 4), record_layout::of_64_bits}.header({type, revision, size});
  return made;
}
bool opens(const std::vector<octet>& octets_given) { return static_cast<bool>(record_reader::open(octets_given, record_layout::of_64_bits, shape)); }
}  // namespace

TEST_CASE("record_octets: the header is judged before any field is read [class 27]") {
  CHECK(opens(record(0x80, 1, 8, 8)));
  CHECK(opens(record(0x80, 1, 100, 100)));
  CHECK(opens(record(0x80, 2, 12, 12)));
  CHECK_FALSE(opens(record(0x81, 1, 8, 8)));
  CHECK_FALSE(opens(record(0x80, 0, 8, 8)));
  CHECK_FALSE(opens(record(0x80, 1, 7, 8)));
  CHECK_FALSE(opens(record(0x80, 2, 11, 12)));
  CHECK_FALSE(opens(record(0x80, 1, 9, 8)));
  for (std::size_t given = 0; given < 4; ++given) CHECK_FALSE(opens(record(0x80, 1, 8, given)));
}

TEST_CASE("record_octets: a higher revision is read as the highest that is known, and must be as large as that") {
  const auto newer = record(0x80, 9, 40, 40);
  const auto opened = record_reader::open(newer, record_layout::of_64_bits, shape);
  REQUIRE(opened);
  CHECK(opened->revision() == 2);
  CHECK(opened->header().revision == 9);
  CHECK_FALSE(opens(record(0x80, 9, 11, 40)));
}

TEST_CASE("record_octets: what is wrong with a header is said, and of which kind it is") {
  const auto why = [](const std::vector<octet>& given) { return record_reader::open(given, record_layout::of_64_bits, shape).why(); };
  CHECK(same_text(why(record(0x81, 1, 8, 8)).field, "header.type"));
  CHECK(why(record(0x81, 1, 8, 8)).kind == fault_kind::invalid_value);
  CHECK(same_text(why(record(0x80, 0, 8, 8)).field, "header.revision"));
  CHECK(same_text(why(record(0x80, 1, 7, 8)).field, "header.size"));
  CHECK(why(record(0x80, 1, 7, 8)).kind == fault_kind::too_short);
  CHECK(same_text(why(record(0x80, 1, 9, 8)).field, "size"));
  CHECK(why({}).kind == fault_kind::too_short);
}

TEST_CASE("record_octets: fields are little-endian at any offset, pointers as wide as the layout says") {
  std::vector<octet> memory(24, 0);
  for (const auto layout : {record_layout::of_32_bits, record_layout::of_64_bits}) {
    record_writer out{memory, layout};
    out.u8(0, 0x11), out.u16(1, 0x3322), out.u32(3, 0x77665544), out.word(9, 0x0a0b0c0d);
    out.bytes(20, const_octets(memory).first(2));
    CHECK(out.complete());
    CHECK(memory[1] == 0x22);
    CHECK(memory[6] == 0x77);
    CHECK(memory[21] == 0x22);
    record_reader in{memory, layout};
    CHECK(in.u8(0) == 0x11);
    CHECK(in.u16(1) == 0x3322);
    CHECK(in.u32(3) == 0x77665544);
    CHECK(in.word(9) == 0x0a0b0c0d);
    CHECK(in.complete());
    CHECK(in.pick(8, 4) == static_cast<std::size_t>(layout));
    CHECK(out.pick(8, 4) == static_cast<std::size_t>(layout));
  }
}

TEST_CASE("record_octets: what is not wholly inside reads as nothing, and is remembered [class 27]") {
  std::vector<octet> memory(8, 0xff);
  const auto last = [&](auto read) {
    record_reader in{memory, record_layout::of_64_bits};
    const bool nothing = read(in);
    return nothing && !in.complete();
  };
  CHECK(last([](record_reader& in) { return in.u8(8) == 0; }));
  CHECK(last([](record_reader& in) { return in.u16(7) == 0; }));
  CHECK(last([](record_reader& in) { return in.u32(5) == 0; }));
  CHECK(last([](record_reader& in) { return in.word(1) == 0; }));
  CHECK(last([](record_reader& in) { return in.bytes(4, 5).empty(); }));
  CHECK(last([](record_reader& in) { return in.bytes(SIZE_MAX, 2).empty(); }));
  CHECK(last([](record_reader& in) { return in.bytes(2, SIZE_MAX).empty(); }));
  record_reader in{memory, record_layout::of_64_bits};
  CHECK(in.u32(4) == 0xffffffff);
  CHECK(in.bytes(8, 0).empty());
  CHECK(in.complete());
}

TEST_CASE("record_octets: nothing is written outside the memory, nor a pointer that its layout cannot hold [class 37]") {
  std::vector<octet> memory(8, 0);
  record_writer a{octets(memory).first(6), record_layout::of_64_bits};
  a.u32(3, 0xffffffff), a.u16(5, 0xffff), a.word(0, ~std::uint64_t{0}), a.u8(6, 0xff), a.clear(4, 4), a.bytes(SIZE_MAX, const_octets(memory).first(2));
  CHECK_FALSE(a.complete());
  CHECK(memory == std::vector<octet>(8, 0));
  record_writer b{memory, record_layout::of_32_bits};
  b.word(0, 0x100000000);
  CHECK_FALSE(b.complete());
  CHECK(memory == std::vector<octet>(8, 0));
}
