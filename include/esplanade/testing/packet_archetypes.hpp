// The least types that model packets, their cursors, their pools and readers of octets.
#pragma once

#include <esplanade/buffer/packet.hpp>
#include <esplanade/buffer/pool.hpp>
#include <esplanade/net/ip_walk.hpp>

#include <type_traits>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace archetype {

/// What a cursor may give instead of a span.
template <class Octet> struct piece {
  Octet* data;
  std::size_t size;
  operator const_octets() const noexcept { return {data, size}; }
  operator octets() const noexcept
    requires(!std::is_const_v<Octet>)
  {
    return {data, size};
  }
};

/// SegmentCursor.
template <class Octet> class cursor {
 public:
  explicit cursor(piece<Octet> only) noexcept : only_(only) {}
  piece<Octet> operator*() const noexcept { return only_; }
  void operator++() noexcept { over_ = true; }
  explicit operator bool() const noexcept { return !over_; }

 private:
  piece<Octet> only_;
  bool over_ = false;
};

/// Packet: octets of somebody else without any room. It can be read, opened and shortened, not sealed.
class packet {
 public:
  packet(octet* data, std::size_t size) noexcept : data_(data), size_(size) {}
  packet(const packet&) = delete;
  packet& operator=(const packet&) = delete;

  cursor<octet> first() noexcept { return cursor<octet>({data_, size_}); }
  cursor<const octet> first() const noexcept { return cursor<const octet>({data_, size_}); }
  std::size_t length() const noexcept { return size_; }
  bool retreat(std::size_t n) noexcept { return n == 0; }
  void advance(std::size_t n) noexcept {
    data_ += n;
    size_ -= n;
  }
  bool extend(std::size_t n) noexcept { return n == 0; }
  void trim(std::size_t n) noexcept { size_ -= n; }

 private:
  octet* data_;
  std::size_t size_;
};
static_assert(SegmentCursor<cursor<octet>> && SegmentCursor<cursor<const octet>> && Packet<packet>);

/// PacketPool: the one that never has a packet.
struct pool {
  packet* take() noexcept { return nullptr; }
  void give(packet*) noexcept {}
  pool() = default;
  pool(const pool&) = delete;
  pool& operator=(const pool&) = delete;
};
static_assert(PacketPool<pool, packet>);

/// OctetReader: over nothing.
struct octet_reader {
  const octet* operator()(std::size_t, std::size_t) noexcept { return nullptr; }
  octet_reader() = default;
  octet_reader(const octet_reader&) = delete;
  octet_reader& operator=(const octet_reader&) = delete;
};
static_assert(OctetReader<octet_reader>);

}  // namespace archetype
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
