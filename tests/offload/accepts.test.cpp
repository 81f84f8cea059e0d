#include <doctest/doctest.h>

#include <esplanade/offload/accepts.hpp>

#include <random>
#include <vector>

using namespace esplanade;

namespace {
const octet key_memory[64]{};
const_octets key(std::size_t octets) { return const_octets(key_memory).first(octets); }

// The table, written without the code under test: which pairs are suites, and which keys they have.
struct pair {
  unsigned integrity, encryption;  // bits; 0 = none named
  std::size_t integrity_key, encryption_key;
};
constexpr std::size_t any = 1000;
const pair esp_pairs[] = {
    {0, 0x008, any, 20}, {0, 0x010, any, 28}, {0, 0x020, any, 36},
    {0x08, 0x001, 20, 0}, {0x10, 0x001, 28, 0}, {0x20, 0x001, 36, 0}, {0x01, 0x001, 16, 0}, {0x02, 0x001, 20, 0}, {0x04, 0x001, 32, 0},
    {0x01, 0x002, 16, 8}, {0x01, 0x004, 16, 24}, {0x01, 0x040, 16, 16}, {0x01, 0x080, 16, 24}, {0x01, 0x100, 16, 32},
    {0x02, 0x002, 20, 8}, {0x02, 0x004, 20, 24}, {0x02, 0x040, 20, 16}, {0x02, 0x080, 20, 24}, {0x02, 0x100, 20, 32},
    {0x04, 0x002, 32, 8}, {0x04, 0x004, 32, 24}, {0x04, 0x040, 32, 16}, {0x04, 0x080, 32, 24}, {0x04, 0x100, 32, 32}};
const pair ah_pairs[] = {{0x01, 0, 16, 0}, {0x02, 0, 20, 0}, {0x04, 0, 32, 0}, {0x08, 0, 20, 0}, {0x10, 0, 28, 0}, {0x20, 0, 36, 0}};

bool element_advertised(const device_capabilities& c, const offload_element& e) {
  const bool is_ah = e.transform.protocol == protocol_kind::ah;
  if (e.spi < 256) return false;
  if (e.esn && !c.esn) return false;
  if (is_ah ? !c.ah : !c.esp) return false;
  const bool gcm = !is_ah && (e.transform.encryption.bits == 0x008 || e.transform.encryption.bits == 0x010 || e.transform.encryption.bits == 0x020);
  if (gcm && e.transform.integrity.size() > 1) return false;
  if (gcm && e.transform.icv != 0 && e.transform.icv != 8 && e.transform.icv != 12 && e.transform.icv != 16) return false;
  const auto matches = [&](const pair& p) {
    const unsigned named = !is_ah && e.transform.encryption.bits == 0 ? 0x001 : e.transform.encryption.bits;
    const unsigned integrity = gcm ? 0 : e.transform.integrity.bits;
    return p.integrity == integrity && p.encryption == named && (p.integrity_key == any || p.integrity_key == e.integrity_key.size()) && p.encryption_key == e.encryption_key.size() &&
           (p.integrity & ~c.integrity.bits) == 0 && (p.encryption & ~c.encryption.bits) == 0;
  };
  if (is_ah) {
    for (const pair& p : ah_pairs)
      if (matches(p)) return true;
  } else {
    for (const pair& p : esp_pairs)
      if (matches(p)) return true;
  }
  return false;
}
bool advertised(const device_capabilities& c, const sa_request& r) {
  if (!c.tunnel || c.sa_capacity == 0 || (!c.ah && !c.esp)) return false;
  if (r.count != 1 && r.count != 2) return false;
  const bool esp_first = r.elements[0].transform.protocol == protocol_kind::esp;
  if (r.count == 2 && !(esp_first && r.elements[1].transform.protocol == protocol_kind::ah && c.ah_and_esp)) return false;
  if (r.version == family::ipv6 && !c.ipv6) return false;
  for (const address& a : {r.source, r.destination})
    if (a.version != r.version && !a.unspecified()) return false;
  if (r.udp_esp.bits != 0) {
    if (r.udp_esp.bits != 1 && r.udp_esp.bits != 2 && r.udp_esp.bits != 4 && r.udp_esp.bits != 8) return false;
    if (r.count != 1 || !esp_first || (r.udp_esp.bits & c.udp_esp.bits) == 0) return false;
    if (r.udp_esp.bits == 1 && !c.transport) return false;
    if (r.udp_esp.bits >= 4 && !(c.transport && c.transport_in_tunnel)) return false;
  }
  for (int i = 0; i < r.count; ++i)
    if (!element_advertised(c, r.elements[i])) return false;
  return true;
}

struct dice {
  std::mt19937 engine{20260117};
  unsigned below(unsigned n) { return static_cast<unsigned>(engine() % n); }
  bool often() { return below(12) != 0; }
};
device_capabilities random_report(dice& d) {
  device_capabilities c;
  c.framings = link_framing::ieee_802_3;
  for (auto member : {&device_capabilities::ipv6, &device_capabilities::ah, &device_capabilities::esp, &device_capabilities::ah_and_esp, &device_capabilities::transport, &device_capabilities::tunnel,
                      &device_capabilities::transport_in_tunnel, &device_capabilities::esn})
    c.*member = d.often();
  c.udp_esp = set_of<udp_esp_layout>::from_bits(d.below(16) | d.below(16));
  c.integrity = set_of<offload_integrity>::from_bits(d.below(64) | d.below(64));
  c.encryption = set_of<offload_encryption>::from_bits(d.below(512) | d.below(512));
  c.sa_capacity = d.often() ? 1 + d.below(9) : 0;
  return c;
}
offload_element random_element(dice& d, bool is_ah) {
  offload_element e;
  e.transform.protocol = is_ah ? protocol_kind::ah : protocol_kind::esp;
  const pair& p = is_ah ? ah_pairs[d.below(6)] : esp_pairs[d.below(24)];
  e.transform.integrity = set_of<offload_integrity>::from_bits(d.often() ? p.integrity : d.below(64));
  e.transform.encryption = set_of<offload_encryption>::from_bits(d.often() ? p.encryption : d.below(512));
  if (e.transform.encryption.bits == 1 && d.below(2) == 0) e.transform.encryption = {};
  e.transform.icv = static_cast<std::uint8_t>(d.often() ? 4 * d.below(2) * (2 + d.below(3)) : d.below(20));
  e.spi = d.often() ? 256 + d.below(1000) : d.below(256);
  e.integrity_key = key(d.often() && p.integrity_key != any ? p.integrity_key : d.below(40));
  e.encryption_key = key(d.often() ? p.encryption_key : d.below(40));
  e.esn = d.below(2) == 0;
  e.high = e.esn ? d.below(9) : 0;
  return e;
}
sa_request random_request(dice& d) {
  sa_request r;
  r.inbound = d.below(2) == 0;
  r.version = d.below(2) == 0 ? family::ipv4 : family::ipv6;
  r.source = d.often() ? (r.version == family::ipv4 ? address::v4(192, 0, 2, 1) : address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)) : address::v4(192, 0, 2, 2);
  r.destination = d.often() ? address{r.version, {}} : address{};
  r.count = static_cast<std::uint8_t>(d.often() ? 1 + d.below(2) : d.below(5));
  const bool ah_first = r.count != 2 && d.below(3) == 0;
  r.elements[0] = random_element(d, d.often() ? ah_first : !ah_first);
  r.elements[1] = random_element(d, d.often());
  if (d.below(3) == 0) r.udp_esp = set_of<udp_esp_layout>::from_bits(d.often() ? 1u << d.below(4) : d.below(16));
  return r;
}

device_capabilities full() {
  device_capabilities c;
  c.framings = link_framing::ieee_802_3;
  c.ipv6 = c.ah = c.esp = c.ah_and_esp = c.transport = c.tunnel = c.transport_in_tunnel = c.esn = true;
  c.udp_esp = all_udp_esp_layouts;
  c.integrity = all_offload_integrity;
  c.encryption = all_offload_encryption;
  c.sa_capacity = 4;
  return c;
}
offload_element gcm() { return {{protocol_kind::esp, {}, offload_encryption::aes_gcm_128, 16}, 0x1000, {}, key(20), false, 0}; }
offload_element ah_sha1() { return {{protocol_kind::ah, offload_integrity::hmac_sha1, {}, 0}, 0x1001, key(20), {}, false, 0}; }
sa_request one(const offload_element& e) {
  sa_request r;
  r.elements[0] = e;
  return r;
}
/// The field of the refusal; "" when it is taken.
const char* refusal(const sa_request& r, const device_capabilities& c = full()) {
  const auto answer = accepts(c, r);
  if (answer) return "";
  CHECK(answer.why().reason[0] != '\0');
  CHECK(answer.why().accepted[0] != '\0');
  return answer.why().field;
}
}  // namespace

TEST_CASE("accepts: over random reports and random SAs, a device accepts exactly what it advertises [class 50]") {
  dice d;
  std::size_t accepted = 0, refused = 0;
  for (int round = 0; round < 200000; ++round) {
    const device_capabilities c = random_report(d);
    const sa_request r = random_request(d);
    const bool expected = advertised(c, r);
    const auto answer = accepts(c, r);
    if (static_cast<bool>(answer) != expected) {
      const char* field = answer ? "accepted" : answer.why().field;
      FAIL(round << ": " << field << ", table says " << expected);
    }
    (expected ? accepted : refused) += 1;
    if (!answer) CHECK((answer.why().field[0] != '\0' && answer.why().reason[0] != '\0' && answer.why().accepted[0] != '\0'));
  }
  CHECK(accepted > 10000);
  CHECK(refused > 10000);
}

TEST_CASE("F16: a device that holds as many bundles as it reports takes no more") {
  CHECK(accepts(full(), one(gcm()), {3, false}));
  const auto surplus = accepts(full(), one(gcm()), {4, false});
  REQUIRE_FALSE(surplus);
  CHECK(surplus.why().kind == fault_kind::no_space);
  CHECK(same_text(surplus.why().field, "sa_capacity"));
}

TEST_CASE("F38: one element, or ESP and then AH") {
  sa_request r = one(gcm());
  r.elements[1] = ah_sha1();
  r.count = 2;
  CHECK(same_text(refusal(r), ""));
  r.count = 0;
  CHECK(same_text(refusal(r), "count"));
  r.count = 3;
  CHECK(same_text(refusal(r), "count"));
  r.count = 2;
  r.elements[0] = ah_sha1();
  r.elements[1] = gcm();
  CHECK(same_text(refusal(r), "elements"));
  r.elements[0] = gcm();
  CHECK(same_text(refusal(r), "elements"));
}

TEST_CASE("F39: AH with an encryption algorithm or a key for one is malformed") {
  offload_element e = ah_sha1();
  e.transform.encryption = offload_encryption::null;
  CHECK(same_text(refusal(one(e)), "encryption"));
  e.transform.encryption = {};
  e.encryption_key = key(16);
  CHECK(same_text(refusal(one(e)), "encryption"));
}

TEST_CASE("F40: beside AES-GCM nothing is asked of the integrity algorithm and its key") {
  offload_element e = gcm();
  e.transform.integrity = offload_integrity::hmac_md5;
  e.integrity_key = key(3);
  CHECK(same_text(refusal(one(e)), ""));
  device_capabilities c = full();
  c.integrity = {};
  CHECK(same_text(refusal(one(e), c), ""));
}

TEST_CASE("F43: an IPv6 SA is refused by a device that does IPv4 only, and mixed families by every one") {
  sa_request r = one(gcm());
  r.version = family::ipv6;
  CHECK(same_text(refusal(r), ""));
  device_capabilities c = full();
  c.ipv6 = false;
  CHECK(same_text(refusal(r, c), "ipv6"));
  r.destination = address::v4(192, 0, 2, 1);
  CHECK(same_text(refusal(r), "destination"));
}

TEST_CASE("F45: one layout of UDP and ESP at most, and one that is reported") {
  sa_request r = one(gcm());
  r.udp_esp = udp_esp_layout::tunnel;
  CHECK(same_text(refusal(r), ""));
  device_capabilities c = full();
  c.udp_esp = udp_esp_layout::transport;
  CHECK(same_text(refusal(r, c), "udp_esp"));
  r.udp_esp = all_udp_esp_layouts;
  CHECK(same_text(refusal(r), "udp_esp"));
  r = one(ah_sha1());
  r.udp_esp = udp_esp_layout::transport;
  CHECK(same_text(refusal(r), "udp_esp"));
}

TEST_CASE("F46: ESN needs a device that reports it") {
  offload_element e = gcm();
  e.esn = true;
  CHECK(same_text(refusal(one(e)), ""));
  device_capabilities c = full();
  c.esn = false;
  CHECK(same_text(refusal(one(e), c), "esn"));
}

TEST_CASE("U-5: an AES-GCM key has its salt behind it, and a key without one is refused") {
  for (const std::size_t octets_given : {std::size_t{16}, std::size_t{19}, std::size_t{21}, std::size_t{0}}) {
    offload_element e = gcm();
    e.encryption_key = key(octets_given);
    CHECK(same_text(refusal(one(e)), "encryption_key"));
  }
}

TEST_CASE("U-25: encryption without integrity is refused unless a named opt-in lets it pass") {
  offload_element e{{protocol_kind::esp, {}, offload_encryption::aes_cbc_128, 0}, 0x1000, {}, key(16), false, 0};
  CHECK(same_text(refusal(one(e)), "integrity"));
  CHECK(accepts(full(), one(e), {0, true}));
  e.transform.encryption = offload_encryption::null;
  e.encryption_key = {};
  CHECK_FALSE(accepts(full(), one(e), {0, true}));
}

TEST_CASE("accepts: a malformed request is malformed even for a device that does nothing") {
  sa_request r = one(gcm());
  r.count = 9;
  CHECK(accepts({}, r).why().kind == fault_kind::invalid_value);
  CHECK(accepts({}, one(gcm())).why().kind == fault_kind::not_supported);
  offload_element e = gcm();
  e.transform.icv = 10;
  CHECK(accepts({}, one(e)).why().kind == fault_kind::invalid_value);
  e = gcm();
  e.spi = 255;
  CHECK(accepts({}, one(e)).why().kind == fault_kind::invalid_value);
  e.transform.encryption = {};
  CHECK(accepts({}, one(e)).why().kind == fault_kind::invalid_value);
  e = ah_sha1();
  e.transform.integrity = {};
  CHECK(accepts({}, one(e)).why().kind == fault_kind::invalid_value);
}

static_assert(!accepts(device_capabilities{}, sa_request{}), "usable at compile time");
