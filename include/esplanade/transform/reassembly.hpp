// Datagrams that are being put together from IP fragments: so many, so large, for so long, and not a piece more
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/buffer/pool.hpp>
#include <esplanade/net/ecn.hpp>
#include <esplanade/net/fragment_map.hpp>
#include <esplanade/net/ip_fragment.hpp>

namespace esplanade {
inline namespace v0 {

/// Up to `Contexts` datagrams, of up to `Pieces` fragments each; every one in a packet of the pool.
///   Shape    add(packet, place, owner, now, pool)   what became of a fragment, and the datagram if it was the one that lacked.
///                      `owner` keeps apart what must not be mixed, such as fragments that came under different SAs
///            sweep(now, pool)   looks at one context and gives it up if its time is over
///            drain(pool)        gives up all; before the pool goes
///   Units    seconds: a datagram has `patience` of them from its first fragment on (RFC 8200 4.5: 60)
///   Cost     a scan of the contexts, then of the datagram's pieces; one copy of the payload
///   Errors   absorbed (it waits, or was there before); bad_fragment: its datagram is given up, and so is what still arrives of it
///            (RFC 5722); batch_full: all contexts are in use; no_packet, no_room: the pool's
///   Threads  one lane
template <Packet P, std::size_t Contexts = 64, std::size_t Pieces = 64, class Map = fragment_map<Pieces>> class reassembly {
 public:
  static constexpr std::size_t header_most = 128;  ///< octets in front of the payload that a first fragment may have

  explicit reassembly(std::uint64_t patience = 60) noexcept : patience_(patience) {}
  reassembly(const reassembly&) = delete;
  reassembly& operator=(const reassembly&) = delete;

  struct outcome {
    verdict what;
    P* whole = nullptr;  ///< a packet of the pool
  };

  /// `place` is sound and says that `p` is a fragment.
  template <class Pool> [[nodiscard]] outcome add(const P& p, const fragment_place& place, const void* owner, std::uint64_t now, Pool& pool) noexcept {
    octet addresses[32]{}, scratch[40];
    const std::size_t at = place.version == family::ipv4 ? 12 : 8, size = header_octets(place.version) - at;
    std::memcpy(addresses, peek(p, at, size, scratch), size);
    context* const c = find(addresses, place, owner, now, pool);
    if (c == nullptr) return {verdict::batch_full};
    if (c->given_up) return {verdict::bad_fragment};
    if (c->buffer == nullptr && (c->buffer = pool.take()) == nullptr) {
      c->used = false;
      return {verdict::no_packet};
    }
    if (place.offset == 0 && place.header_length > header_most) return give_up(*c, verdict::bad_fragment, pool);
    switch (c->pieces.add(place.offset, place.payload, place.more)) {
      case fragment_answer::fresh: break;
      case fragment_answer::duplicate: return {verdict::absorbed};
      case fragment_answer::refused: return give_up(*c, verdict::bad_fragment, pool);
    }
    const std::size_t length = packet_traits<P>::length(*c->buffer), end = place.offset + place.payload;
    if (end > length && !detail::extend_by(*c->buffer, end - length)) return give_up(*c, verdict::no_room, pool);
    copy_between(*c->buffer, place.offset, p, place.payload_at, place.payload);
    note_header(*c, p, place);
    return c->pieces.complete() ? finish(*c, place, pool) : outcome{verdict::absorbed};
  }

  template <class Pool> void sweep(std::uint64_t now, Pool& pool) noexcept {
    context& c = contexts_[next_ = next_ + 1 < Contexts ? next_ + 1 : 0];
    if (c.used && late(c, now)) release(c, pool);
  }
  template <class Pool> void drain(Pool& pool) noexcept {
    for (context& c : contexts_)
      if (c.used) release(c, pool);
  }
  /// Datagrams that wait, or whose late fragments are still refused.
  [[nodiscard]] std::size_t waiting() const noexcept {
    std::size_t n = 0;
    for (const context& c : contexts_) n += c.used ? 1u : 0u;
    return n;
  }

 private:
  struct context {
    bool used = false, given_up = false;
    std::uint8_t marks = 0;  // which ECN marks its fragments had, one bit each
    octet protocol = 0;
    family version = family::ipv4;
    octet addresses[32]{};
    std::uint32_t identification = 0;
    std::uint32_t header_length = 0;
    std::uint32_t protocol_at = 0;
    octet first_protocol = 0;
    const void* owner = nullptr;
    std::uint64_t since = 0;
    P* buffer = nullptr;
    Map pieces{};
    octet header[header_most]{};
  };

  [[nodiscard]] bool late(const context& c, std::uint64_t now) const noexcept { return now - c.since >= patience_; }

  // RFC 791 2.3: addresses, protocol and identification; RFC 8200 4.5: addresses and identification.
  [[nodiscard]] static bool same(const context& c, const octet* addresses, const fragment_place& place, const void* owner) noexcept {
    return c.identification == place.identification && c.version == place.version && c.owner == owner &&
           (c.version == family::ipv6 || c.protocol == place.protocol) && std::memcmp(c.addresses, addresses, 32) == 0;
  }

  template <class Pool> [[nodiscard]] context* find(const octet* addresses, const fragment_place& place, const void* owner, std::uint64_t now, Pool& pool) noexcept {
    context* free = nullptr;
    for (context& c : contexts_) {
      if (c.used && late(c, now)) release(c, pool);
      if (c.used && same(c, addresses, place, owner)) return &c;
      if (!c.used && free == nullptr) free = &c;
    }
    if (free == nullptr) return nullptr;
    free->used = true;
    free->given_up = false;
    free->marks = 0;
    free->protocol = place.protocol;
    free->version = place.version;
    std::memcpy(free->addresses, addresses, 32);
    free->identification = place.identification;
    free->header_length = 0;
    free->owner = owner;
    free->since = now;
    free->pieces.clear();
    return free;
  }

  static void note_header(context& c, const P& p, const fragment_place& place) noexcept {
    octet scratch[2];
    const octet* start = peek(p, 0, 2, scratch);
    const octet traffic_class = place.version == family::ipv4 ? start[1] : static_cast<octet>((start[0] << 4) | (start[1] >> 4));
    c.marks = static_cast<std::uint8_t>(c.marks | 1u << (traffic_class & 3));
    if (place.offset != 0) return;
    copy_out(p, 0, c.header, place.header_length);
    c.header_length = place.header_length;
    c.protocol_at = place.protocol_at;
    c.first_protocol = place.protocol;
  }

  // The header is the first fragment's (RFC 8200 4.5), with the lengths of the whole.
  template <class Pool> [[nodiscard]] outcome finish(context& c, const fragment_place& place, Pool& pool) noexcept {
    const std::size_t head = c.header_length, total = head + c.pieces.end();
    const bool v4 = place.version == family::ipv4;
    if (total > (v4 ? ip_length_max : ip_length_max + ipv6_header_octets)) return give_up(c, verdict::bad_fragment, pool);
    // RFC 3168 5.3: one that met congestion marks the whole, unless others say that they cannot be marked.
    const bool congested = (c.marks & 1u << 3) != 0;
    if (congested && (c.marks & 1u) != 0) return give_up(c, verdict::bad_ecn, pool);
    if (congested) {
      if (v4) c.header[1] |= 3;
      else c.header[1] |= 0x30;
    }
    if (v4) {
      store_be16(c.header + 2, static_cast<std::uint16_t>(total));
      store_be16(c.header + 6, load_be16(c.header + 6) & ipv4_dont_fragment);
      store_be16(c.header + 10, 0);
      store_be16(c.header + 10, internet_checksum({c.header, head}));
    } else {
      store_be16(c.header + 4, static_cast<std::uint16_t>(total - ipv6_header_octets));
      c.header[c.protocol_at] = c.first_protocol;
    }
    P* const whole = c.buffer;
    if (!detail::retreat_by(*whole, head)) return give_up(c, verdict::no_room, pool);
    copy_in(*whole, 0, c.header, head);
    c.buffer = nullptr;
    c.used = false;
    return {verdict::absorbed, whole};
  }

  // The context stays until its time is over, so that nothing that still arrives begins the datagram anew.
  template <class Pool> [[nodiscard]] static outcome give_up(context& c, verdict why, Pool& pool) noexcept {
    if (c.buffer != nullptr) pool.give(c.buffer);
    c.buffer = nullptr;
    c.given_up = true;
    return {why};
  }
  template <class Pool> static void release(context& c, Pool& pool) noexcept {
    if (c.buffer != nullptr) pool.give(c.buffer);
    c.buffer = nullptr;
    c.used = false;
  }

  std::uint64_t patience_;
  std::size_t next_ = 0;
  context contexts_[Contexts]{};
};

}  // namespace v0
}  // namespace esplanade
