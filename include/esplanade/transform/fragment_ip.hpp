// One packet becomes several IP fragments that fit: before ESP the inner packet, behind it the outer one (RFC 4301 8, RFC 4303 3.3.4)
#pragma once

#include <esplanade/net/ip_fragment.hpp>
#include <esplanade/transform/stage.hpp>
#include <esplanade/transform/too_big.hpp>

namespace esplanade {
inline namespace v0 {

/// For endpoints that send no IPv6 packets of their own through this stage.
struct no_identifications {};

/// Fragments what is larger than `mtu`. The first fragment is the packet itself, the others come from the pool and stand behind
/// the batch in order. IPv4 with DF is never fragmented; IPv6 only where we are its source: name a source of identifications
/// for it (RFC 8200 4.5), such as behind the outer header of our own tunnel.
///   Shape    Most      fragments that one packet may become; more is packet_too_big
///            mtu       octets: before select_sa `inner_mtu<Profile>(path)`, behind write_outer_header the path's own
///            answers   where ICMP errors go about packets that must not be fragmented; before select_sa only, since behind it
///                      there is nobody left to tell (check_path_mtu tells them in time)
///            numbers   unpredictable identifications for IPv6 (RFC 7739)
///   Cost     a header walk; fragments are copied once
///   Errors   packet_too_big; not_ip, runt, bad_header; no_packet, no_room (the pool has back what it gave); not_writable
///   Threads  one lane
template <std::size_t Most = 4, class Answers = no_answers, class Numbers = no_identifications> struct fragment_ip {
  static constexpr const char* name = "fragment_ip";
  static constexpr const char* because = "larger than the path carries in one piece (RFC 4301 8)";
  static constexpr fact needs = fact::none, gives = fact::none;
  static constexpr esplanade::arity arity = esplanade::arity::split;
  static constexpr std::size_t fan_out = Most;
  static_assert(Most >= 2, "a stage that makes no more than one fragment of a packet fragments nothing: use 2 or more");

  std::uint32_t mtu = 1500;
  Answers* answers = nullptr;
  Numbers* numbers = nullptr;

  template <class Context> void operator()(Context& c) const noexcept {
    static_assert(TakesPackets<Context>, "fragments are built in packets of a pool, and this lane has none: name a PacketPool (buffer/pool.hpp)");
    if constexpr (TakesPackets<Context>) {
      const std::size_t arrived = c.count;
      for (std::size_t i = 0; i < arrived; ++i)
        if (c.verdicts[i] == verdict::forwarded && c.state[i].length > mtu) c.verdicts[i] = cut(c, i);
    }
  }

 private:
  template <class Context> ESPLANADE_COLD verdict cut(Context& c, std::size_t i) const noexcept {
    auto& p = c.packet(i);
    packet_reader read(p);
    const ip_layout at = walk_ip(read, c.state[i].length);
    if (at.status != verdict::forwarded) return at.status;
    if (c.state[i].length != at.total_length) {  // link padding
      packet_traits<typename Context::packet_type>::trim(p, c.state[i].length - at.total_length);
      c.state[i].length = at.total_length;
      if (at.total_length <= mtu) return verdict::forwarded;
    }
    if (!is_writable(p)) return verdict::not_writable;
    return at.version == family::ipv4 ? cut_ipv4(c, i, at) : cut_ipv6(c, i, at);
  }

  template <class Context> verdict refuse(Context& c, std::size_t i) const noexcept {
    if constexpr (!std::is_same_v<Answers, no_answers>) {
      if (answers != nullptr && c.state[i].level == 0) answers->answer(c, i, mtu);
    }
    return verdict::packet_too_big;
  }

  template <class Context> verdict cut_ipv4(Context& c, std::size_t i, const ip_layout& at) const noexcept {
    auto& p = c.packet(i);
    octet first[60], later[64];
    const std::size_t size = at.header_length;
    copy_out(p, 0, first, size);
    const std::uint16_t bits = load_be16(first + 6);
    if ((bits & ipv4_dont_fragment) != 0) return refuse(c, i);
    const std::size_t later_size = later_ipv4_header(first, size, later);
    const plan cuts{size, later_size, at.total_length - size, mtu};
    if (!cuts.possible()) return verdict::packet_too_big;
    const std::size_t offset = bits & 0x1fffu;
    const auto header_of = [&](octet* header, std::size_t header_size, std::size_t from, std::size_t part, bool last) {
      store_be16(header + 2, static_cast<std::uint16_t>(header_size + part));
      store_be16(header + 6, static_cast<std::uint16_t>((offset + from / 8) | (last ? bits & ipv4_more_fragments : ipv4_more_fragments)));
      store_be16(header + 10, 0);
      store_be16(header + 10, internet_checksum({header, header_size}));
    };
    const verdict made = add_later(c, i, cuts, size, later_size, [&](auto& piece, std::size_t from, std::size_t part, bool last) {
      header_of(later, later_size, from, part, last);
      copy_in(piece, 0, later, later_size);
    });
    if (made != verdict::forwarded) return made;
    header_of(first, size, 0, cuts.first, false);
    copy_in(p, 0, first, size);
    shorten(c, i, size + cuts.first);
    return verdict::forwarded;
  }

  template <class Context> verdict cut_ipv6(Context& c, std::size_t i, const ip_layout& at) const noexcept {
    if constexpr (std::is_same_v<Numbers, no_identifications>) {
      return refuse(c, i);
    } else {
      using traits = packet_traits<typename Context::packet_type>;
      auto& p = c.packet(i);
      packet_reader read(p);
      const fragment_place place = place_of(read, c.state[i].length);
      // What is repeated ends where ESP would stand. A packet with a fragment header has been through here before.
      const std::size_t size = at.insert_at, head = size + fragment_header_octets;
      if (numbers == nullptr || place.fragment || place.atomic) return refuse(c, i);
      const plan cuts{head, head, at.total_length - size, mtu};
      // RFC 8200 4.5: the first fragment holds every header up to the upper layer's.
      if (!cuts.possible() || head + cuts.first < at.header_length + fragment_header_octets + 8u) return verdict::packet_too_big;
      octet fragment[fragment_header_octets]{at.insert_protocol};
      store_be32(fragment + 4, static_cast<std::uint32_t>(numbers->next() >> 32));
      octet length[2];
      const auto write = [&](auto& piece, std::size_t from, std::size_t part, bool last) {
        store_be16(fragment + 2, static_cast<std::uint16_t>(from | (last ? 0u : 1u)));
        store_be16(length, static_cast<std::uint16_t>(head - ipv6_header_octets + part));
        copy_in(piece, 4, length, 2);
        copy_in(piece, at.insert_protocol_at, &fragment_protocol, 1);
        copy_in(piece, size, fragment, sizeof fragment);
      };
      if (!traits::retreat(p, fragment_header_octets)) return verdict::no_room;
      move_to_front(p, fragment_header_octets, size);  // the later ones copy these headers
      const verdict made = add_later(c, i, cuts, head, head, [&](auto& piece, std::size_t from, std::size_t part, bool last) {
        copy_between(piece, 0, p, 0, size);
        write(piece, from, part, last);
      });
      if (made != verdict::forwarded) {
        move_from_front(p, fragment_header_octets, size);
        traits::advance(p, fragment_header_octets);
        return made;
      }
      write(p, 0, cuts.first, false);
      c.state[i].length += static_cast<std::uint32_t>(fragment_header_octets);
      shorten(c, i, head + cuts.first);
      return verdict::forwarded;
    }
  }

  /// Where the payload is cut: all fragments but the last hold a multiple of eight octets.
  struct plan {
    std::size_t payload, first, later;
    plan(std::size_t first_head, std::size_t later_head, std::size_t all, std::size_t mtu) noexcept
        : payload(all), first(mtu > first_head ? (mtu - first_head) & ~std::size_t{7} : 0), later(mtu > later_head ? (mtu - later_head) & ~std::size_t{7} : 0) {}
    [[nodiscard]] bool possible() const noexcept { return first != 0 && first < payload && (payload - first + later - 1) / later <= Most - 1; }
  };

  /// Puts all fragments but the first behind the batch, or gives back what was taken. `payload_at` is where p's payload begins.
  template <class Context, class Write>
  static verdict add_later(Context& c, std::size_t i, const plan& cuts, std::size_t payload_at, std::size_t head, Write write) noexcept {
    typename Context::packet_type* made[Most]{};
    std::size_t count = 0;
    const auto give_back = [&](verdict why) {
      for (std::size_t k = 0; k < count; ++k) c.lane->pool.give(made[k]);
      return why;
    };
    if (c.slots - c.count < (cuts.payload - cuts.first + cuts.later - 1) / cuts.later) return verdict::batch_full;
    for (std::size_t from = cuts.first; from < cuts.payload; from += cuts.later) {
      const std::size_t left = cuts.payload - from, part = left < cuts.later ? left : cuts.later;
      auto* const piece = c.lane->pool.take();
      if (piece == nullptr) return give_back(verdict::no_packet);
      made[count++] = piece;
      if (!detail::extend_by(*piece, head + part)) return give_back(verdict::no_room);
      write(*piece, from, part, part == left);
      copy_between(*piece, head, c.packet(i), payload_at + from, part);
    }
    // Behind an SA the packet counts once on it, and that is what its first fragment stands for.
    for (std::size_t k = 0; k < count; ++k) (void)(c.state[i].level == 0 ? c.add(made[k], i) : c.add(made[k]));
    return verdict::forwarded;
  }
  template <class Context> static void shorten(Context& c, std::size_t i, std::size_t to) noexcept {
    packet_traits<typename Context::packet_type>::trim(c.packet(i), c.state[i].length - to);
    c.state[i].length = static_cast<std::uint32_t>(to);
  }

  static constexpr octet fragment_protocol = protocol_number::fragment;
};

}  // namespace v0
}  // namespace esplanade
