#include "support/faults.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/growing_store.hpp>
#include <esplanade/testing/broken/stores.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>
#include <esplanade/testing/sa_structs.hpp>

using namespace support;
using namespace esplanade::testing;
using crypto_type = key_keeper<mixing_crypto>;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256, gcm128_8>;
  using replay = window<64>;
};
using inbound_type = inbound_sa<gateway, crypto_type>;
using outbound_type = outbound_sa<gateway, crypto_type>;

template <class S> void keeps_all_laws(const char* name) {
  for (const broken_law& one : find_broken_store_laws<S>()) FAIL_CHECK(std::string(name) << " breaks: " << one.law << " — " << one.where);
}
// A store that has grown, and its memory, which outlives it.
struct handed_in {
  std::vector<bytes> blocks{};
};
template <class Store, std::size_t Times> struct grown : handed_in, Store {
  grown() {
    for (std::size_t i = 0; i < Times; ++i) {
      blocks.emplace_back(this->growth());
      REQUIRE(this->grow(octets(blocks.back())));
    }
  }
};
}  // namespace

TEST_CASE("store laws: our stores keep them, around our SAs and around structs of the user's [class 14, 15, 38]") {
  keeps_all_laws<flat_sad<inbound_type, 16>>("flat_sad");
  keeps_all_laws<flat_sad<inbound_type, 8, by_spi_and_destination>>("flat_sad by destination");
  keeps_all_laws<flat_sad<inbound_type, 1000>>("a large flat_sad");
  keeps_all_laws<slot_table<outbound_type, 16>>("slot_table");
  keeps_all_laws<flat_sad<tagged_sa<inbound_type>, 16>>("flat_sad of tagged_sa");
  keeps_all_laws<slot_table<foreign_sa<outbound_type>, 16>>("slot_table of foreign_sa");
  keeps_all_laws<flat_sad<inbound_type, 16, by_spi_and_addresses>>("flat_sad by addresses");
}

TEST_CASE("store laws: our stores keep them under epoch too [class 14, 15, 38]") {
  keeps_all_laws<flat_sad<inbound_type, 16, by_spi, epoch<2>>>("flat_sad");
  keeps_all_laws<flat_sad<inbound_type, 8, by_spi_and_destination, epoch<64>>>("flat_sad by destination");
  keeps_all_laws<flat_sad<tagged_sa<inbound_type>, 1000, by_spi_and_addresses, epoch<2>>>("a large flat_sad by addresses");
  keeps_all_laws<slot_table<outbound_type, 16, epoch<2>>>("slot_table");
  keeps_all_laws<slot_table<foreign_sa<outbound_type>, 9, epoch<1>>>("slot_table of foreign_sa");
}

TEST_CASE("store laws: stores that have grown keep them [class 14, 15, 38]") {
  keeps_all_laws<grown<growing_sad<inbound_type, 8, 1>, 1>>("growing_sad");
  keeps_all_laws<grown<growing_sad<inbound_type, 1, 6, by_spi_and_destination, epoch<2>>, 6>>("growing_sad under epoch");
  keeps_all_laws<grown<growing_table<outbound_type, 2, 20>, 3>>("growing_table");
  keeps_all_laws<grown<growing_table<foreign_sa<outbound_type>, 4, 4, epoch<2>>, 2>>("growing_table under epoch");
}

TEST_CASE("store laws: a table from somewhere else keeps them") {
  keeps_all_laws<foreign_table<inbound_type, 16>>("foreign_table");
  keeps_all_laws<foreign_table<foreign_sa<inbound_type>, 50>>("foreign_table of foreign_sa");
}

TEST_CASE("store laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  support::each_fault_breaks_its_law<broken::store_faults>(
      19, []<broken::store_fault Fault>() { return find_broken_store_laws<broken::faulty_store<inbound_type, Fault>>(); });
}
