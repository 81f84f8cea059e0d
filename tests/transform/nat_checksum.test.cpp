// Checksums inside transport-mode packets that came through a NAT, by every policy (RFC 3948 3.1.2).
#include "support/udp.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using crypto_type = testing::mixing_crypto;

namespace {

struct either : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};
struct recomputing : either {
  using nat_fix = checksum_recomputed;
};
struct clearing : either {
  using nat_fix = checksum_cleared;
};
struct keeping : either {
  using nat_fix = checksum_kept;
};
template <class P> using ends = world<P, flat_packet, crypto_type>;
const family families[] = {family::ipv4, family::ipv6};

sa_form wrapped_sa(family outer, mode how) {
  sa_form form{.mode = how, .outer = outer};
  form.made.encapsulation = encapsulation::udp;
  return form;
}
std::size_t header_of_packet(const bytes& packet) { return packet[0] >> 4 == 4 ? 20 : 40; }

}  // namespace

TEST_CASE("nat_checksum: set right after a NAT changed the addresses (RFC 3948 3.1.2) [class 48]") {
  for (const family version : families)
    for (const octet protocol : {octet{6}, octet{17}})
      for (std::size_t size = 18; size < 50; ++size)
        for (unsigned told = 0; told < 4; ++told) {
          // What the peer sent: its own addresses, and a checksum over them.
          const address before[2] = {version == family::ipv4 ? address::v4(10, 0, 0, 7) : address::v6(0xfd00, 1, 2, 3, 4, 5, 6, 7),
                                     version == family::ipv4 ? address::v4(10, 9, 8, static_cast<octet>(size)) : address::v6(0xfd00, 0, 0, 0, 0, 0, 9, static_cast<std::uint16_t>(size))};
          bytes upper = counted(size, 3 * static_cast<unsigned>(size));
          if (protocol == 17) upper[4] = 0, upper[5] = static_cast<octet>(size);
          bytes sent = make_ip({.source = before[0], .destination = before[1], .protocol = protocol, .payload = upper});
          const std::size_t at = header_of_packet(sent), field = protocol == 17 ? 6 : 16;
          set_upper_checksum(sent, at, field, protocol);
          // What arrives: changed addresses around the same ESP.
          bytes expected = make_ip({.source = outside(version, 1), .destination = outside(version, 11), .protocol = protocol, .payload = bytes(sent.begin() + static_cast<std::ptrdiff_t>(at), sent.end())});
          sa_form form = wrapped_sa(version, mode::transport);
          if ((told & 1) != 0) form.made.original_source = before[0];
          if ((told & 2) != 0) form.made.original_destination = before[1];
          const auto arrive = [&](auto& r) {
            r.add_receiver(form);
            const bytes text = esp_text(bytes(sent.begin() + static_cast<std::ptrdiff_t>(at), sent.end()), protocol);
            const auto [v, octets] = r.received(in_udp(sealed_packet(r.crypto, form, 1, text)));
            CHECK(v == verdict::forwarded);
            return octets;
          };
          CAPTURE(told);
          ends<keeping> kept;
          CHECK(arrive(kept) == expected);
          const bytes unchanged = expected;
          set_upper_checksum(expected, at, field, protocol);
          ends<recomputing> recomputed;
          CHECK(arrive(recomputed) == expected);
          ends<clearing> cleared;
          bytes zero = expected;
          if (protocol == 17 && version == family::ipv4) zero[at + 6] = zero[at + 7] = 0;
          CHECK(arrive(cleared) == zero);
          ends<either> adjusted;
          const bytes got = arrive(adjusted);
          if (told == 3) CHECK(upper_checksum_holds(got, at, protocol));
          if (told == 0) CHECK(got == unchanged);
          // Adjusting one address leaves the other's change: adjusting both is the sum of the two.
          if (told == 1 || told == 2) CHECK((got == unchanged) == (ones_sum(got, at) == ones_sum(unchanged, at)));
        }
}

TEST_CASE("nat_checksum: nothing is touched that is no TCP or UDP checksum [class 48]") {
  const auto unchanged = [](octet protocol, const bytes& payload) {
    ends<recomputing> r;
    const sa_form form = wrapped_sa(family::ipv4, mode::transport);
    r.add_receiver(form);
    const auto [v, octets] = r.received(in_udp(sealed_packet(r.crypto, form, 1, esp_text(payload, protocol))));
    CHECK(v == verdict::forwarded);
    return octets.size() >= 20 && bytes(octets.begin() + 20, octets.end()) == payload;
  };
  CHECK(unchanged(17, udp(1, 2, 9)));  // checksum 0: there is none
  CHECK(unchanged(1, counted(20)));
  CHECK(unchanged(132, counted(30)));
  for (std::size_t size = 0; size < 18; ++size) CHECK(unchanged(6, counted(size, 9)));   // too short for one
  for (std::size_t size = 0; size < 8; ++size) CHECK(unchanged(17, counted(size, 9)));
  for (const octet low : {octet{0}, octet{7}, octet{30}}) {  // UDP lengths that lie
    bytes lie = counted(20, 9);
    lie[4] = 0, lie[5] = low;
    CHECK(unchanged(17, lie));
  }
}
