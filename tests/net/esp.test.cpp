#include <doctest/doctest.h>

#include <esplanade/net/esp.hpp>

using namespace esplanade;

TEST_CASE("esp: sizes and reserved SPIs are those of RFC 4303 section 2") {
  CHECK(esp_header_octets == 8);
  CHECK(esp_trailer_octets == 2);
  CHECK(esp_pad_max == 255);
  CHECK(spi_reserved_max == 255);
}

TEST_CASE("esp_padding: is right and minimal for every payload and alignment [class 3]") {
  for (const std::size_t alignment : {std::size_t{4}, std::size_t{8}, std::size_t{16}, std::size_t{32}, std::size_t{64}, std::size_t{128}, std::size_t{256}})
    for (std::size_t payload = 0; payload <= 600; ++payload) {
      const std::size_t padding = esp_padding(payload, alignment);
      CHECK((payload + padding + 2) % alignment == 0);
      CHECK(padding < alignment);  // one alignment less would do as well: not minimal
      CHECK(padding <= esp_pad_max);
    }
}

TEST_CASE("esp_padding: written out for the smallest payloads [class 3]") {
  const std::size_t of_4[] = {2, 1, 0, 3, 2, 1, 0, 3}, of_8[] = {6, 5, 4, 3, 2, 1, 0, 7}, of_16[] = {14, 13, 12, 11, 10, 9, 8, 7};
  for (std::size_t payload = 0; payload < 8; ++payload) {
    CHECK(esp_padding(payload, 4) == of_4[payload]);
    CHECK(esp_padding(payload, 8) == of_8[payload]);
    CHECK(esp_padding(payload, 16) == of_16[payload]);
  }
  CHECK(esp_padding(14, 16) == 0);
  CHECK(esp_padding(15, 16) == 15);
}

TEST_CASE("esp_padding: holds for the longest payloads too [class 3, 16]") {
  for (std::size_t payload = 65000; payload <= 65600; ++payload)
    for (const std::size_t alignment : {std::size_t{4}, std::size_t{16}}) {
      CHECK((payload + esp_padding(payload, alignment) + 2) % alignment == 0);
      CHECK(esp_padding(payload, alignment) < alignment);
    }
}
