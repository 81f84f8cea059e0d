// ESP in UDP through whole datapaths: the four layouts, what arrives on the port, checksums around and inside (RFC 3948).
#include "support/udp.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/pipeline/lane.hpp>
#include <esplanade/pipeline/list.hpp>
#include <esplanade/testing/ciphers.hpp>

using namespace support;
using crypto_type = testing::mixing_crypto;

namespace {

struct plain : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct either : plain {
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};
struct udp_only : plain {
  static constexpr auto encapsulations = encapsulation::udp;
};
struct tunnels_only : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto encapsulations = encapsulation::udp;
};
struct zero_sums : either {
  using udp_checksum = udp_checksum_zero;
};
struct strict : either {
  using udp_checksum = udp_checksum_computed;
};
struct everywhere : either {
  using udp_port = any_port;
};
struct layered : either {
  static constexpr std::size_t levels = 2;
};

// Names the SA of the second level, as a policy store would.
struct next_sa {
  static constexpr const char* name = "next_sa";
  static constexpr fact needs = fact::header_written, gives = fact::none;
  outbound_handle next{};
  template <class Context> verdict operator()(Context& c, std::size_t i) const noexcept { return c.given[i] = next, verdict::forwarded; }
};

template <class P, class Pkt = flat_packet> using ends = world<P, Pkt, crypto_type>;

const family families[] = {family::ipv4, family::ipv6};
const mode modes[] = {mode::tunnel, mode::transport};

sa_form wrapped_sa(family outer = family::ipv4, mode how = mode::tunnel) {
  sa_form form{.mode = how, .outer = outer};
  form.made.encapsulation = encapsulation::udp;
  form.made.ports = {4501, 4500};
  return form;
}
std::size_t header_of_packet(const bytes& packet) { return packet[0] >> 4 == 4 ? 20 : 40; }

/// A packet of the SA as its peer would send it, in UDP.
template <class World> bytes from_peer(World& r, const sa_form& form, const bytes& inner, std::uint64_t number = 1) {
  return in_udp(tunnelled_packet(r.crypto, form, number, inner), 4501, 4500);
}

}  // namespace

TEST_CASE("udp encapsulation: the same ESP as without, behind a UDP header [class 13, 48] [row 21]") {
  for (const family outer : families)
    for (const mode how : modes)
      for (std::size_t size = 0; size < 70; ++size) {
        const family inside = how == mode::transport ? outer : (size % 2 == 0 ? family::ipv4 : family::ipv6);
        const bytes inner = udp_packet(inside, size);
        ends<plain> without;
        ends<either> with;
        ends<udp_only> pure;
        sa_form bare = wrapped_sa(outer, how);
        bare.made.encapsulation = encapsulation::none;
        const bytes esp = without.sent(inner, without.add_sender(bare)).second;
        const auto [v, wire] = with.sent(inner, with.add_sender(wrapped_sa(outer, how)));
        REQUIRE(v == verdict::forwarded);
        CHECK(wrong_in_ip(wire) == "");
        const std::size_t at = header_of_packet(wire);
        if (outer == family::ipv6) {
          CHECK(upper_checksum_holds(wire, at, 17));
          CHECK(get16(wire, at + 6) != 0);
        } else {
          CHECK(get16(wire, at + 6) == 0);
        }
        bytes expected = in_udp(esp, 4501, 4500);
        if (outer == family::ipv6) set_upper_checksum(expected, at, 6, 17);
        CHECK(wire == expected);
        CHECK(pure.sent(inner, pure.add_sender(wrapped_sa(outer, how))).second == wire);
        // An SA without it sends plain ESP in the same profile.
        CHECK(with.sent(inner, with.add_sender(bare)).second == esp);

        with.add_receiver(wrapped_sa(outer, how));
        const auto [arrived, octets] = with.received(wire);
        CHECK(arrived == verdict::forwarded);
        CHECK(octets == inner);
      }
}

TEST_CASE("udp encapsulation: round trip over any border between segments [class 28]") {
  for (const family outer : families)
    for (const mode how : modes) {
      const bytes inner = udp_packet(outer, 37);
      ends<strict> flat;
      const bytes wire = flat.sent(inner, flat.add_sender(wrapped_sa(outer, how))).second;
      for (std::size_t at = 0; at < wire.size(); ++at) {
        ends<strict, chain_packet<8>> r;
        r.add_receiver(wrapped_sa(outer, how));
        train<chain_packet<8>> in, out;
        in.add(testing::packet_form{.content = wire, .segments = {at, 1, wire.size() - at - 1}});
        r.receive(in);
        REQUIRE(in.of(0) == verdict::forwarded);
        REQUIRE(in.octets(0) == inner);
        if (at + 1 >= inner.size()) continue;
        out.add(testing::packet_form{.content = inner, .segments = {at, 1, inner.size() - at - 1}, .headroom = 100, .tailroom = 100},
                r.add_sender(wrapped_sa(outer, how)));
        r.send(out);
        REQUIRE(out.octets(0) == wire);
      }
    }
}

TEST_CASE("udp encapsulation: what a datagram of 0 to 32 octets is [class 1, 13, 14]") {
  for (const family outer : families)
    for (std::size_t size = 0; size <= 32; ++size)
      for (unsigned kind = 0; kind < 4; ++kind) {
        ends<either> r;
        r.add_receiver(wrapped_sa(outer));
        bytes payload(size, kind == 0 ? 0xff : 0);
        if (kind == 2 && size >= 4) payload[2] = 0x10, payload[3] = 0x01;  // our SPI
        if (kind == 3 && size >= 4) payload[3] = 2;                        // WESP, which this profile does not know
        const bytes wire = make_ip({.source = outside(outer, 1), .destination = outside(outer, 11), .protocol = 17, .payload = datagram(4500, 4500, payload)});
        const verdict v = r.received(wire).first;
        CAPTURE(size);
        CAPTURE(kind);
        if (kind == 0 && size == 1) CHECK(v == verdict::keep_alive);
        else if (kind == 1 && size >= 4) CHECK(v == verdict::not_protected);  // IKE
        else if (size < 8) CHECK(v == verdict::runt);
        else if (kind != 2) CHECK(v == verdict::no_sa);
        // Of our SA: number 0 is none that was ever sent, and no text has room.
        else CHECK(v == verdict::too_old);
        CHECK(r.path.inbound_counters()[v] == 1);
      }
}

TEST_CASE("udp encapsulation: truncated anywhere it is never accepted [class 1, 13, 27]") {
  for (const family outer : families) {
    ends<strict> r;
    r.add_receiver(wrapped_sa(outer));
    bytes wire = from_peer(r, wrapped_sa(outer), udp_packet(family::ipv4, 20));
    set_upper_checksum(wire, header_of_packet(wire), 6, 17);
    for (std::size_t size = 0; size < wire.size(); ++size) {
      bytes cut(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(r.received(cut).first != verdict::forwarded);
      if (size < header_of_packet(wire)) continue;
      const bool v4 = outer == family::ipv4;  // and with an IP length that suits
      const std::size_t length = size - (v4 ? 0u : 40u);
      cut[v4 ? 2 : 4] = static_cast<octet>(length >> 8), cut[v4 ? 3 : 5] = static_cast<octet>(length & 0xff);
      const verdict v = r.received(cut).first;
      CHECK((v == verdict::runt || v == verdict::bad_header));
    }
    CHECK(r.received(wire).first == verdict::forwarded);
  }
}

TEST_CASE("udp encapsulation: the UDP length against the IP length [class 13]") {
  for (const family outer : families) {
    ends<either> r;
    r.add_receiver(wrapped_sa(outer));
    const bytes inner = udp_packet(family::ipv4, 20);
    const bytes wire = from_peer(r, wrapped_sa(outer), inner);
    const std::size_t at = header_of_packet(wire) + 4, right = get16(wire, at);
    for (std::size_t length = 0; length <= 0x1ff; ++length) {
      if (length == right) continue;
      bytes lie = wire;
      lie[at] = static_cast<octet>(length >> 8), lie[at + 1] = static_cast<octet>(length & 0xff);
      const verdict v = r.received(lie).first;
      CAPTURE(length);
      if (length < 8 || length > right) CHECK(v == verdict::bad_header);
      else CHECK((v == verdict::runt || v == verdict::bad_alignment || v == verdict::icv_mismatch));
    }
    // What stands behind the datagram is none of it: octets that the UDP length leaves out (RFC 9868) are cut off.
    bytes longer = wrapped(wire, {}, 17);
    put(longer, counted(5));
    const bool v4 = outer == family::ipv4;
    const std::size_t length = longer.size() - (v4 ? 0u : 40u);
    longer[v4 ? 2 : 4] = static_cast<octet>(length >> 8), longer[v4 ? 3 : 5] = static_cast<octet>(length & 0xff);
    if (v4) set_checksum(longer);
    const auto [v, octets] = r.received(longer);
    CHECK(v == verdict::forwarded);
    CHECK(octets == inner);
  }
}

TEST_CASE("udp encapsulation: checksum 0, right and wrong, over both families [class 13] [row 22]") {
  for (const family outer : families) {
    const bytes inner = udp_packet(family::ipv4, 21);
    for (unsigned kind = 0; kind < 3; ++kind) {
      const auto arrive = [&](auto& r) {
        r.add_receiver(wrapped_sa(outer));
        bytes wire = from_peer(r, wrapped_sa(outer), inner);
        if (kind != 0) set_upper_checksum(wire, header_of_packet(wire), 6, 17);
        if (kind == 2) wire[header_of_packet(wire) + 6] ^= 1;
        return r.received(wire).first;
      };
      CAPTURE(kind);
      ends<either> usual;
      ends<zero_sums> zero;
      ends<strict> verifying;
      CHECK(arrive(usual) == verdict::forwarded);  // RFC 3948 2.1: nobody depends on it
      CHECK(arrive(zero) == verdict::forwarded);
      CHECK(arrive(verifying) == (kind == 2 || (kind == 0 && outer == family::ipv6) ? verdict::bad_checksum : verdict::forwarded));
    }
    ends<zero_sums> zero;
    ends<strict> computing;
    CHECK(get16(zero.sent(inner, zero.add_sender(wrapped_sa(outer))).second, (outer == family::ipv4 ? 20 : 40) + 6) == 0);
    const bytes wire = computing.sent(inner, computing.add_sender(wrapped_sa(outer))).second;
    CHECK(get16(wire, header_of_packet(wire) + 6) != 0);
    CHECK(upper_checksum_holds(wire, header_of_packet(wire), 17));
  }
}

TEST_CASE("udp encapsulation: ports decide what is looked at, and the SA which port is its own [class 13, 15]") {
  const bytes inner = udp_packet(family::ipv4, 9);
  ends<either> r;
  r.add_receiver(wrapped_sa());
  const bytes esp = tunnelled_packet(r.crypto, wrapped_sa(), 1, inner);
  for (const std::size_t port : {std::size_t{0}, std::size_t{53}, std::size_t{500}, std::size_t{4499}, std::size_t{4501}, std::size_t{0x9411}, std::size_t{65535}})
    CHECK(r.received(in_udp(esp, 4500, port)).first == verdict::not_protected);
  CHECK(r.received(in_udp(esp, 1, 4500)).first == verdict::forwarded);  // the source port is the NAT's
  CHECK(r.received(in_udp(tunnelled_packet(r.crypto, wrapped_sa(), 2, inner), 65535, 4500)).first == verdict::forwarded);

  ends<everywhere> any;
  sa_form form = wrapped_sa();
  form.made.ports.destination = 12345;
  any.add_receiver(form);
  const bytes own = tunnelled_packet(any.crypto, form, 1, inner);
  CHECK(any.received(in_udp(own, 4500, 4500)).first == verdict::not_protected);  // its SPI, another port: somebody else's datagram
  CHECK(any.received(udp_packet(family::ipv4, 40)).first == verdict::not_protected);
  CHECK(any.received(udp_packet(family::ipv4, 2)).first == verdict::not_protected);
  CHECK(any.received(in_udp(own, 4500, 12345)).first == verdict::forwarded);
}

TEST_CASE("udp encapsulation: an SA takes what was negotiated and nothing else [class 15]") {
  const bytes inner = udp_packet(family::ipv4, 9);
  for (const unsigned accepted : {1u, 2u, 3u}) {
    ends<either> r;
    sa_form form = wrapped_sa();
    form.made.encapsulation = set_of<encapsulation>::from_bits(accepted);
    r.add_receiver(form);
    CHECK(r.received(tunnelled_packet(r.crypto, form, 1, inner)).first == ((accepted & 1) != 0 ? verdict::forwarded : verdict::no_sa));
    CHECK(r.received(in_udp(tunnelled_packet(r.crypto, form, 2, inner))).first == ((accepted & 2) != 0 ? verdict::forwarded : verdict::no_sa));
  }
  ends<udp_only> never_plain;
  never_plain.add_receiver(wrapped_sa());
  CHECK(never_plain.received(tunnelled_packet(never_plain.crypto, wrapped_sa(), 1, inner)).first == verdict::no_sa);
  ends<plain> never_udp;
  sa_form bare;
  never_udp.add_receiver(bare);
  CHECK(never_udp.received(in_udp(tunnelled_packet(never_udp.crypto, bare, 1, inner))).first == verdict::not_protected);
}

TEST_CASE("udp encapsulation: IP fragments are refused, and options are walked over [class 7, 11]") {
  ends<either> r;
  r.add_receiver(wrapped_sa());
  const bytes inner = udp_packet(family::ipv4, 9);
  bytes wire = from_peer(r, wrapped_sa(), inner);
  for (const unsigned bits : {0x2000u, 0x0001u, 0x1fffu}) {
    bytes fragment = wire;
    fragment[6] = static_cast<octet>(bits >> 8), fragment[7] = static_cast<octet>(bits & 0xff);
    set_checksum(fragment);
    CHECK(r.received(fragment).first == verdict::ip_fragment);
  }
  const bytes with_options = make_ip({.source = outside(family::ipv4, 1), .destination = outside(family::ipv4, 11), .protocol = 17,
                                      .payload = bytes(wire.begin() + 20, wire.end()), .options = {1, 1, 1, 0}});
  CHECK(r.received(with_options).second == inner);
}

TEST_CASE("udp encapsulation: room is needed for eight octets more, or nothing leaves [class 16, 37]") {
  for (const mode how : modes) {
    const bytes inner = udp_packet(family::ipv4, 30);
    const std::size_t needed = 8 + 16 + (how == mode::tunnel ? 20u : 0u);
    for (const std::size_t headroom : {needed - 1, needed, needed + 1}) {
      ends<either> r;
      const auto [v, wire] = r.sent(inner, r.add_sender(wrapped_sa(family::ipv4, how)), headroom);
      CHECK(v == (headroom < needed ? verdict::no_room : verdict::forwarded));
    }
  }
  // The longest that fits its length field, and one octet more.
  for (const family outer : families) {
    const std::size_t most = 65535 - (outer == family::ipv4 ? 20u : 0u) - 8 - 16 - 16 - 2;
    for (std::size_t inside = most - 6; inside <= most + 2; ++inside) {
      const bytes inner = udp_packet(family::ipv4, inside - 28);
      ends<tunnels_only> r;
      const auto [v, wire] = r.sent(inner, r.add_sender(wrapped_sa(outer)), 200, 200);
      const std::size_t text = (inside + 2 + 3) / 4 * 4;
      CHECK(v == (text > most + 2 ? verdict::too_long : verdict::forwarded));
      if (v == verdict::forwarded) CHECK(wrong_in_ip(wire) == "");
    }
  }
}

TEST_CASE("udp encapsulation: what has SAs outside and inside comes through both layouts (ipsecov2 2.4) [class 13]") {
  static constexpr auto receive = inbound<layered>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors,
                                                   find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
  using inbound_store = flat_sad<inbound_sa<layered, crypto_type>, 4>;
  static constexpr no_policy_store nothing{};
  for (const bool udp_outside : {true, false})
    for (const family version : families) {
      crypto_type crypto{};
      inbound_store receiving{};
      no_pool none{};
      sa_form transport{.spi = 0x1001, .mode = mode::transport, .outer = version, .which = 1}, tunnel{.spi = 0x2002, .outer = version, .which = 2};
      (udp_outside ? tunnel : transport).made.encapsulation = encapsulation::udp;
      REQUIRE(receiving.add(crypto, transport.parameters()));
      REQUIRE(receiving.add(crypto, tunnel.parameters()));
      lane<std::remove_cv_t<decltype(receive)>, flat_packet, inbound_store, crypto_type> in{{receiving, crypto, nothing, none}, receive};

      const bytes upper = udp(5, 6, 33);
      bytes inside = sealed_packet(crypto, transport, 1, esp_text(upper, 17));
      if (!udp_outside) inside = in_udp(inside);
      bytes wire = tunnelled_packet(crypto, tunnel, 1, inside);
      if (udp_outside) wire = in_udp(wire);
      train<flat_packet> one;
      one.add(wire, {}, 0, 0);
      in(one.view());
      CHECK(one.of(0) == verdict::forwarded);
      CHECK(one.octets(0) == make_ip({.source = outside(version, 1), .destination = outside(version, 11), .protocol = 17, .payload = upper}));
    }
}

TEST_CASE("udp encapsulation: both layouts are sent as they are received (ipsecov2 2.4) [class 13]") {
  using list = decltype(outbound<layered>(select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header, next_sa{},
                                          select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header));
  using outbound_store = slot_table<outbound_sa<layered, crypto_type>, 4>;
  static constexpr no_policy_store nothing{};
  for (const bool udp_outside : {true, false})
    for (const family version : families) {
      crypto_type crypto{};
      outbound_store sending{};
      no_pool none{};
      sa_form transport{.spi = 0x1001, .mode = mode::transport, .outer = version, .which = 1}, tunnel{.spi = 0x2002, .outer = version, .which = 2};
      (udp_outside ? tunnel : transport).made.encapsulation = encapsulation::udp;
      const auto first = sending.add(crypto, transport.parameters()).value(), second = sending.add(crypto, tunnel.parameters()).value();
      lane<list, flat_packet, outbound_store, crypto_type> out{
          {sending, crypto, nothing, none},
          list{select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header, next_sa{second}, select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header}};
      const bytes inner = udp_packet(version, 33);
      train<flat_packet> one;
      one.add(inner, first);
      REQUIRE(out(one.view_with_handles()) == 1);
      const std::size_t header = header_of_packet(inner);
      const bytes esp = sealed_esp(crypto, transport, 1, esp_text(bytes(inner.begin() + static_cast<std::ptrdiff_t>(header), inner.end()), 17));
      ip_form form{.protocol = 50, .payload = esp};
      if (version == family::ipv6) form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1), form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
      bytes middle = make_ip(form);
      const auto in_udp_as_sent = [&](const bytes& packet) {
        bytes made = in_udp(packet);
        if (version == family::ipv6) set_upper_checksum(made, 40, 6, 17);
        return made;
      };
      if (!udp_outside) middle = in_udp_as_sent(middle);
      bytes wire = make_ip({.source = outside(version, 1), .destination = outside(version, 12), .protocol = 50,
                            .payload = sealed_esp(crypto, tunnel, 1, esp_text(middle, version == family::ipv4 ? 4 : 41)), .hop_limit = 64, .identification = 1,
                            .fragment = version == family::ipv6 ? 0x4000u : 0u});
      if (udp_outside) wire = in_udp_as_sent(wire);
      CHECK(one.octets(0) == wire);
    }
}

TEST_CASE("udp encapsulation: what stood in the buffer before does not leave with the packet [class 40]") {
  for (const family outer : families)
    for (const mode how : modes) {
      bytes sent[2];
      for (const octet fill : {octet{0}, octet{0xa5}}) {
        ends<either> r;
        train<flat_packet> one;
        one.add(testing::packet_form{.content = udp_packet(outer, 21), .headroom = 100, .tailroom = 100, .fill = fill}, r.add_sender(wrapped_sa(outer, how)));
        r.send(one);
        sent[fill == 0 ? 0 : 1] = one.octets(0);
      }
      CHECK(sent[0] == sent[1]);
    }
}
