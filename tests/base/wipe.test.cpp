#include <cstring>
#include <memory>

#include <doctest/doctest.h>

#include <esplanade/base/octets.hpp>
#include <esplanade/base/wipe.hpp>

using namespace esplanade;

TEST_CASE("wipe: every octet is zero afterwards and none beside them [class 41] [row 90]") {
  for (std::size_t size = 0; size <= 80; ++size) {
    const std::unique_ptr<octet[]> memory(new octet[size + 2]);
    std::memset(memory.get(), 0x5a, size + 2);
    wipe(memory.get() + 1, size);
    CHECK(memory[0] == 0x5a);
    for (std::size_t i = 0; i < size; ++i) CHECK(memory[1 + i] == 0);
    CHECK(memory[size + 1] == 0x5a);
  }
}
