// What an SA has to know after a restart, as octets: all but its keys.
//
//   offset  octets                                     offset  octets
//        0  8   magic                                      64  8   highest number used or accepted
//        8  2   format version                             72  8   packets carried
//       10  2   length of the whole                        80  8   octets carried
//       12  1   direction: 1 inbound, 2 outbound           88  32  drops, by the order of their struct
//       13  3   mode, ESN, hop limit                      120  12  selector: ports, protocol, family, asks for ports, 0
//       16  6   suite: family, key, salt, IV, ICV, align  132  64  selector: masks and values
//       22  2   families of source and destination        196  4   suite: MAC, its key, implicit IV, protocol
//       24  8   SPI, window                               200  4   check value: CRC-32 (ISO 3309) of all before it
//       32  32  source, destination                       204      numbers are big-endian
//
// The check value finds accidents, not attackers: a snapshot is kept where keys are kept.
#pragma once

#include <esplanade/sa/association.hpp>

namespace esplanade {
inline namespace v0 {

inline constexpr std::size_t snapshot_octets = 204;         ///< of the format written here
inline constexpr std::uint16_t snapshot_format = 2;         ///< versioned apart from the toolkit

/// A snapshot read back: everything that is not a key.
struct sa_state {
  bool outbound = false;
  esplanade::mode mode = esplanade::mode::tunnel;
  bool esn = false;
  octet hop_limit = 64;
  suite_sizes suite{};
  std::uint32_t spi = 0;
  std::uint32_t window = 0;      ///< packets, inbound; 0 for outbound and without anti-replay
  address source{}, destination{};
  std::uint64_t highest = 0;     ///< outbound: used or reserved; inbound: accepted
  std::uint64_t packets = 0, octets = 0;  ///< carried
  std::uint64_t drops[4]{};      ///< inbound: replayed, too_old, icv_mismatch, other; outbound: sequence_exhausted, other
  traffic_selector selector{};
};

namespace detail {
inline constexpr octet snapshot_magic[8] = {'e', 's', 'p', 'l', 's', 'n', 'a', 'p'};

[[nodiscard]] constexpr std::uint32_t crc32(const_octets data) noexcept {
  std::uint32_t crc = 0xffffffff;
  for (const octet o : data) {
    crc ^= o;
    for (unsigned bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0u);
  }
  return ~crc;
}

struct selector_codec {
  static void write(octet* at, const traffic_selector& s) noexcept {
    store_be16(at, s.source_ports_.low), store_be16(at + 2, s.source_ports_.high);
    store_be16(at + 4, s.destination_ports_.low), store_be16(at + 6, s.destination_ports_.high);
    at[8] = s.protocol_, at[9] = s.version_, at[10] = s.ports_ ? 1 : 0, at[11] = 0;
    for (std::size_t i = 0; i < 4; ++i) store_be64(at + 12 + 16 * i, s.pairs_[i].mask), store_be64(at + 20 + 16 * i, s.pairs_[i].value);
  }
  // False when no selector is written like that.
  [[nodiscard]] static bool read(const octet* at, traffic_selector& s) noexcept {
    s.source_ports_ = {load_be16(at), load_be16(at + 2)};
    s.destination_ports_ = {load_be16(at + 4), load_be16(at + 6)};
    s.protocol_ = at[8], s.version_ = at[9], s.ports_ = at[10] != 0;
    bool sound = (at[9] == 0 || at[9] == 4 || at[9] == 6) && at[10] == (s.source_ports_.any() && s.destination_ports_.any() ? 0 : 1) && at[11] == 0;
    for (std::size_t i = 0; i < 4; ++i) {
      s.pairs_[i] = {load_be64(at + 12 + 16 * i), load_be64(at + 20 + 16 * i)};
      sound = sound && (s.pairs_[i].value & ~s.pairs_[i].mask) == 0 && (at[9] != 0 || s.pairs_[i].mask == 0);
    }
    return sound;
  }
};
inline fault damaged(const char* field, const char* reason) noexcept { return {fault_kind::damaged, field, reason, "octets that save() wrote, unchanged"}; }
inline address address_in(octet version, const octet* at) noexcept {
  address made{static_cast<family>(version), {}};
  std::memcpy(made.value, at, 16);
  return made;
}
inline bool is_address(const address& a) noexcept {
  if (a.version != family::ipv4 && a.version != family::ipv6) return false;
  for (std::size_t i = a.size(); i < 16; ++i)
    if (a.value[i] != 0) return false;
  return true;
}
}  // namespace detail

/// Writes what `record`'s SA has to know after a restart; → how many octets.
///   Errors   no_space: fewer than snapshot_octets; not_found: no SA is installed
///   Threads  the SA's own lane, or with a profile for several lanes any thread: numbers that are leased meanwhile count as
///            sent since
template <class Record> [[nodiscard]] result<std::size_t> save(Record& record, octets out) noexcept {
  auto& sa = association(record);
  using sa_type = std::remove_cvref_t<decltype(sa)>;
  using P = typename sa_type::profile;
  if (out.size() < snapshot_octets) return fault{fault_kind::no_space, "octets", "too few for a snapshot", "snapshot_octets or more"};
  if (!sa.core().installed) return fault{fault_kind::not_found, "sa", "not installed", "an SA that is in use"};
  constexpr bool is_outbound = std::is_same_v<typename sa_type::direction, outbound_direction>;
  const suite_sizes& suite = P::suites.sizes[sa.core().suite];
  std::uint64_t highest = 0, drops[4]{};
  std::uint32_t packets_of_window = 0;
  octet hop_limit = 0;
  if constexpr (is_outbound) {
    // A block that a lane has reserved may be used up by the time of the crash.
    if constexpr (requires { sa.sequence().reserved(); }) highest = sa.sequence().reserved();
    else highest = sa.sequence().used();
    hop_limit = sa.hop_limit();
    drops[0] = sa.drops().sequence_exhausted.get();
    drops[1] = sa.drops().other.get();
  } else {
    highest = sa.window().highest();
    packets_of_window = sa_type::window_type::packets;
    drops[0] = sa.drops().replayed.get();
    drops[1] = sa.drops().too_old.get();
    drops[2] = sa.drops().icv_mismatch.get();
    drops[3] = sa.drops().other.get();
  }
  octet* const at = out.data();
  std::memcpy(at, detail::snapshot_magic, 8);
  store_be16(at + 8, snapshot_format);
  store_be16(at + 10, snapshot_octets);
  at[12] = is_outbound ? 2 : 1;
  at[13] = static_cast<octet>(mode_of<P>(sa.core()));
  at[14] = uses_esn<P>(sa.core()) ? 1 : 0;
  at[15] = hop_limit;
  at[16] = static_cast<octet>(suite.family);
  at[17] = suite.key, at[18] = suite.salt, at[19] = suite.iv, at[20] = suite.icv, at[21] = suite.alignment;
  at[22] = static_cast<octet>(sa.source().version), at[23] = static_cast<octet>(sa.destination().version);
  store_be32(at + 24, sa.core().spi);
  store_be32(at + 28, packets_of_window);
  std::memcpy(at + 32, sa.source().value, 16);
  std::memcpy(at + 48, sa.destination().value, 16);
  store_be64(at + 64, highest);
  const auto& traffic = sa.traffic();
  store_be64(at + 72, traffic.packets.get());
  store_be64(at + 80, traffic.octets.get());
  for (std::size_t i = 0; i < 4; ++i) store_be64(at + 88 + 8 * i, drops[i]);
  detail::selector_codec::write(at + 120, sa.selector());
  at[196] = static_cast<octet>(suite.mac);
  at[197] = suite.mac_key, at[198] = suite.implicit_iv, at[199] = static_cast<octet>(suite.protocol);
  store_be32(at + 200, detail::crc32({at, 200}));
  return snapshot_octets;
}

/// What a snapshot says, whichever SA it is of.
///   Errors   damaged: cut, changed or not a snapshot; not_supported: written by a later format. The fault names the field
[[nodiscard]] inline result<sa_state> read_snapshot(const_octets from) noexcept {
  using detail::damaged;
  const octet* const at = from.data();
  if (from.size() < 12) return damaged("length", "too short to be a snapshot");
  if (std::memcmp(at, detail::snapshot_magic, 8) != 0) return damaged("magic", "not a snapshot of an SA");
  if (load_be16(at + 8) > snapshot_format) return fault{fault_kind::not_supported, "version", "written by a later version", "format 2"};
  if (load_be16(at + 8) != snapshot_format) return damaged("version", "there is no such format");
  if (load_be16(at + 10) != snapshot_octets || from.size() != snapshot_octets) return damaged("length", "cut, or something stands behind it");
  if (load_be32(at + 200) != detail::crc32({at, 200})) return damaged("check", "octets were changed");

  // From here on what is wrong was written wrong; believed all the same it would be an SA that nobody negotiated.
  sa_state s;
  if (at[12] != 1 && at[12] != 2) return damaged("direction", "neither inbound nor outbound");
  s.outbound = at[12] == 2;
  if (at[13] != static_cast<octet>(mode::tunnel) && at[13] != static_cast<octet>(mode::transport) && at[13] != static_cast<octet>(mode::beet)) return damaged("mode", "neither tunnel nor transport");
  s.mode = static_cast<mode>(at[13]);
  if (at[14] > 1) return damaged("esn", "neither yes nor no");
  s.esn = at[14] == 1;
  s.hop_limit = at[15];
  s.suite = {static_cast<cipher_family>(at[16]), at[17], at[18], at[19], at[20], at[21], static_cast<mac_family>(at[196]), at[197], at[198], static_cast<protocol_kind>(at[199])};
  s.spi = load_be32(at + 24);
  if (s.spi <= spi_reserved_max) return damaged("spi", "0 to 255 are reserved (RFC 4303 2.1)");
  s.window = load_be32(at + 28);
  s.source = detail::address_in(at[22], at + 32);
  if (!detail::is_address(s.source)) return damaged("source", "not an address");
  s.destination = detail::address_in(at[23], at + 48);
  if (!detail::is_address(s.destination)) return damaged("destination", "not an address");
  s.highest = load_be64(at + 64);
  if (!s.esn && s.highest > sequence_last_32) return damaged("highest", "beyond 32 bits on an SA without ESN");
  s.packets = load_be64(at + 72);
  s.octets = load_be64(at + 80);
  for (std::size_t i = 0; i < 4; ++i) s.drops[i] = load_be64(at + 88 + 8 * i);
  if (!detail::selector_codec::read(at + 120, s.selector)) return damaged("selector", "not a selector");
  return s;
}

}  // namespace v0
}  // namespace esplanade
