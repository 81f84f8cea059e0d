#include <esplanade/crypto/key_slots.hpp>

#include <doctest/doctest.h>

using namespace esplanade;

TEST_CASE("key_slots: hands out every slot once, and a released one again") {
  octet memory[3]{};
  std::uint32_t next[3];
  key_slots<octet> slots(memory, next, 3);
  CHECK(slots.capacity() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    REQUIRE(!slots.full());
    CHECK(&slots.candidate() == &memory[i]);
    CHECK(slots.claim() == i);
  }
  CHECK(slots.full());
  slots.release(1);
  REQUIRE(!slots.full());
  CHECK(&slots.candidate() == slots.at(1));
  CHECK(slots.claim() == 1);
  CHECK(slots.full());
}

TEST_CASE("key_slots: an index beyond the capacity names nothing") {
  octet memory[2]{};
  std::uint32_t next[2];
  key_slots<octet> slots(memory, next, 2);
  CHECK(slots.at(1) == &memory[1]);
  CHECK(slots.at(2) == nullptr);
  CHECK(slots.at(~0u) == nullptr);
  CHECK(key_slots<octet>(memory, next, 0).full());
}
