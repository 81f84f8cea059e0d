#include <doctest/doctest.h>

#include <esplanade/capability/offload_algorithms.hpp>

using namespace esplanade;

TEST_CASE("offload_algorithms: bits are those of ipsecov2.md 2.3 and 2.4") {
  CHECK(static_cast<std::uint32_t>(offload_integrity::hmac_sha2_256) == 0x04);
  CHECK(static_cast<std::uint32_t>(offload_integrity::aes_gmac_256) == 0x20);
  CHECK(static_cast<std::uint32_t>(offload_encryption::aes_gcm_128) == 0x008);
  CHECK(static_cast<std::uint32_t>(offload_encryption::aes_cbc_256) == 0x100);
  CHECK(static_cast<std::uint32_t>(udp_esp_layout::udp_transport_over_tunnel) == 0x8);
}

TEST_CASE("offload_algorithms: a pair of names means one suite, and its suite has that name") {
  std::size_t rows = 0;
  detail::each_transform([&rows](const detail::named_transform& row) {
    ++rows;
    const suite_sizes* const found = suite_named(row.named);
    REQUIRE(found != nullptr);
    CHECK(*found == row.sizes);
    CHECK(transform_named(row.sizes) == row.named);
  });
  CHECK(rows == 41);
}

TEST_CASE("offload_algorithms: an ICV of 0 is 16 beside AES-GCM, whose integrity name is not looked at; NULL may go unsaid beside a MAC") {
  const offload_transform gcm{protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::aes_gcm_192, 0};
  REQUIRE(suite_named(gcm) != nullptr);
  CHECK(*suite_named(gcm) == esp_aes_gcm_16<192>::sizes);
  CHECK(*suite_named({protocol_kind::esp, offload_integrity::hmac_sha1, {}, 0}) == esp_null<hmac_sha1_96>::sizes);
}

TEST_CASE("offload_algorithms: what means nothing has no suite, and what the model does not name has no name") {
  CHECK(suite_named({protocol_kind::esp, {}, {}, 0}) == nullptr);
  CHECK(suite_named({protocol_kind::esp, {}, offload_encryption::aes_gcm_128, 13}) == nullptr);
  CHECK(suite_named({protocol_kind::ah, offload_integrity::hmac_sha1, offload_encryption::des_cbc, 0}) == nullptr);
  CHECK(suite_named({protocol_kind::esp, set_of<offload_integrity>::from_bits(3), offload_encryption::null, 0}) == nullptr);
  const offload_transform none = transform_named(esp_chacha20_poly1305::sizes);
  CHECK((none.integrity.empty() && none.encryption.empty()));
}

TEST_CASE("F83: a portion nests without UDP, or under a layout of two portions on the side that has UDP, with or without word of it on the other") {
  using enum udp_esp_layout;
  const set_of<udp_esp_layout> none{}, over = transport_over_udp_tunnel, inside = udp_transport_over_tunnel;
  int allowed = 0;
  for (std::uint32_t inner = 0; inner < 16; ++inner)
    for (std::uint32_t outer = 0; outer < 16; ++outer) allowed += may_nest(set_of<udp_esp_layout>::from_bits(inner), set_of<udp_esp_layout>::from_bits(outer));
  CHECK(allowed == 5);
  CHECK((may_nest(none, none) && may_nest(none, over) && may_nest(over, over) && may_nest(inside, none) && may_nest(inside, inside)));
}
