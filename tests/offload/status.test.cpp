#include <doctest/doctest.h>

#include <esplanade/offload/status.hpp>

#include <initializer_list>

using namespace esplanade;

TEST_CASE("status: every status has a number, a name and words of its own") {
  for (const auto& a : detail::statuses)
    for (const auto& b : detail::statuses) {
      const bool same = &a == &b;
      CHECK((a.status == b.status) == same);
      CHECK(same_text(a.name, b.name) == same);
      CHECK(same_text(a.words, b.words) == same);
      CHECK(same_text(describe(a.status), a.words));
      CHECK(same_text(name_of(a.status), a.name));
    }
  CHECK(ndis_status_count == 24);
  CHECK(same_text(describe(static_cast<ndis_status>(1)), "unknown status"));
}

TEST_CASE("status: the numbers are those that drivers of this model see") {
  CHECK(static_cast<std::uint32_t>(ndis_status::pending) == 0x103u);
  CHECK(static_cast<std::uint32_t>(ndis_status::not_accepted) == 0x00010003u);
  CHECK(static_cast<std::uint32_t>(ndis_status::resources) == 0xC000009Au);
  CHECK(static_cast<std::uint32_t>(ndis_status::not_supported) == 0xC00000BBu);
  CHECK(static_cast<std::uint32_t>(ndis_status::current_config) == 0x40020006u);
  CHECK(static_cast<std::uint32_t>(ndis_status::low_power_state) == 0xC023002Fu);
}

TEST_CASE("U-6: capacity is RESOURCES, what is not configured NOT_SUPPORTED, bad structure INVALID_DATA, bad size INVALID_LENGTH") {
  CHECK(status_of(fault_kind::no_space) == ndis_status::resources);
  CHECK(status_of(fault_kind::not_supported) == ndis_status::not_supported);
  CHECK(status_of(fault_kind::invalid_value) == ndis_status::invalid_data);
  CHECK(status_of(fault_kind::damaged) == ndis_status::invalid_data);
  CHECK(status_of(fault_kind::too_short) == ndis_status::invalid_length);
  CHECK(status_of(fault{fault_kind::already_exists, "spi", "", ""}) == ndis_status::invalid_parameter);
}

TEST_CASE("status: no fault is a success") {
  for (auto kind : {fault_kind::invalid_value, fault_kind::not_supported, fault_kind::already_exists, fault_kind::not_found, fault_kind::no_space, fault_kind::busy, fault_kind::damaged, fault_kind::too_short})
    CHECK_FALSE(succeeded(status_of(kind)));
  CHECK(succeeded(ndis_status::success));
  CHECK(succeeded(ndis_status::pending));
  CHECK(succeeded(ndis_status::current_config));
  CHECK_FALSE(succeeded(ndis_status::not_accepted));
  CHECK_FALSE(succeeded(ndis_status::not_recognized));
  CHECK_FALSE(succeeded(ndis_status::paused));
}
