#include <doctest/doctest.h>

#include <esplanade/sa/flat_store.hpp>

using namespace esplanade;

namespace store_test {  // named: clang 14 calls members of unnamed namespaces unused

struct record {};
struct bare {
  using sa_type = record;
  using key_type = std::uint32_t;
  static key_type key_of(const outer_view& outer) noexcept { return outer.spi; }
  int enter() noexcept { return 0; }
  void find(std::span<const key_type>, std::span<record*>) noexcept {}
};
struct nameless {
  static std::uint32_t key_of(const outer_view& outer) noexcept { return outer.spi; }
  int enter() noexcept { return 0; }
  void find(std::span<const std::uint32_t>, std::span<record*>) noexcept {}
};
struct without_guard {
  using sa_type = record;
  using key_type = std::uint32_t;
  static key_type key_of(const outer_view& outer) noexcept { return outer.spi; }
  void find(std::span<const key_type>, std::span<record*>) noexcept {}
};
struct find_may_throw : bare {
  void find(std::span<const key_type>, std::span<record*>) {}
};
struct find_answers : bare {
  int find(std::span<const key_type>, std::span<record*>) noexcept { return 0; }
};
struct without_key : without_guard {
  int enter() noexcept { return 0; }
  static int key_of(const outer_view&) = delete;
};
struct outbound_only {
  using sa_type = record;
  using key_type = outbound_handle;
  int enter() noexcept { return 0; }
  void find(std::span<const key_type>, std::span<record*>) noexcept {}
};

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

}  // namespace store_test
using namespace store_test;

TEST_CASE("SaStore: each missing part makes it none") {
  static_assert(SaStore<bare>);
  static_assert(SaStore<outbound_only>);  // asked with handles: makes no keys
  static_assert(!SaStore<nameless>);
  static_assert(!SaStore<without_guard>);
  static_assert(!SaStore<find_may_throw>);
  static_assert(!SaStore<find_answers>);
  static_assert(!SaStore<without_key>);
}

TEST_CASE("SaStore, SaRegistry: ours are both") {
  using in = flat_sad<inbound_sa<gateway, int>, 4>;
  using by_destination = flat_sad<inbound_sa<gateway, int>, 4, by_spi_and_destination>;
  using out = slot_table<outbound_sa<gateway, int>, 4>;
  static_assert(SaStore<in> && SaStore<by_destination> && SaStore<out>);
  static_assert(!SaRegistry<bare, int>);
}
