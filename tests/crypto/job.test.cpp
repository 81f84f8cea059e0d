#include <doctest/doctest.h>

#include <esplanade/crypto/job.hpp>

#include <vector>

using namespace esplanade;

TEST_CASE("job: nonces of 11, 12 and 16 octets are salt and IV without a gap [class 26]") {
  static constexpr struct { std::uint8_t salt, iv; } shapes[] = {{3, 8}, {4, 8}, {0, 16}, {4, 0}, {0, 8}};
  for (const auto& shape : shapes) {
    job j;
    j.salt_length = shape.salt;
    j.iv_length = shape.iv;
    std::vector<octet> expected;
    for (std::size_t i = 0; i < shape.salt; ++i) {
      j.salt_memory[salt_max - shape.salt + i] = static_cast<octet>(0xa1 + i);
      expected.push_back(static_cast<octet>(0xa1 + i));
    }
    for (std::size_t i = 0; i < shape.iv; ++i) {
      j.iv_memory[i] = static_cast<octet>(1 + i);
      expected.push_back(static_cast<octet>(1 + i));
    }
    const const_octets nonce = j.nonce();
    CHECK(std::vector<octet>(nonce.begin(), nonce.end()) == expected);
  }
}

TEST_CASE("job: starts as nothing to do, pending, of one segment") {
  const job j;
  CHECK(j.status == job_status::pending);
  CHECK(j.segments == 1);
  CHECK(j.length == 0);
  CHECK(j.aad_length == 0);
  CHECK(j.icv_length == 0);
  CHECK(j.appended_length == 0);
  CHECK(j.nonce().empty());
  for (const octet o : j.icv_memory) CHECK(o == 0);
}

TEST_CASE("job: is two cache lines and starts at one") {
  const job two[2];
  CHECK(reinterpret_cast<std::uintptr_t>(&two[0]) % 64 == 0);
  CHECK(reinterpret_cast<std::uintptr_t>(&two[1]) - reinterpret_cast<std::uintptr_t>(&two[0]) == 128);
}

TEST_CASE("job: has room for the largest ICV, IV, salt and appended octets of any suite") {
  const job j;
  CHECK(sizeof j.icv_memory == 32);  // HMAC-SHA2-512-256 (RFC 4868)
  CHECK(sizeof j.iv_memory == 16);   // a block of AES-CBC (RFC 3602)
  CHECK(sizeof j.salt_memory == 4);  // AES-GCM (RFC 4106)
  CHECK(sizeof j.appended == 4);     // the high half of an ESN (RFC 4303 2.2.1)
  CHECK(sizeof j.aad_memory >= 12);  // SPI and a 64-bit number (RFC 4106 5)
}
