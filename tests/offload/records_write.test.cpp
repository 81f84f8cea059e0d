#include "support/bundles.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/records_read.hpp>
#include <esplanade/offload/records_write.hpp>

#include <algorithm>

using namespace support;

namespace {
constexpr record_layout layouts[] = {record_layout::of_64_bits, record_layout::of_32_bits};
constexpr octet nobodys = 0xe5;

/// Writes into every size of memory, and checks that less than the record is refused and that nothing behind it is touched.
template <class Write> void needs_its_size(std::size_t size, Write write) {
  for (std::size_t n = 0; n <= size + 3; ++n) {
    bytes memory(size + 8, nobodys);
    const result<std::size_t> written = write(octets{memory.data(), n});
    if (n < size) {
      CHECK(refused_as(written) == fault_kind::too_short);
      CHECK(std::all_of(memory.begin(), memory.end(), [](octet o) { return o == nobodys; }));
    } else {
      REQUIRE(written);
      CHECK(*written == size);
      CHECK(std::all_of(memory.begin() + static_cast<std::ptrdiff_t>(size), memory.end(), [](octet o) { return o == nobodys; }));
    }
  }
}
}  // namespace

TEST_CASE("records_write: each record needs the octets that it says, and nothing behind them is touched [class 37]") {
  bundle_form form{.second = ah_named(), .count = 2};
  const sa_request& request = form.request();
  for (const record_layout layout : layouts) {
    for (const bool ex : {false, true})
      needs_its_size(add_sa_octets(request, layout, ex), [&](octets into) { return write_add_sa(into, layout, ex, request); });
    needs_its_size(record_octets_of(direct_oid::delete_sa, layout), [&](octets into) { return write_delete_sa(into, layout, {5}); });
    needs_its_size(record_octets_of(direct_oid::update_sa, layout), [&](octets into) { return write_update_sa(into, layout, {.handle = {5}, .spi = 0x1001, .high = 2}); });
  }
}

TEST_CASE("records_write: keys stand behind the fields, those of the second element behind those of the first") {
  bundle_form form{.second = ah_named(), .count = 2};
  const sa_request& request = form.request();
  for (const record_layout layout : layouts)
    for (const bool ex : {false, true}) {
      bytes memory(add_sa_octets(request, layout, ex));
      REQUIRE(write_add_sa(memory, layout, ex, request));
      const detail::add_fields& at = detail::add_fields_of(layout, ex);
      const std::size_t keys_at = ex ? at.size : at.key_data;
      bytes keys(request.elements[0].encryption_key.begin(), request.elements[0].encryption_key.end());
      keys.insert(keys.end(), request.elements[1].integrity_key.begin(), request.elements[1].integrity_key.end());
      CHECK(bytes(memory.begin() + static_cast<std::ptrdiff_t>(keys_at), memory.begin() + static_cast<std::ptrdiff_t>(keys_at + keys.size())) == keys);
      CHECK_FALSE(handle_in(memory, layout, ex));
    }
}

TEST_CASE("records_write: a record without keys has all its fields all the same") {
  const sa_request none{};
  for (const record_layout layout : layouts)
    for (const bool ex : {false, true}) CHECK(add_sa_octets(none, layout, ex) == record_octets_of(ex ? direct_oid::add_sa_ex : direct_oid::add_sa, layout));
}

TEST_CASE("records_write: a link or a handle that the words of a 32-bit host cannot hold is not written in part") {
  bundle_form form{};
  const sa_request& request = form.request();
  bytes memory(add_sa_octets(request, record_layout::of_32_bits, false));
  CHECK(write_add_sa(memory, record_layout::of_32_bits, false, request, 0xffffffff));
  CHECK(refused_as(write_add_sa(memory, record_layout::of_32_bits, false, request, 0x1'0000'0000)) == fault_kind::too_short);
  CHECK(refused_as(write_delete_sa(memory, record_layout::of_32_bits, {5}, 0x1'0000'0000)) == fault_kind::too_short);
  if constexpr (sizeof(std::uintptr_t) == 8) {
    const offload_handle wide{static_cast<std::uintptr_t>(0x1'0000'0001)};
    CHECK(refused_as(write_delete_sa(memory, record_layout::of_32_bits, wide)) == fault_kind::too_short);
    CHECK(refused_as(write_update_sa(memory, record_layout::of_32_bits, {.handle = wide})) == fault_kind::too_short);
  }
}
