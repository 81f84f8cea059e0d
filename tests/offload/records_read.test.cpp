#include "support/bundles.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/records_read.hpp>
#include <esplanade/offload/records_write.hpp>

#include <functional>
#include <optional>
#include <vector>

using namespace support;

namespace {

constexpr record_layout layouts[] = {record_layout::of_64_bits, record_layout::of_32_bits};

struct record_form {
  record_layout layout = record_layout::of_64_bits;
  bool ex = false;
  bytes octets{};
  const detail::add_fields& at() const { return detail::add_fields_of(layout, ex); }
  void u32(std::size_t offset, std::uint32_t value) { detail::store_le(octets.data() + offset, 4, value); }
  std::uint32_t u32(std::size_t offset) const { return static_cast<std::uint32_t>(detail::load_le(octets.data() + offset, 4)); }
  auto read() const { return read_add_sa(octets, layout, ex); }
};
record_form record_of(bundle_form form, record_layout layout, bool ex) {
  record_form made{layout, ex, {}};
  const sa_request& r = form.request();
  made.octets.resize(add_sa_octets(r, layout, ex));
  REQUIRE(write_add_sa(made.octets, layout, ex, r, 0x1234));
  return made;
}
// Calls `each` for ADD_SA and ADD_SA_EX of both layouts.
void each_form(const bundle_form& form, const std::function<void(record_form&)>& each) {
  for (const record_layout layout : layouts)
    for (const bool ex : {false, true}) {
      record_form made = record_of(form, layout, ex);
      each(made);
    }
}
bool same(const const_octets a, const const_octets b) { return bytes(a.begin(), a.end()) == bytes(b.begin(), b.end()); }

const bundle_form broad{.inbound = true, .version = family::ipv6, .source = outside_v6(7), .destination = outside_v6(9), .first = {protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::aes_cbc_128, 0},
                        .second = ah_named(offload_integrity::aes_gmac_256), .count = 2, .spi = 0x01020304, .second_spi = 0xa1a2a3a4, .esn = true, .high = 0x80000001};
// Ciphers of all kinds.
const bundle_form kinds[] = {{}, broad, {.first = gcm_named(offload_encryption::aes_gcm_256, 12)}, {.first = ah_named()}, {.first = {protocol_kind::esp, offload_integrity::aes_gmac_128, offload_encryption::null, 0}},
                             {.udp_esp = udp_esp_layout::transport_over_udp_tunnel}};

}  // namespace

TEST_CASE("records: what a typed request is written as reads as the same request, for both records and both layouts") {
  for (const bundle_form& form : kinds)
    each_form(form, [&](record_form& record) {
      bundle_form copy = form;
      const sa_request& said = copy.request();
      const auto read = record.read();
      REQUIRE(read);
      CHECK(read->inbound == said.inbound);
      CHECK(read->version == said.version);
      CHECK(read->source == said.source);
      CHECK(read->destination == said.destination);
      CHECK(read->udp_esp == said.udp_esp);
      REQUIRE(read->count == said.count);
      for (std::size_t i = 0; i < said.count; ++i) {
        CHECK(read->elements[i].transform == said.elements[i].transform);
        CHECK(read->elements[i].spi == said.elements[i].spi);
        CHECK(read->elements[i].esn == said.elements[i].esn);
        CHECK(read->elements[i].high == said.elements[i].high);
        CHECK(same(read->elements[i].encryption_key, said.elements[i].encryption_key));
        CHECK(same(read->elements[i].integrity_key, said.elements[i].integrity_key));
      }
    });
}

TEST_CASE("F38: a record says one element or two; another number is refused") {
  for (const std::uint32_t count : {0u, 3u, 0xffffffffu})
    each_form({}, [&](record_form& record) {
      record.u32(record.at().count, count);
      CHECK(refused_as(record.read()) == fault_kind::invalid_value);
    });
}

TEST_CASE("F39: an AH element with anything but zeros for its encryption is refused") {
  for (std::size_t at = 0; at < detail::algorithm_octets; ++at)
    each_form({.first = ah_named()}, [&](record_form& record) {
      record.octets[record.at().elements + detail::element_at::encryption + at] = 1;
      CHECK(refused_as(record.read()) == fault_kind::invalid_value);
    });
}

TEST_CASE("F40: in combined mode nothing that stands under integrity is looked at") {
  each_form({}, [](record_form& record) {
    for (std::size_t at = 0; at < detail::algorithm_octets; ++at) record.octets[record.at().elements + detail::element_at::integrity + at] = 0xff;
    const auto read = record.read();
    REQUIRE(read);
    CHECK(read->elements[0].transform.integrity.empty());
    CHECK(read->elements[0].integrity_key.empty());
  });
}

TEST_CASE("F41: a key lies inside the keys of the record, whatever offset and length are said, or the record is refused") {
  const std::uint32_t lengths[] = {0, 1, 19, 20, 21, 40, 41, 0x7fffffff, 0xfffffff0, 0xffffffff};
  each_form({.first = {protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::aes_cbc_128, 0}}, [&](record_form& record) {
    const std::size_t at = record.at().elements + detail::element_at::encryption;
    for (const std::uint32_t offset : lengths)
      for (const std::uint32_t length : lengths) {
        record.u32(at + detail::algorithm_at::key_offset, offset);
        record.u32(at + detail::algorithm_at::key_length, length);
        const auto read = record.read();
        const bool inside = std::uint64_t{offset} + length <= 36;
        REQUIRE(static_cast<bool>(read) == inside);
        if (inside) CHECK(read->elements[0].encryption_key.size() == length);
        else CHECK(refused_as(read) == fault_kind::invalid_value);
      }
  });
}

TEST_CASE("F41: keys that reach beyond the buffer are refused, and nothing there is read") {
  for (const std::uint32_t length : {21u, 22u, 1000u, 0x7fffffffu, 0xffffffffu})
    each_form({}, [&](record_form& record) {
      record.u32(record.at().key_length, length);
      CHECK(refused_as(record.read()) == fault_kind::too_short);
    });
  // Offsets of ADD_SA_EX from the start of the record.
  for (const record_layout layout : layouts) {
    record_form record = record_of({}, layout, true);
    for (const std::uint32_t offset : {0u, 1u, 161u, 0xfffffff0u, 0xffffffffu}) {
      record.u32(record.at().key_offset, offset);
      CHECK(!record.read());
    }
    record.u32(record.at().key_offset, static_cast<std::uint32_t>(record.octets.size() - 20));
    CHECK(record.read());
    record.u32(record.at().key_offset, static_cast<std::uint32_t>(record.octets.size() - 19));
    CHECK(refused_as(record.read()) == fault_kind::too_short);
  }
}

TEST_CASE("F42, U-3: the ICV of AES-GCM is said in octets, and in bits too where that is let in by name") {
  each_form({}, [](record_form& record) {
    const std::size_t at = record.at().elements + detail::element_at::encryption + detail::algorithm_at::additional;
    for (const std::uint32_t said : {0u, 8u, 12u, 16u, 64u, 96u, 128u, 4u}) {
      record.u32(at, said);
      CHECK(record.read()->elements[0].transform.icv == said);
      const std::uint32_t either = read_add_sa<icv_in_octets_or_bits>(record.octets, record.layout, record.ex)->elements[0].transform.icv;
      CHECK(either == (said >= 64 ? said / 8 : said));
    }
    record.u32(at, 0x100 + 16);
    CHECK(refused_as(record.read()) == fault_kind::invalid_value);
  });
}

TEST_CASE("F43: the flags say direction and family; another flag is refused") {
  for (std::uint32_t bit = 1; bit != 0; bit <<= 1)
    each_form({}, [&](record_form& record) {
      record.u32(record.at().flags, bit);
      const auto read = record.read();
      REQUIRE(static_cast<bool>(read) == (bit == 0x1 || bit == 0x10));
      if (!read) return;
      CHECK(read->inbound == (bit == 0x1));
      CHECK(read->version == (bit == 0x10 ? family::ipv6 : family::ipv4));
    });
}

TEST_CASE("F44: an address of zeros reads as unspecified") {
  each_form({.source = address{}, .destination = address{}}, [](record_form& record) {
    CHECK(record.read()->source.unspecified());
    CHECK(record.read()->destination.unspecified());
  });
}

TEST_CASE("F45: a bit of the UDP layout that means nothing is refused") {
  for (std::uint32_t bit = 1; bit != 0; bit <<= 1)
    each_form({}, [&](record_form& record) {
      record.u32(record.at().udp_esp, bit);
      CHECK(static_cast<bool>(record.read()) == (bit <= 8));
    });
}

TEST_CASE("F46: bit 0 of an element's flags says ESN, another bit is refused; the high word comes along") {
  for (std::uint32_t bit = 1; bit != 0; bit <<= 1)
    each_form({.high = 5}, [&](record_form& record) {
      record.u32(record.at().elements + detail::element_at::flags, bit);
      const auto read = record.read();
      REQUIRE(static_cast<bool>(read) == (bit == 1));
      if (read) CHECK((read->elements[0].esn && read->elements[0].high == 5));
    });
}

TEST_CASE("F57: an operation that is neither AH nor ESP is malformed") {
  for (const std::uint32_t operation : {0u, 3u, 0xffffffffu}) {
    each_form({}, [&](record_form& record) {
      record.u32(record.at().elements + detail::element_at::operation, operation);
      CHECK(refused_as(record.read()) == fault_kind::invalid_value);
    });
    for (const record_layout layout : layouts) {
      bytes update(record_octets_of(direct_oid::update_sa, layout));
      REQUIRE(write_update_sa(update, layout, {{1}, protocol_kind::ah, 7, 8}));
      detail::store_le(update.data() + detail::update_fields_of(layout).operation, 4, operation);
      CHECK(refused_as(read_update_sa(update, layout)) == fault_kind::invalid_value);
    }
  }
}

TEST_CASE("F57: of every record each octet less is too short, and another type or revision 0 is malformed") {
  for (const record_layout layout : layouts) {
    bytes update(record_octets_of(direct_oid::update_sa, layout)), gone(record_octets_of(direct_oid::delete_sa, layout));
    REQUIRE(write_update_sa(update, layout, {{1}, protocol_kind::ah, 7, 8}));
    REQUIRE(write_delete_sa(gone, layout, {1}));
    const record_form list = record_of({}, layout, false), single = record_of({}, layout, true);
    const std::pair<bytes, std::function<std::optional<fault>(const bytes&)>> all[] = {
        {update, [=](const bytes& r) { auto read = read_update_sa(r, layout); return read ? std::optional<fault>{} : read.why(); }},
        {gone, [=](const bytes& r) { auto read = read_delete_sa(r, layout); return read ? std::optional<fault>{} : read.why(); }},
        {list.octets, [=](const bytes& r) { auto read = read_add_sa(r, layout, false); return read ? std::optional<fault>{} : read.why(); }},
        {single.octets, [=](const bytes& r) { auto read = read_add_sa(r, layout, true); return read ? std::optional<fault>{} : read.why(); }}};
    for (const auto& [record, read] : all) {
      CHECK(!read(record));
      for (std::size_t size = 0; size < record.size(); ++size) {
        const auto why = read(bytes(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(size)));
        REQUIRE(why);
        CHECK(why->kind == fault_kind::too_short);
      }
      bytes other = record;
      other[0] = 0x81;
      CHECK(read(other)->kind == fault_kind::invalid_value);
      other = record;
      other[1] = 0;
      CHECK(read(other)->kind == fault_kind::invalid_value);
      other = record;
      other[1] = 2;  // a higher revision reads as the one that is known
      CHECK(!read(other));
      other = record;
      --other[2];
      CHECK(read(other)->kind == fault_kind::too_short);
    }
  }
}

TEST_CASE("U-4: SPI and IPv4 addresses stand in the order of the wire") {
  each_form({.source = address::v4(1, 2, 3, 4), .destination = address::v4(5, 6, 7, 8), .spi = 0x11223344}, [](record_form& record) {
    const octet wire_spi[] = {0x11, 0x22, 0x33, 0x44}, wire_addresses[] = {1, 2, 3, 4, 5, 6, 7, 8};
    CHECK(same(const_octets(record.octets).subspan(record.at().elements + detail::element_at::spi, 4), wire_spi));
    CHECK(same(const_octets(record.octets).subspan(record.at().endpoints, 8), wire_addresses));
    CHECK(record.read()->elements[0].spi == 0x11223344);
  });
}

TEST_CASE("U-5: a record that says neither length nor offset of an AES-GCM or AES-GMAC key means all its keys") {
  for (const bundle_form& form : {bundle_form{}, bundle_form{.first = ah_named(offload_integrity::aes_gmac_128)}})
    each_form(form, [](record_form& record) {
      for (const std::size_t algorithm : {detail::element_at::encryption, detail::element_at::integrity}) record.u32(record.at().elements + algorithm + detail::algorithm_at::key_length, 0);
      const auto read = record.read();
      REQUIRE(read);
      CHECK(read->elements[0].encryption_key.size() + read->elements[0].integrity_key.size() == 20);
    });
  each_form({.first = ah_named()}, [](record_form& record) {
    record.u32(record.at().elements + detail::element_at::integrity + detail::algorithm_at::key_length, 0);
    CHECK(record.read()->elements[0].integrity_key.empty());
  });
}

TEST_CASE("F53, F55, U-4: an update is one record, with handle, element, SPI and word") {
  for (const record_layout layout : layouts) {
    bytes update(record_octets_of(direct_oid::update_sa, layout));
    REQUIRE(write_update_sa(update, layout, {{0x12345}, protocol_kind::ah, 0x01020304, 0xfffffffe}));
    const auto read = read_update_sa(update, layout);
    REQUIRE(read);
    CHECK(read->handle.word == 0x12345);
    CHECK(read->protocol == protocol_kind::ah);
    CHECK(read->spi == 0x01020304);
    CHECK(read->high == 0xfffffffe);
  }
}
