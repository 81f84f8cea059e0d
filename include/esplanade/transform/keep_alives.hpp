// NAT keep-alives: one octet now and then, so that a NAT on the way does not forget a peer who is silent (RFC 3948 4).
//
//     keep_alive_table<16> kept;                                // whose SAs; by the owner of the SAs
//     auto list = outbound<P>(originate_keep_alives{&kept});    // P names a clock
//     lane<…> idle{{store, crypto, policy, pool, number, clock}, list};
//     idle({}, {packets, verdicts});                            // from time to time, on the core that sends under these SAs
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/buffer/copy.hpp>
#include <esplanade/buffer/pool.hpp>
#include <esplanade/transform/encapsulation.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// One peer behind a NAT.
struct keep_alive_entry {
  outbound_handle sa{};
  std::uint64_t packets = 0;  ///< that the SA had sent when it was looked at last
  std::uint64_t since = 0;    ///< when it was last seen to send
};

/// The SAs whose NAT mappings are kept alive; one SA for each peer is enough.
///   Threads  one: the core that sends under these SAs
template <std::size_t N> class keep_alive_table {
 public:
  [[nodiscard]] result<void> add(outbound_handle sa, std::uint64_t now) noexcept {
    if (count_ == N) return fault{fault_kind::no_space, "sa", "the table of keep-alives is full", "a table of larger capacity"};
    entries_[count_++] = {sa, 0, now};
    return {};
  }
  void remove(outbound_handle sa) noexcept {
    for (std::size_t i = 0; i < count_; ++i)
      if (entries_[i].sa == sa) entries_[i--] = entries_[--count_];
  }
  [[nodiscard]] std::span<keep_alive_entry> entries() noexcept { return {entries_, count_}; }

 private:
  keep_alive_entry entries_[N]{};
  std::size_t count_ = 0;
};

/// Originates a keep-alive for every SA of the table that wraps in UDP and has sent nothing for `interval` seconds. Stands
/// alone in its list: what it sends is in clear by design, and says nothing. Packets that come in with the batch get `withheld`.
///   Units    seconds of the profile's clock
///   Errors   no_room. Without a packet in the pool the SA stays due
///   Source   RFC 3948 2.3 and 4: "if no other packet to the peer has been sent in M seconds", M = 20
template <class Table> struct originate_keep_alives final : detail::transform_stage {
  static constexpr const char* name = "originate_keep_alives";
  static constexpr const char* because = "a NAT forgets who is silent (RFC 3948 4)";
  static constexpr fact needs = fact::none;
  static constexpr fact gives = fact::sa_selected | fact::sealed | fact::header_written | fact::ah_header_written | fact::ah_sealed;
  static constexpr bool begins_level = true;
  static constexpr esplanade::arity arity = esplanade::arity::source;

  Table* table;
  std::uint64_t interval = 20;
  constexpr explicit originate_keep_alives(Table* of, std::uint64_t seconds = 20) noexcept : table(of), interval(seconds) {}

  template <class Context> void operator()(Context& c) const noexcept {
    using config = typename Context::profile;
    static_assert(TakesPackets<Context>,
                  "keep-alives are made of packets of a pool, and this lane has none: name a PacketPool (buffer/pool.hpp)");
    static_assert(has_clock<config>, "keep-alives are due by the second, and this profile has no clock: write using clock = …; (base/clock.hpp)");
    static_assert(encapsulates_in_udp<config>, "keep-alives are for ESP in UDP, and this profile knows none: add encapsulation::udp to its encapsulations");
    for (std::size_t i = 0; i < c.count; ++i)
      if (c.verdicts[i] == verdict::forwarded) c.verdicts[i] = verdict::withheld;
    for (keep_alive_entry& entry : table->entries()) {
      if (c.count == Context::slots) return;
      typename Context::record_type* record = nullptr;
      c.lane->store.find({&entry.sa, 1}, {&record, 1});
      if (record == nullptr) continue;  // removed: its owner tells the table
      auto& sa = association(*record);
      const std::uint64_t packets = sa.traffic().packets.get();
      if (packets != entry.packets) {
        entry.packets = packets;
        entry.since = c.time.now;
      }
      if (c.time.now - entry.since < interval || !wants(sa)) continue;
      auto* const p = c.lane->pool.take();
      if (p == nullptr) return;
      entry.since = c.time.now;
      static_cast<void>(c.add(p));
      if (!write(*p, sa)) c.verdicts[c.count - 1] = verdict::no_room;
      else c.state[c.count - 1].length = static_cast<std::uint32_t>(packet_traits<typename Context::packet_type>::length(*p));
    }
  }

 private:
  template <class Sa> static bool wants(const Sa& sa) noexcept {
    const encapsulation kind = encapsulation_of<typename Sa::profile>(sa.core());
    return (kind == encapsulation::udp || kind == encapsulation::udp_wesp) && !sa.source().unspecified() && !sa.destination().unspecified();
  }
  /// IP, UDP, 0xff: addresses and ports as those of ESP (RFC 3948 2.3).
  template <class Packet, class Sa> static bool write(Packet& p, const Sa& sa) noexcept {
    const family outer = sa.destination().version;
    const std::size_t header = header_octets(outer), payload = udp_header_octets + 1;
    octet made[ipv6_header_octets + udp_header_octets + 1]{};
    copied_header::write(made, sa, {.length = static_cast<std::uint32_t>(payload), .version = outer});
    write_udp_header(made + header, sa.udp().ports, payload);
    made[header + udp_header_octets] = udp_keep_alive;
    if (udp_checksum_policy_of<typename Sa::profile>::computes(outer)) {
      const octet* const addresses = made + (outer == family::ipv4 ? 12 : 8);
      const std::uint64_t sum = pseudo_header_sum(outer, addresses, payload, protocol_number::udp) + checksum_sum({made + header, payload});
      store_be16(made + header + 6, udp_checksum_of(sum));
    }
    if (!detail::extend_by(p, header + payload)) return false;
    copy_in(p, 0, made, header + payload);
    return true;
  }
};

}  // namespace v0
}  // namespace esplanade
