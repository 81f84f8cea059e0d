// AGGFRAG payloads of IP-TFS (RFC 9347 6): headers of both sub-types, congestion information, data blocks
#pragma once

#include <esplanade/net/protocol.hpp>

namespace esplanade {
inline namespace v0 {

//  sub-type 0                                  sub-type 1
// +------+------+-------------+               +------+------+-------------+
// |  0   |  0   | block offset|               |  1   |0  P E| block offset|
// +------+------+-------------+               +------+------+-------------+
// | data blocks …             |               |     loss event rate       |
//                                             | RTT 22 | echo 21 | tx 21  |   64 bits
//                                             |   TVal     |    TEcho     |   64 bits
//                                             | data blocks …             |

inline constexpr octet aggfrag_protocol = 144;  ///< next header of the ESP trailer (RFC 9347 7.1)
inline constexpr std::size_t aggfrag_header_octets = 4, aggfrag_congestion_octets = 24;

/// What the two ends of a tunnel tell each other of congestion (RFC 9347 3, 6.1.2). Delays in microseconds; what is longer than
/// a field can say is the most that it can.
struct congestion_info {
  bool probing = false;            ///< P: a search for the path MTU is under way
  bool marks_seen = false;         ///< E: the loss event rate was made from congestion marks too
  std::uint32_t loss_event_rate = 0;  ///< 1 in so many; 0 = none
  std::uint32_t rtt = 0;           ///< the sender's estimate; 0 = none yet
  std::uint32_t echo_delay = 0;    ///< since the value in `echo` came in
  std::uint32_t transmit_delay = 0;///< between two packets of ours
  std::uint32_t value = 0;         ///< TVal: comes back in `echo`
  std::uint32_t echo = 0;          ///< TEcho
  friend bool operator==(const congestion_info&, const congestion_info&) noexcept = default;
};

inline constexpr std::uint32_t aggfrag_rtt_max = 0x3fffff, aggfrag_delay_max = 0x1fffff;

/// The header of one payload.
struct aggfrag_header {
  bool sound = false;              ///< a sub-type that we know, and all of its header there
  bool congestion = false;         ///< sub-type 1
  std::uint16_t block_offset = 0;  ///< octets of data before the first new block
  std::uint16_t size = 0;          ///< octets of the header
  congestion_info info{};
};

/// Writes 4 octets.
inline void write_aggfrag(octet* at, std::size_t block_offset) noexcept { store_be32(at, static_cast<std::uint32_t>(block_offset & 0xffff)); }
/// Writes 24 octets.
inline void write_aggfrag(octet* at, std::size_t block_offset, const congestion_info& c) noexcept {
  const auto most = [](std::uint32_t value, std::uint32_t limit) { return std::uint64_t{value < limit ? value : limit}; };
  at[0] = 1;
  at[1] = static_cast<octet>((c.probing ? 2 : 0) | (c.marks_seen ? 1 : 0));
  store_be16(at + 2, static_cast<std::uint16_t>(block_offset));
  store_be32(at + 4, c.loss_event_rate);
  store_be64(at + 8, most(c.rtt, aggfrag_rtt_max) << 42 | most(c.echo_delay, aggfrag_delay_max) << 21 | most(c.transmit_delay, aggfrag_delay_max));
  store_be32(at + 16, c.value);
  store_be32(at + 20, c.echo);
}

/// Reads the header at the front of `available` octets, of which the first 24 lie at `at` as far as there are so many. Reserved
/// bits are ignored (RFC 9347 6.1).
[[nodiscard]] inline aggfrag_header read_aggfrag(const octet* at, std::size_t available) noexcept {
  aggfrag_header out;
  if (available < aggfrag_header_octets || at[0] > 1) return out;
  out.congestion = at[0] == 1;
  out.size = static_cast<std::uint16_t>(out.congestion ? aggfrag_congestion_octets : aggfrag_header_octets);
  if (available < out.size) return out;
  out.block_offset = load_be16(at + 2);
  out.sound = true;
  if (!out.congestion) return out;
  const std::uint64_t delays = load_be64(at + 8);
  out.info = {.probing = (at[1] & 2) != 0, .marks_seen = (at[1] & 1) != 0, .loss_event_rate = load_be32(at + 4),
              .rtt = static_cast<std::uint32_t>(delays >> 42), .echo_delay = static_cast<std::uint32_t>(delays >> 21 & aggfrag_delay_max),
              .transmit_delay = static_cast<std::uint32_t>(delays & aggfrag_delay_max), .value = load_be32(at + 16), .echo = load_be32(at + 20)};
  return out;
}

/// What stands where a block begins.
enum class block_kind : std::uint8_t { padding, packet, unfinished, unknown };
struct data_block {
  block_kind kind = block_kind::unknown;
  std::uint32_t length = 0;  ///< of a packet: what its header says
};
inline constexpr std::size_t block_octets_to_know = 6;  ///< after so many, the length of every block is known

/// The block that begins with the `known` octets at `at`, one or more; `unfinished` when its length lies further behind.
[[nodiscard]] inline data_block block_of(const octet* at, std::size_t known) noexcept {
  switch (at[0] >> 4) {
    case 0: return {block_kind::padding, 0};
    case 4: {
      if (known < 4) return {block_kind::unfinished, 0};
      const std::uint32_t total = load_be16(at + 2);
      return {total >= ipv4_header_octets ? block_kind::packet : block_kind::unknown, total};
    }
    case 6:
      if (known < 6) return {block_kind::unfinished, 0};
      return {block_kind::packet, static_cast<std::uint32_t>(ipv6_header_octets) + load_be16(at + 4)};
    default: return {};
  }
}

}  // namespace v0
}  // namespace esplanade
