// Stages of the kinds that a list may have besides ours: one that notes who ran, one that refuses, one that makes several
// packets out of one, and one that makes one out of several.
#pragma once

#include <esplanade/net/checksum.hpp>
#include <esplanade/transform/esp_trailer.hpp>

#include <string>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// What noting stages wrote down, in the order in which they ran.
struct trace {
  struct entry {
    const char* stage;
    const void* packet;
  };
  std::vector<entry> entries{};

  /// The stages that ran on one packet: "a b c".
  [[nodiscard]] std::string of(const void* packet) const {
    std::string all;
    for (const entry& one : entries)
      if (one.packet == packet) all += (all.empty() ? "" : " ") + std::string(one.stage);
    return all;
  }
};

/// Notes that a packet came by. `note<"behind open">{&trace}` stands anywhere in a list; it allocates.
template <text Name> struct note {
  static constexpr const char* name = Name.letters;
  static constexpr const char* because = "a test reads who ran on which packet";
  static constexpr fact needs = fact::none, gives = fact::none;
  trace* into = nullptr;
  template <class Context> verdict operator()(Context& c, std::size_t i) const noexcept {
    into->entries.push_back({name, &c.packet(i)});
    return verdict::forwarded;
  }
};

/// Refuses packets to a UDP or TCP port: a stage with a verdict of its own.
struct refuse_port {
  static constexpr const char* name = "refuse_port";
  static constexpr const char* because = "a rule of the user";
  static constexpr fact needs = fact::none, gives = fact::user_0;
  std::uint16_t port = 0;  ///< host order
  template <class Context> verdict operator()(Context& c, std::size_t i) const noexcept {
    packet_reader read(c.packet(i));
    const ip_layout at = walk_ip(read, c.state[i].length);
    if (at.status != verdict::forwarded) return at.status;
    const flow f = flow_of(read, at);
    return f.ports_known && f.destination_port == port ? verdict::user_0 : verdict::forwarded;
  }
};

namespace detail {
// Total length and checksum of the IPv4 header at the front.
template <class Packet> void set_ipv4_length(Packet& p, std::size_t header_length, std::size_t total) noexcept {
  octet header[60];
  copy_out(p, 0, header, header_length);
  store_be16(header + 2, static_cast<std::uint16_t>(total));
  store_be16(header + 10, 0);
  store_be16(header + 10, internet_checksum({header, header_length}));
  copy_in(p, 0, header, header_length);
}
}  // namespace detail

/// One to many: cuts what follows an IPv4 header into datagrams of at most `Octets`, each behind a copy of the header. The
/// first is the packet itself, the others come from the pool and stand behind the batch. IPv6 and short packets pass.
///   Errors   no_packet: the pool has not enough, and has back what it gave; withheld: more than `Most` would be needed
template <std::size_t Octets, std::size_t Most = 4> struct split_payload {
  static constexpr const char* name = "split_payload";
  static constexpr const char* because = "large datagrams leave as several";
  static constexpr fact needs = fact::none, gives = fact::none;
  static constexpr esplanade::arity arity = esplanade::arity::split;
  static constexpr std::size_t fan_out = Most;

  template <class Context> void operator()(Context& c) const noexcept {
    const std::size_t arrived = c.count;
    for (std::size_t i = 0; i < arrived; ++i)
      if (c.verdicts[i] == verdict::forwarded) c.verdicts[i] = split(c, i);
  }

 private:
  template <class Context> static verdict split(Context& c, std::size_t i) noexcept {
    using packet = typename Context::packet_type;
    auto& p = c.packet(i);
    packet_reader read(p);
    const ip_layout at = walk_ip(read, c.state[i].length);
    if (at.status != verdict::forwarded) return at.status;
    const std::size_t header = at.header_length, payload = at.total_length - header;
    if (at.version == family::ipv6 || payload <= Octets) return verdict::forwarded;
    if (payload > Most * Octets) return verdict::withheld;

    packet* made[Most]{};
    std::size_t count = 0;
    const auto give_back = [&](verdict why) {
      for (std::size_t k = 0; k < count; ++k) c.lane->pool.give(made[k]);
      return why;
    };
    for (std::size_t from = Octets; from < payload; from += Octets) {
      const std::size_t size = payload - from < Octets ? payload - from : Octets;
      packet* const piece = c.lane->pool.take();
      if (piece == nullptr) return give_back(verdict::no_packet);
      made[count++] = piece;
      if (!esplanade::detail::extend_by(*piece, header + size)) return give_back(verdict::no_room);
      copy_between(*piece, 0, p, 0, header);
      copy_between(*piece, header, p, header + from, size);
      detail::set_ipv4_length(*piece, header, header + size);
    }
    packet_traits<packet>::trim(p, c.state[i].length - header - Octets);
    c.state[i].length = static_cast<std::uint32_t>(header + Octets);
    detail::set_ipv4_length(p, header, header + Octets);
    for (std::size_t k = 0; k < count; ++k)
      if (!c.add(made[k], i)) return verdict::withheld;  // cannot be: there are Most slots for each packet
    return verdict::forwarded;
  }
};

/// Many to one: of IPv4 packets with equal headers the payloads are put behind the first, as far as it has room. What was
/// absorbed goes back to the caller.
struct merge_payloads {
  static constexpr const char* name = "merge_payloads";
  static constexpr const char* because = "what was split becomes one again";
  static constexpr fact needs = fact::header_removed, gives = fact::none;
  static constexpr esplanade::arity arity = esplanade::arity::merge;

  template <class Context> void operator()(Context& c) const noexcept {
    for (std::size_t i = 0; i < c.count; ++i)
      for (std::size_t k = i + 1; k < c.count; ++k)
        if (c.verdicts[i] == verdict::forwarded && c.verdicts[k] == verdict::forwarded && merge(c, i, k)) c.verdicts[k] = verdict::absorbed;
  }

 private:
  template <class Context> static bool merge(Context& c, std::size_t i, std::size_t k) noexcept {
    octet first[ipv4_header_octets], second[ipv4_header_octets];
    if (c.state[i].length < sizeof first || c.state[k].length < sizeof second) return false;
    copy_out(c.packet(i), 0, first, sizeof first);
    copy_out(c.packet(k), 0, second, sizeof second);
    if (first[0] != 0x45 || second[0] != 0x45) return false;
    for (std::size_t at = 0; at < sizeof first; ++at) {
      const bool length_or_checksum = at == 2 || at == 3 || at == 10 || at == 11;
      if (!length_or_checksum && first[at] != second[at]) return false;
    }
    const std::size_t size = c.state[k].length - sizeof second;
    if (!esplanade::detail::extend_by(c.packet(i), size)) return false;
    copy_between(c.packet(i), c.state[i].length, c.packet(k), sizeof second, size);
    c.state[i].length += static_cast<std::uint32_t>(size);
    detail::set_ipv4_length(c.packet(i), sizeof first, c.state[i].length);
    return true;
  }
};

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
