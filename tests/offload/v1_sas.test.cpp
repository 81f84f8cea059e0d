#include <esplanade/offload/v1_sas.hpp>

#include "v1_support.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace v1_tests;

TEST_CASE("v1_sas: inbound SAs are found by SPI, protocol and the addresses of their filter [class 15]") {
  v1_sas<4> sas;
  v1_sa net;
  net.filter.destination = address::v4(10, 0, 0, 0), net.filter.destination_mask = 0xffffff00u;
  net.esp_spi = 0x1001, net.inbound = true;
  sas.insert({0x10000}, net, {});
  v1_sa found;
  CHECK(sas.find_inbound(0x1001, protocol_kind::esp, here, there, found));
  CHECK_FALSE(sas.find_inbound(0x1001, protocol_kind::ah, here, there, found));
  CHECK_FALSE(sas.find_inbound(0, protocol_kind::ah, here, there, found));
  CHECK_FALSE(sas.find_inbound(0x1002, protocol_kind::esp, here, there, found));
  CHECK_FALSE(sas.find_inbound(0x1001, protocol_kind::esp, here, address::v4(10, 0, 1, 2), found));
  net.destination = there;
  sas.erase({0x10000});
  sas.insert({0x20000}, net, {});
  CHECK(sas.find_inbound(0x1001, protocol_kind::esp, here, there, found));
  CHECK_FALSE(sas.find_inbound(0x1001, protocol_kind::esp, here, here, found));
}

TEST_CASE("v1_sas: packets look while requests come and go, and see whole SAs or none [class 52, 53]") {
  v1_sas<4> sas;
  std::atomic<bool> over{false};
  const auto sa_of = [](std::uint32_t n) {
    v1_sa sa;
    sa.filter.source_mask = sa.filter.destination_mask = sa.esp_spi = sa.ah_spi = n;
    sa.filter.protocol = static_cast<octet>(n);
    sa.inbound = (n & 1) != 0;
    return sa;
  };
  std::atomic<unsigned> seen{0}, torn{0};
  std::vector<std::thread> lanes;
  for (int k = 0; k < 2; ++k)
    lanes.emplace_back([&, k] {
      for (std::uintptr_t n = 1; !over.load(std::memory_order_relaxed); n = n % 3000 + 1) {
        v1_sa sa;
        bool found = sas.find({n}, sa);
        if (k == 1) found = sas.find_inbound(static_cast<std::uint32_t>(n), protocol_kind::esp, here, there, sa);
        if (!found) continue;
        seen.fetch_add(1, std::memory_order_relaxed);
        if (sa.filter.source_mask != n || sa.ah_spi != n || sa.filter.protocol != static_cast<octet>(n) || sa.inbound != ((n & 1) != 0)) torn.fetch_add(1, std::memory_order_relaxed);
      }
    });
  for (int round = 0; round < 20 || (seen.load() == 0 && round < 100'000); ++round)
    for (std::uintptr_t n = 1; n <= 3000; ++n) {
      sas.insert({n}, sa_of(static_cast<std::uint32_t>(n)), {});
      if (n > 3) sas.erase({n - 3});
      if (n == 3000) sas.clear();
    }
  over.store(true);
  for (std::thread& t : lanes) t.join();
  CHECK(seen.load() > 0);
  CHECK(torn.load() == 0);
}
