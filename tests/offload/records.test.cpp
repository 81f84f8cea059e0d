#include "support/bundles.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/records.hpp>
#include <esplanade/offload/records_read.hpp>

#include <set>

using namespace support;

TEST_CASE("records: fields lie where the structures of 64-bit and 32-bit hosts have them (ipsecov2.md 2.6 to 2.10)") {
  // Written by hand from the tables of the specification, not by write_add_sa.
  bytes r(168 + 20, 0);
  const auto put = [&r](std::size_t at, std::uint32_t value) { detail::store_le(r.data() + at, 4, value); };
  r[0] = 0x80;
  r[1] = 1;
  r[2] = 169;
  put(16, 1);                                                 // NumExtHdrs
  put(20, 0x1);                                               // Flags
  const octet from_to[] = {192, 0, 2, 1, 192, 0, 2, 2};       // SrcAddr, DestAddr
  std::copy(std::begin(from_to), std::end(from_to), r.begin() + 24);
  put(64, 0x2);                                               // UdpEspEncapsulation
  put(68, 0x1);                                               // SecAssoc[0].Flags
  put(72, 2);                                                 // .Operation
  const octet spi[] = {0, 0, 0x10, 0x01};
  std::copy(std::begin(spi), std::end(spi), r.begin() + 76);  // .Spi
  put(96, 0x008);                                             // .EncryptionAlgorithm.Identifier
  put(100, 20);                                               // .KeyLength
  put(104, 0);                                                // .KeyOffsetBytes
  put(108, 8);                                                // .AdditionalInfo
  put(112, 0x77);                                             // .SequenceNumberHighOrder
  put(164, 20);                                               // KeyLength
  for (std::size_t i = 0; i < 20; ++i) r[168 + i] = static_cast<octet>(i + 1);
  const auto read = read_add_sa(r, record_layout::of_64_bits, false);
  REQUIRE(read);
  CHECK(read->inbound);
  CHECK(read->source == address::v4(192, 0, 2, 1));
  CHECK(read->destination == address::v4(192, 0, 2, 2));
  CHECK(read->udp_esp == set_of(udp_esp_layout::tunnel));
  CHECK(read->elements[0].spi == 0x1001);
  CHECK(read->elements[0].high == 0x77);
  CHECK(read->elements[0].esn);
  CHECK(read->elements[0].transform == gcm_named(offload_encryption::aes_gcm_128, 8));
  CHECK(read->elements[0].encryption_key.size() == 20);
  CHECK(read->elements[0].encryption_key[0] == 1);
  CHECK(record_octets_of(direct_oid::add_sa, record_layout::of_64_bits) == 169);
  CHECK(record_octets_of(direct_oid::add_sa, record_layout::of_32_bits) == 157);
  CHECK(record_octets_of(direct_oid::add_sa_ex, record_layout::of_64_bits) == 170);
  CHECK(record_octets_of(direct_oid::add_sa_ex, record_layout::of_32_bits) == 162);
  CHECK(record_octets_of(direct_oid::delete_sa, record_layout::of_64_bits) == 24);
  CHECK(record_octets_of(direct_oid::delete_sa, record_layout::of_32_bits) == 12);
  CHECK(record_octets_of(direct_oid::update_sa, record_layout::of_64_bits) == 28);
  CHECK(record_octets_of(direct_oid::update_sa, record_layout::of_32_bits) == 20);
}

TEST_CASE("records: fields of a record stand behind each other in both layouts, and inside it") {
  for (const record_layout layout : {record_layout::of_64_bits, record_layout::of_32_bits})
    for (const bool ex : {false, true}) {
      const detail::add_fields& at = detail::add_fields_of(layout, ex);
      const std::size_t word = layout == record_layout::of_64_bits ? 8 : 4;
      if (!ex) CHECK(at.next == word);
      CHECK(at.flags == at.count + 4);
      CHECK(at.endpoints == at.flags + 4);
      CHECK(at.handle >= at.endpoints + detail::endpoint_octets);
      CHECK(at.handle % word == 0);
      CHECK(at.udp_esp == at.handle + word);
      CHECK(at.elements == at.udp_esp + 4);
      CHECK(at.key_length == at.elements + 2 * detail::element_octets);
      CHECK((ex ? at.key_offset : at.key_data) == at.key_length + 4);
      CHECK(at.size > (ex ? at.key_offset : at.key_data));
    }
}

TEST_CASE("records: an OID that is none of the direct ones has no record") {
  for (const std::uint32_t oid : {0u, 0xFC030201u, 0xFC030206u, 0x0101010Au}) CHECK(record_octets_of(static_cast<direct_oid>(oid), native_layout) == 0);
}
