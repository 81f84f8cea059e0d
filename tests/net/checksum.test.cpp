#include <algorithm>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/net/checksum.hpp>
#include <esplanade/testing/packet_form.hpp>

using namespace esplanade;
using esplanade::testing::seeded;
using esplanade::testing::seeded_octets;

namespace {

// Another way to the same sum: one's complement addition of 16-bit words is addition modulo 65535, where a sum that is not
// all zeros is never 0 but 65535.
std::uint16_t sum_by_remainder(const std::vector<octet>& data) {
  std::uint32_t remainder = 0;
  bool any = false;
  for (std::size_t i = 0; i < data.size() + data.size() % 2; ++i) {
    const octet one = i < data.size() ? data[i] : octet{0};
    remainder = (remainder * 256 + one) % 65535;
    any = any || one != 0;
  }
  return static_cast<std::uint16_t>(any && remainder == 0 ? 65535 : remainder);
}

std::uint16_t slow_checksum(const std::vector<octet>& data) { return static_cast<std::uint16_t>(65535 - sum_by_remainder(data)); }

}  // namespace

TEST_CASE("checksum: the numerical example of RFC 1071 section 3") {
  const octet data[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  CHECK(checksum_sum(data) == 0x2ddf0);
  CHECK(fold_checksum(checksum_sum(data)) == 0xddf2);
  CHECK(internet_checksum(data) == static_cast<std::uint16_t>(~0xddf2));
}

TEST_CASE("checksum: every length, odd ones too, agrees with the remainder modulo 65535 [class 48]") {
  for (std::size_t n = 0; n <= 300; ++n)
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      const std::vector<octet> data = seeded_octets(n, seed * 1000 + n);
      const std::unique_ptr<octet[]> exact(new octet[n]);
      std::copy(data.begin(), data.end(), exact.get());
      CHECK(internet_checksum({exact.get(), n}) == slow_checksum(data));
    }
}

TEST_CASE("checksum: all zeros, all ones and single bits agree with the remainder modulo 65535") {
  for (const octet fill : {octet{0}, octet{0xff}})
    for (std::size_t n = 0; n <= 64; ++n) {
      const std::vector<octet> data(n, fill);
      CHECK(internet_checksum(data) == slow_checksum(data));
    }
  for (std::size_t bit = 0; bit < 8 * 21; ++bit) {
    std::vector<octet> data(21, 0);
    data[bit / 8] = static_cast<octet>(1u << (bit % 8));
    CHECK(internet_checksum(data) == slow_checksum(data));
  }
}

TEST_CASE("checksum: a sum of any size is folded with all its carries") {
  const auto slow = [](std::uint64_t sum) {
    while (sum > 0xffff) sum = (sum >> 16) + (sum & 0xffff);
    return static_cast<std::uint16_t>(sum);
  };
  for (const std::uint64_t near : {std::uint64_t{0}, std::uint64_t{0xffff}, std::uint64_t{0x1fffe}, std::uint64_t{0xffff0000}, std::uint64_t{0xffffffff},
                                   std::uint64_t{0xffffffffffff}, ~std::uint64_t{0}, std::uint64_t{0xfffeffff00000000}})
    for (std::uint64_t step = 0; step < 70000; step += 7) {
      if (fold_checksum(near + step) != slow(near + step)) FAIL("sum " << near + step);
      if (fold_checksum(near - step) != slow(near - step)) FAIL("sum " << near - step);
    }
  seeded numbers{1};
  for (int i = 0; i < 200000; ++i) {
    const std::uint64_t sum = numbers.next() >> numbers.below(64);
    if (fold_checksum(sum) != slow(sum)) FAIL("sum " << sum);
  }
  CHECK(true);
}

TEST_CASE("checksum: a header with its checksum in place sums up to all ones") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::vector<octet> header = seeded_octets(20, seed);
    header[10] = header[11] = 0;
    store_be16(header.data() + 10, internet_checksum(header));
    CHECK(fold_checksum(checksum_sum(header)) == 0xffff);
    header[seed % 20] = static_cast<octet>(header[seed % 20] ^ (1u << (seed % 8)));
    CHECK(fold_checksum(checksum_sum(header)) != 0xffff);
  }
}

TEST_CASE("updated_checksum: the example of RFC 1624 section 4, where the older formula gives 0xffff") {
  CHECK(updated_checksum(0xdd2f, 0x5555, 0x3285) == 0x0000);
}

TEST_CASE("updated_checksum: equals the checksum of the changed header, for every word against words of all kinds [class 48]") {
  const std::uint16_t kinds[] = {0, 1, 2, 0x00ff, 0x0100, 0x3285, 0x5555, 0x7fff, 0x8000, 0xabcd, 0xfeff, 0xff00, 0xfffe, 0xffff};
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    std::vector<octet> header = seeded_octets(20, seed);
    if (seed == 0) std::fill(header.begin(), header.end(), octet{0});  // one word is not zero: a header never is all zeros
    header[10] = header[11] = 0;
    header[0] = 0x45;
    for (const std::uint16_t one : kinds)
      for (std::uint32_t other = 0; other <= 0xffff; ++other) {
        const std::uint16_t word = static_cast<std::uint16_t>(other);
        store_be16(header.data() + 4, one);
        const std::uint16_t checksum_of_one = internet_checksum(header);
        store_be16(header.data() + 4, word);
        const std::uint16_t checksum_of_word = internet_checksum(header);
        if (updated_checksum(checksum_of_one, one, word) != checksum_of_word) FAIL("from " << one << " to " << word);
        if (updated_checksum(checksum_of_word, word, one) != checksum_of_one) FAIL("from " << word << " to " << one);
      }
  }
  CHECK(true);
}
