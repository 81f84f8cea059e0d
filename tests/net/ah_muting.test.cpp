#include <doctest/doctest.h>

#include <esplanade/net/ah_muting.hpp>
#include <esplanade/testing/ah_laws.hpp>
#include <esplanade/testing/plain_ah.hpp>
#include <esplanade/testing/seeded.hpp>

#include <memory>

using namespace esplanade;

namespace {
// In a block of exactly the size, so that a sanitizer sees an access one octet beyond.
bool cover(std::vector<octet>& headers, bool sends) {
  const std::size_t size = headers.size();
  const std::unique_ptr<octet[]> block(new octet[size]);
  std::memcpy(block.get(), headers.data(), size);
  const muted_headers muted = mute_headers(block.get(), size, sends ? ah_end::sender : ah_end::receiver);
  if (muted.status != verdict::forwarded) return false;
  headers.assign(block.get(), block.get() + muted.size);
  return true;
}

std::string hex(const std::vector<octet>& all) {
  std::string text;
  for (const octet o : all) (text += "0123456789abcdef"[o >> 4]) += "0123456789abcdef"[o & 15];
  return text;
}
}  // namespace

TEST_CASE("ah_muting: the tables of RFC 4302 3.3.3.1 and appendix A [class 7, 9, 11] [row 67]") {
  for (const auto& broken : testing::find_broken_ah_laws(cover)) FAIL_CHECK(broken.law << ": " << broken.where);
}

TEST_CASE("ah_muting: why it refuses [class 7]") {
  std::vector<octet> unknown_route(56);
  unknown_route[0] = 0x60;
  unknown_route[6] = 43;
  unknown_route[40] = 51, unknown_route[41] = 1, unknown_route[42] = 4, unknown_route[43] = 1;
  CHECK(mute_headers(unknown_route.data(), 56, ah_end::sender).status == verdict::beyond_ah);
  CHECK(mute_headers(unknown_route.data(), 56, ah_end::receiver).status == verdict::forwarded);
  unknown_route[42] = 0, unknown_route[43] = 2;
  CHECK(mute_headers(unknown_route.data(), 56, ah_end::receiver).status == verdict::bad_header);
}

TEST_CASE("ah_muting: two source routes contradict each other (RFC 791: at most once)") {
  octet header[36] = {0x49, 0, 0, 36, 0, 0, 0, 0, 64, 51, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 131, 7, 4, 10, 0, 0, 3, 1, 137, 7, 4, 10, 0, 0, 4, 0};
  octet copy[36];
  std::memcpy(copy, header, 36);
  CHECK(mute_headers(copy, 36, ah_end::sender).status == verdict::bad_header);
  CHECK(mute_headers(header, 36, ah_end::receiver).status == verdict::forwarded);  // both are zeros then
}

TEST_CASE("ah_muting: what is muted once stays as it is for the receiver") {
  testing::seeded random{7};
  for (int n = 0; n < 2000; ++n) {
    std::vector<octet> once(20 + 4 * (random.next() % 11));
    for (octet& o : once) o = static_cast<octet>(random.next() % 16 * (random.next() % 3));
    once[0] = static_cast<octet>(0x40 | once.size() / 4);
    if (!cover(once, false)) continue;
    std::vector<octet> twice = once;
    REQUIRE(cover(twice, false));
    CHECK(twice == once);
  }
}

TEST_CASE("ah_muting: a plain reading says the same of headers that are likely and of headers that are not [class 7, 9]") {
  testing::seeded random{11};
  const octet types[] = {0, 1, 7, 68, 130, 131, 133, 134, 136, 137, 148, 149, 94};
  std::size_t taken = 0, refused = 0;
  const auto compare = [&](std::vector<octet> headers) {
    for (const bool sends : {false, true}) {
      const auto wanted = testing::plain_ah_coverage(headers, sends);
      std::vector<octet> got = headers;
      const bool covered = cover(got, sends);
      ++(covered ? taken : refused);
      CHECK_MESSAGE(covered == wanted.has_value(), hex(headers));
      if (covered && wanted) CHECK_MESSAGE(hex(got) == hex(*wanted), hex(headers));
    }
  };
  for (int n = 0; n < 20000; ++n) {
    std::vector<octet> ipv4(20 + 4 * (random.next() % 11));
    for (octet& o : ipv4) o = static_cast<octet>(random.next());
    for (std::size_t at = 20; at < ipv4.size();) {
      ipv4[at] = types[random.next() % sizeof types];
      if (ipv4[at] > 1 && at + 2 < ipv4.size()) {
        ipv4[at + 1] = static_cast<octet>(random.next() % 4 == 0 ? random.next() % 9 : 3 + 4 * (random.next() % 3));
        ipv4[at + 2] = static_cast<octet>(4 * (random.next() % 5));
        at += ipv4[at + 1];
      }
      ++at;
    }
    ipv4[0] = static_cast<octet>(0x40 | ipv4.size() / 4);
    compare(ipv4);

    std::vector<octet> ipv6(40);
    for (octet& o : ipv6) o = static_cast<octet>(random.next());
    ipv6[0] = 0x60;
    std::size_t named = 6;
    for (std::uint64_t left = random.next() % 5; left != 0; --left) {
      const octet kinds[] = {0, 43, 44, 60};
      const octet kind = ipv6[named] = kinds[random.next() % 4];
      named = ipv6.size();
      const octet units = kind == 44 ? octet{0} : static_cast<octet>(random.next() % 5);
      for (std::size_t i = 0; i < 8 + 8u * units; ++i) ipv6.push_back(static_cast<octet>(random.next() % 3 == 0 ? random.next() : random.next() % 5));
      ipv6[named + 1] = random.next() % 40 == 0 ? static_cast<octet>(random.next()) : units;
    }
    ipv6[named] = 51;
    compare(ipv6);
  }
  CHECK(taken > 10000);
  CHECK(refused > 10000);
}
