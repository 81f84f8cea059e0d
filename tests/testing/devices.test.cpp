#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/capability/profile_capabilities.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/testing/broken/devices.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/seeded.hpp>

#include <iterator>
#include <memory>
#include <set>
#include <utility>

using namespace esplanade;
using namespace esplanade::testing;

namespace {
// Reports nearly everything, so that every fault has something to lie about.
device_capabilities most() {
  device_capabilities c = reports::full_ipsec();
  c.encryption = c.encryption.without(offload_encryption::aes_cbc_256);
  c.sa_capacity = 9;
  return c;
}
template <broken::device_fault Fault> void breaks_its_law() {
  const auto device = std::make_unique<broken::faulty_device<Fault>>(most());
  CHECK(check_device_laws(*device) == std::vector<std::string>{broken::law_broken_by(Fault)});
}
template <std::size_t... I> void every_fault_breaks_its_law(std::index_sequence<I...>) { (breaks_its_law<broken::device_faults[I]>(), ...); }
}  // namespace

TEST_CASE("device laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  every_fault_breaks_its_law(std::make_index_sequence<std::size(broken::device_faults)>{});
  std::set<std::string> laws;
  for (const auto fault : broken::device_faults) laws.insert(broken::law_broken_by(fault));
  CHECK(laws.size() == 8);
}

TEST_CASE("device laws: the archetype keeps them, whatever it reports") {
  reports::source random{11};
  for (int round = 0; round < 200; ++round) {
    device_capabilities c = random.ipsec();
    c.tunnel = true;
    c.sa_capacity %= 40;
    const auto device = std::make_unique<archetype::device>(c);
    CHECK(check_device_laws(*device).empty());
  }
}

namespace {
struct of_nic : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>, esp_null<hmac_sha1_96>, esp_aes_cbc<128, hmac_sha1_96>, ah<hmac_sha1_96>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr std::size_t levels = 2;
  using random = testing::seeded;
};
}  // namespace

TEST_CASE("device laws: our NIC keeps them, when it reports what its profile was built with") {
  mixing_crypto crypto{};
  const auto card = std::make_unique<nic<of_nic, net_buffer_list, mixing_crypto, 16>>(crypto);
  constexpr device_capabilities report = capabilities_of<of_nic>(16);
  static_assert(report_rules<of_nic, report>::kept);
  for (const bool esn : {true, false}) {
    device_capabilities c = report;
    c.esn = esn;
    if (!esn) c.encryption = c.encryption.without(offload_encryption::aes_gcm_128);
    card->configure(c, {});
    for (const broken_law& one : find_broken_device_laws(*card)) FAIL_CHECK(one.law << ": " << one.where);
    CHECK(card->store().size() == 0);
    if (esn)
      for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized}) CHECK(card->happens(e));
  }
}
