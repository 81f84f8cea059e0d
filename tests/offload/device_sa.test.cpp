#include "support/bundles.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/device_sa.hpp>
#include <esplanade/testing/ciphers.hpp>

#include <algorithm>
#include <cstring>
#include <new>

using namespace support;
using bundle = device_sa<broad_nic, testing::mixing_crypto>;

TEST_CASE("device_sa: with ESN the ICV covers the plumbed half above the number on the wire, without it the number alone (U-20)") {
  device_element e;
  e.high.store(7, order::relaxed);
  e.sizes.esn = true;
  CHECK(e.number_of(5) == (std::uint64_t{7} << 32 | 5));
  CHECK(e.number_of(0xffffffff) == (std::uint64_t{7} << 32 | 0xffffffff));
  e.high.store(8, order::relaxed);
  CHECK(e.number_of(5) == (std::uint64_t{8} << 32 | 5));
  e.sizes.esn = false;
  CHECK(e.number_of(5) == 5);
}

TEST_CASE("device_sa: a new bundle has no element, and what every packet reads begins at a line of its own") {
  const bundle b;
  CHECK_FALSE(b.esp.core().installed);
  CHECK_FALSE(b.ah.core().installed);
  CHECK(alignof(bundle) == 64);
  CHECK(reinterpret_cast<std::uintptr_t>(&b.esp) % 64 == 0);
}

TEST_CASE("device_sa: leaves no salt in its memory when it goes [class 41]") {
  alignas(bundle) octet memory[sizeof(bundle)]{};
  bundle* const b = ::new (static_cast<void*>(memory)) bundle;
  const octet salt[] = {0xa5, 0x5a, 0xc3, 0x3c};
  std::memcpy(b->esp.sizes.salt, salt, sizeof salt);
  std::memcpy(b->ah.sizes.salt, salt, sizeof salt);
  REQUIRE(std::search(std::begin(memory), std::end(memory), std::begin(salt), std::end(salt)) != std::end(memory));
  b->~bundle();
  CHECK(std::search(std::begin(memory), std::end(memory), std::begin(salt), std::end(salt)) == std::end(memory));
}
