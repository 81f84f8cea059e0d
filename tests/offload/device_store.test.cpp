#include "support/bundles.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/device_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

#include <set>
#include <vector>

using namespace support;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;

namespace {

using store_type = device_store<broad_nic, crypto_type, 4>;

struct lets_it : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_cbc<128, no_integrity>>;
  static constexpr auto modes = mode::transport | mode::tunnel;
  static constexpr bool encryption_without_integrity = true;
};

struct nic_world {
  crypto_type crypto{};
  store_type store{};
  offload_handle add(bundle_form form) {
    auto added = store.add(crypto, form.request());
    return added ? *added : offload_handle{};
  }
  fault refused(bundle_form form) {
    auto added = store.add(crypto, form.request());
    CHECK(!added);
    return added ? fault{} : added.why();
  }
};

}  // namespace

TEST_CASE("device_store: what was added is found by its handle, with the sizes of its suite and the word it was plumbed with") {
  nic_world w;
  const offload_handle h = w.add({.esn = true, .high = 7});
  REQUIRE(h);
  const auto* const b = w.store.by_handle(h);
  REQUIRE(b != nullptr);
  CHECK(!b->inbound);
  CHECK(b->esp.core().installed);
  CHECK(!b->ah.core().installed);
  CHECK(b->esp.core().spi == 0x1001);
  CHECK(b->esp.core().icv_octets == 16);
  CHECK(b->esp.core().iv_octets == 8);
  CHECK(b->esp.core().salt_octets == 4);
  CHECK(b->esp.number_of(5) == (std::uint64_t{7} << 32 | 5));
  CHECK(w.crypto.keys() == 1);
  CHECK(w.store.size() == 1);
}

TEST_CASE("F46: an SA without ESN has no high word, whatever its record says; one with it starts with the record's") {
  nic_world w;
  CHECK(w.store.by_handle(w.add({.esn = false, .high = 9}))->esp.number_of(1) == 1);
  CHECK(w.store.by_handle(w.add({.esn = true, .high = 9}))->esp.number_of(1) == (std::uint64_t{9} << 32 | 1));
}

TEST_CASE("F38: two elements are ESP and then AH; any other pair and any other number is refused") {
  nic_world w;
  bundle_form good{.first = gcm_named(), .second = ah_named(), .count = 2};
  CHECK(w.add(good));
  for (const auto& [first, second] : {std::pair{ah_named(), gcm_named()}, std::pair{ah_named(), ah_named()}, std::pair{gcm_named(), gcm_named()}})
    CHECK(w.refused({.first = first, .second = second, .count = 2}).kind == fault_kind::invalid_value);
  for (const unsigned count : {0u, 3u, 255u}) {
    bundle_form form{};
    form.request();
    form.made.count = static_cast<std::uint8_t>(count);
    auto added = w.store.add(w.crypto, form.made);
    CHECK(!added);
    CHECK(refused_as(added) == fault_kind::invalid_value);
  }
  CHECK(w.crypto.keys() == 2);
}

TEST_CASE("F39: an AH element that names an encryption algorithm is refused") {
  nic_world w;
  offload_transform both = ah_named();
  both.encryption = offload_encryption::null;
  CHECK(w.refused({.first = both}).kind == fault_kind::invalid_value);
  CHECK(w.add({.first = ah_named()}));
}

TEST_CASE("F40: with AES-GCM the integrity algorithm and its key mean nothing") {
  nic_world w;
  bundle_form form{};
  form.request();
  form.made.elements[0].transform.integrity = offload_integrity::hmac_sha2_256;
  const bytes mac_key = counted(3);
  form.made.elements[0].integrity_key = mac_key;
  auto added = w.store.add(w.crypto, form.made);
  REQUIRE(added);
  CHECK(w.store.by_handle(*added)->esp.core().form == job_form::aead);
}

TEST_CASE("F42, U-3: the ICV of AES-GCM has the octets that were asked for, 16 when none were") {
  nic_world w;
  for (const auto& [asked, has] : {std::pair<std::uint8_t, std::uint8_t>{0, 16}, {8, 8}, {12, 12}})
    CHECK(w.store.by_handle(w.add({.first = gcm_named(offload_encryption::aes_gcm_128, asked)}))->esp.core().icv_octets == has);
  CHECK(w.refused({.first = gcm_named(offload_encryption::aes_gcm_128, 4)}).kind == fault_kind::invalid_value);
}

TEST_CASE("U-5: keys of AES-GCM and AES-GMAC bring their salt behind them; other lengths are refused") {
  nic_world w;
  const auto with_key_of = [&](const offload_transform& t, std::size_t octets) {
    bundle_form form{.first = t};
    form.request();
    const bytes key = counted(octets, 5);
    const bool gcm = !t.encryption.empty() && t.integrity.empty();
    (gcm ? form.made.elements[0].encryption_key : form.made.elements[0].integrity_key) = key;
    auto added = w.store.add(w.crypto, form.made);
    if (!added) return false;
    const detail::sa_core core = (t.protocol == protocol_kind::ah ? w.store.by_handle(*added)->ah : w.store.by_handle(*added)->esp).core();
    CHECK(bytes(core.salt + (salt_max - 4), core.salt + salt_max) == bytes(key.end() - 4, key.end()));
    CHECK(w.store.remove(*added));
    w.store.reclaim(w.crypto);
    return true;
  };
  const offload_transform gmac{protocol_kind::esp, offload_integrity::aes_gmac_256, offload_encryption::null, 0};
  for (std::size_t octets = 0; octets < 70; ++octets) {
    CHECK(with_key_of(gcm_named(), octets) == (octets == 20));
    CHECK(with_key_of(gcm_named(offload_encryption::aes_gcm_192), octets) == (octets == 28));
    CHECK(with_key_of(gcm_named(offload_encryption::aes_gcm_256), octets) == (octets == 36));
    CHECK(with_key_of(gmac, octets) == (octets == 36));
    CHECK(with_key_of(ah_named(offload_integrity::aes_gmac_128), octets) == (octets == 20));
  }
  CHECK(w.crypto.keys() == 0);
}

TEST_CASE("F41: cipher key and MAC key each have their algorithm's length, or the bundle is refused") {
  nic_world w;
  const offload_transform cbc{protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::aes_cbc_128, 0};
  const bytes key = counted(64);
  for (std::size_t cipher = 0; cipher < 34; ++cipher)
    for (std::size_t mac = 0; mac < 34; ++mac) {
      bundle_form form{.first = cbc};
      form.request();
      form.made.elements[0].encryption_key = const_octets(key).first(cipher);
      form.made.elements[0].integrity_key = const_octets(key).last(mac);
      auto added = w.store.add(w.crypto, form.made);
      REQUIRE(static_cast<bool>(added) == (cipher == 16 && mac == 20));
      if (added) CHECK(w.store.remove(*added));
    }
}

TEST_CASE("F44, F94, F95: a packet belongs to the bundle of its SPI and destination, else to the one for any destination, else to none") {
  nic_world w;
  const address here = outside_v4(2), there = outside_v4(3), elsewhere = outside_v4(4);
  const offload_handle any = w.add({.inbound = true, .destination = address{}});
  const offload_handle exact = w.add({.inbound = true, .destination = here});
  const offload_handle other = w.add({.inbound = true, .destination = there, .spi = 0x1002});
  REQUIRE(other);
  const auto found = [&](std::uint32_t spi, const address& destination, protocol_kind p = protocol_kind::esp) { return w.store.by_spi(spi, p, destination); };
  CHECK(found(0x1001, here) == w.store.by_handle(exact));
  CHECK(found(0x1001, there) == w.store.by_handle(any));
  CHECK(found(0x1002, there) == w.store.by_handle(other));
  CHECK(found(0x1002, elsewhere) == nullptr);
  CHECK(found(0x1003, here) == nullptr);
  CHECK(found(0x1001, here, protocol_kind::ah) == nullptr);
  // Any destination of the record's family.
  CHECK(found(0x1001, outside_v6(2)) == nullptr);
  CHECK(w.store.remove(exact));
  CHECK(found(0x1001, here) == w.store.by_handle(any));
  CHECK(w.store.remove(any));
  CHECK(found(0x1001, here) == nullptr);
}

TEST_CASE("device_store: both elements of an inbound bundle are found by their own SPI, those of an outbound one by none") {
  nic_world w;
  const offload_handle in = w.add({.inbound = true, .first = gcm_named(), .second = ah_named(), .count = 2, .spi = 0x300, .second_spi = 0x300});
  const offload_handle out = w.add({.spi = 0x301});
  REQUIRE((in && out));
  CHECK(w.store.by_spi(0x300, protocol_kind::esp, outside_v4(2)) == w.store.by_handle(in));
  CHECK(w.store.by_spi(0x300, protocol_kind::ah, outside_v4(2)) == w.store.by_handle(in));
  CHECK(w.store.by_spi(0x301, protocol_kind::esp, outside_v4(2)) == nullptr);
}

TEST_CASE("U-8: an inbound bundle with an element that another has is refused; outbound ones may be alike") {
  nic_world w;
  REQUIRE(w.add({.inbound = true, .first = gcm_named(), .second = ah_named(), .count = 2}));
  CHECK(w.refused({.inbound = true}).kind == fault_kind::already_exists);
  CHECK(w.refused({.inbound = true, .first = ah_named(), .spi = 0x2001}).kind == fault_kind::already_exists);
  CHECK(w.refused({.inbound = true, .first = gcm_named(), .second = ah_named(), .count = 2, .spi = 0x1002}).kind == fault_kind::already_exists);
  CHECK(w.add({.inbound = true, .first = ah_named()}));  // the same SPI, of the other protocol
  CHECK(w.add({}));
  CHECK(w.add({}));
}

TEST_CASE("U-7: a handle is never 0, and one of a removed bundle finds nothing, before and after its place is taken again") {
  nic_world w;
  std::set<std::uintptr_t> seen;
  for (int i = 0; i < 40; ++i) {
    const offload_handle h = w.add({.inbound = i % 2 == 0});
    CHECK(h);
    CHECK(seen.insert(h.word).second);
    CHECK(w.store.by_handle(h) != nullptr);
    CHECK(w.store.remove(h));
    CHECK(w.store.by_handle(h) == nullptr);
    CHECK(refused_as(w.store.remove(h)) == fault_kind::not_found);
    w.store.reclaim(w.crypto);
    for (const std::uintptr_t old : seen) CHECK(w.store.by_handle({old}) == nullptr);
  }
  const offload_handle live = w.add({});
  for (unsigned bit = 0; bit < sizeof(std::uintptr_t) * 8; ++bit) CHECK(w.store.by_handle({live.word ^ std::uintptr_t{1} << bit}) == nullptr);
  CHECK(w.store.by_handle({0}) == nullptr);
  CHECK(w.crypto.misuses() == 0);
}

TEST_CASE("handle_form: a place whose generations are used up is never taken again, so that no word comes twice") {
  crypto_type crypto;
  device_store<broad_nic, crypto_type, 4, single_core, detail::handle_form<std::uint8_t, 4>> store;
  bundle_form form{};
  std::set<std::uintptr_t> seen;
  std::size_t added = 0;
  for (;; ++added) {
    const auto h = store.add(crypto, form.request());
    if (!h) break;
    CHECK(seen.insert(h->word).second);
    CHECK(h->word <= 0xff);
    CHECK(store.remove(*h));
    store.reclaim(crypto);
  }
  CHECK(added == 4 * 31);
  static_assert(detail::handle_form<std::uint32_t, 1000>::generation_bits == 22);
}

TEST_CASE("U-26: capacity counts bundles, whatever their direction and elements, until a removed one is reclaimed") {
  nic_world w;
  const bundle_form two{.first = gcm_named(), .second = ah_named(), .count = 2};
  bundle_form in{.inbound = true};
  std::vector<offload_handle> live;
  for (std::size_t i = 0; i < store_type::capacity; ++i, ++in.spi) live.push_back(i % 2 == 0 ? w.add(two) : w.add(in));
  for (const offload_handle h : live) CHECK(h);
  CHECK(w.refused({}).kind == fault_kind::no_space);
  CHECK(w.store.remove(live[0]));
  CHECK(w.refused({}).kind == fault_kind::no_space);
  CHECK(w.store.reclaim(w.crypto) == 1);
  CHECK(w.add({}));
  CHECK(w.store.remove(live[1]));
  CHECK(w.store.reclaim(w.crypto) == 1);
  CHECK(w.store.remove(live[2]));  // two live ones and one that is removed: three
  device_capabilities fewer{.esp = true, .tunnel = true, .encryption = offload_encryption::aes_gcm_128, .sa_capacity = 3};
  bundle_form out{};
  CHECK(refused_as(w.store.add(w.crypto, out.request(), fewer)) == fault_kind::no_space);
  CHECK(w.store.reclaim(w.crypto) == 1);
  CHECK(w.store.add(w.crypto, out.request(), fewer));
}

TEST_CASE("U-21: each adapter has handles of its own: what is deleted at one stays at another") {
  nic_world here, there;
  const offload_handle ours = here.add({}), theirs = there.add({.spi = 0x1002});
  CHECK(here.store.remove(ours));
  CHECK(here.store.by_handle(theirs) == nullptr);
  CHECK(there.store.by_handle(theirs)->esp.core().spi == 0x1002);
}

TEST_CASE("F37: what is judged is the configuration of the moment, and only the bundle that it fails is refused") {
  nic_world w;
  device_capabilities now{.esp = true, .tunnel = true, .encryption = offload_encryption::aes_gcm_128, .sa_capacity = 2};
  bundle_form form{}, wider{.first = gcm_named(offload_encryption::aes_gcm_256)};
  CHECK(w.store.add(w.crypto, form.request(), now));
  CHECK(refused_as(w.store.add(w.crypto, wider.request(), now)) == fault_kind::not_supported);
  now.encryption = offload_encryption::aes_gcm_256;
  CHECK(refused_as(w.store.add(w.crypto, form.request(), now)) == fault_kind::not_supported);
  CHECK(w.store.add(w.crypto, wider.request(), now));
  CHECK(refused_as(w.store.add(w.crypto, wider.request(), now)) == fault_kind::no_space);
}

TEST_CASE("U-25: encryption without integrity is refused by a NIC that was not built for it by name") {
  nic_world w;
  CHECK(w.refused({.first = {protocol_kind::esp, {}, offload_encryption::aes_cbc_128, 0}}).kind == fault_kind::not_supported);
  CHECK(w.refused({.first = {protocol_kind::esp, {}, {}, 0}}).kind == fault_kind::invalid_value);
  crypto_type crypto;
  device_store<lets_it, crypto_type, 1> store;
  bundle_form form{.first = {protocol_kind::esp, {}, offload_encryption::aes_cbc_128, 0}};
  CHECK(store.add(crypto, form.request()));
}

TEST_CASE("F53: an update changes the word of the element that it names by protocol and SPI, and of no other") {
  nic_world w;
  const offload_handle h = w.add({.first = gcm_named(), .second = ah_named(), .count = 2, .esn = true, .high = 1});
  auto& b = *w.store.by_handle(h);
  CHECK(w.store.update({h, protocol_kind::ah, 0x2001, 5}));
  CHECK(b.ah.number_of(0) == std::uint64_t{5} << 32);
  CHECK(b.esp.number_of(0) == std::uint64_t{1} << 32);
  CHECK(w.store.update({h, protocol_kind::esp, 0x1001, 0xffffffff}));
  CHECK(b.esp.number_of(0) == std::uint64_t{0xffffffff} << 32);
  CHECK(b.ah.number_of(0) == std::uint64_t{5} << 32);
}

TEST_CASE("F54, U-19: an update of nothing, of another SPI, of a missing element or of an SA without ESN is refused and changes nothing") {
  nic_world w;
  const offload_handle h = w.add({.esn = true, .high = 1}), plain = w.add({.spi = 0x1005});
  const offload_handle gone = w.add({.esn = true});
  CHECK(w.store.remove(gone));
  CHECK(refused_as(w.store.update({gone, protocol_kind::esp, 0x1001, 5})) == fault_kind::not_found);
  CHECK(refused_as(w.store.update({{}, protocol_kind::esp, 0x1001, 5})) == fault_kind::not_found);
  CHECK(refused_as(w.store.update({h, protocol_kind::esp, 0x1002, 5})) == fault_kind::not_found);
  CHECK(refused_as(w.store.update({h, protocol_kind::ah, 0x1001, 5})) == fault_kind::not_found);
  CHECK(refused_as(w.store.update({plain, protocol_kind::esp, 0x1005, 5})) == fault_kind::not_supported);
  CHECK(w.store.by_handle(h)->esp.number_of(0) == std::uint64_t{1} << 32);
  CHECK(w.store.by_handle(plain)->esp.number_of(3) == 3);
}

TEST_CASE("F52: a bundle that was removed stays whole while a guard lives that was there before") {
  nic_world w;
  const offload_handle h = w.add({.inbound = true});
  std::uint64_t ticket = 0;
  {
    const auto inside = w.store.enter();
    auto* const b = w.store.by_handle(h);
    CHECK(w.store.remove(h));
    ticket = w.store.ticket();
    CHECK(!w.store.settled(ticket));
    CHECK(w.store.reclaim(w.crypto) == 0);
    CHECK(b->esp.core().installed);
    CHECK(w.crypto.keys() == 1);
  }
  CHECK(w.store.settled(ticket));
  CHECK(w.store.reclaim(w.crypto) == 1);
  CHECK(w.crypto.keys() == 0);
}

TEST_CASE("F126: all bundles go at once, and nothing is found any more") {
  nic_world w;
  const offload_handle in = w.add({.inbound = true}), out = w.add({});
  w.store.remove_all();
  CHECK(w.store.by_handle(in) == nullptr);
  CHECK(w.store.by_handle(out) == nullptr);
  CHECK(w.store.by_spi(0x1001, protocol_kind::esp, outside_v4(2)) == nullptr);
  CHECK(w.store.reclaim(w.crypto) == 2);
  CHECK(w.crypto.keys() == 0);
}

TEST_CASE("device_store: a provider that refuses the second key leaves no first one, and the place free") {
  nic_world w;
  w.crypto.fail_at(1);
  CHECK(w.refused({.inbound = true, .first = gcm_named(), .second = ah_named(), .count = 2}).kind == fault_kind::no_space);
  CHECK(w.crypto.keys() == 0);
  CHECK(w.store.size() == 0);
  CHECK(w.store.by_spi(0x1001, protocol_kind::esp, outside_v4(2)) == nullptr);
  CHECK(w.add({.inbound = true, .first = gcm_named(), .second = ah_named(), .count = 2}));
}

TEST_CASE("F45: at most one UDP layout, none with AH; it says whether the packet inside is a whole one") {
  nic_world w;
  CHECK(w.refused({.udp_esp = set_of<udp_esp_layout>::from_bits(3)}).kind == fault_kind::invalid_value);
  CHECK(w.refused({.first = ah_named(), .udp_esp = udp_esp_layout::transport}).kind == fault_kind::invalid_value);
  CHECK(!w.store.by_handle(w.add({.udp_esp = udp_esp_layout::transport}))->tunnel_layout);
  CHECK(w.store.by_handle(w.add({.udp_esp = udp_esp_layout::tunnel}))->tunnel_layout);
}

TEST_CASE("F43: addresses are of the family that the request says") {
  nic_world w;
  CHECK(w.refused({.version = family::ipv6}).kind == fault_kind::invalid_value);
  CHECK(w.add({.version = family::ipv6, .source = outside_v6(1), .destination = outside_v6(2)}));
}

TEST_CASE("device_store: a reserved SPI and a suite that the NIC was not built with are refused") {
  nic_world w;
  for (const std::uint32_t spi : {0u, 1u, 255u}) CHECK(w.refused({.spi = spi}).kind == fault_kind::invalid_value);
  CHECK(w.add({.spi = 256}));
  CHECK(w.refused({.first = ah_named(offload_integrity::hmac_md5)}).kind == fault_kind::not_supported);
}
