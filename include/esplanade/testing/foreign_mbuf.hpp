// A packet type of somebody else, in C and outside our namespace, with its pool; and the one specialisation that makes it
// a Packet. Shaped like an mbuf; the example to copy for a type that cannot be edited.
#pragma once

#include <esplanade/buffer/pool.hpp>
#include <esplanade/testing/packet_form.hpp>

#include <cstdint>
#include <cstdlib>
#include <cstring>

struct foreign_mbuf_pool;

/// One segment; the first of a chain also counts for the whole packet.
struct foreign_mbuf {
  void* buf_addr;
  foreign_mbuf* next;
  foreign_mbuf_pool* pool;  ///< where it goes when it is freed; null: to the heap
  std::uint32_t pkt_len;    ///< octets of all segments; kept in the first
  std::uint16_t nb_segs;    ///< kept in the first
  std::uint16_t data_off, data_len, buf_len;
  std::uint16_t refcnt;     ///< holders of the segment's octets
};

/// A stock of single segments.
struct foreign_mbuf_pool {
  foreign_mbuf* stock;
  unsigned level;
  std::uint16_t headroom;  ///< of a fresh packet
};

/// A segment of its own from the heap, empty, its octets to begin at `data_off`.
inline foreign_mbuf* foreign_mbuf_create(std::uint16_t buf_len, std::uint16_t data_off) {
  foreign_mbuf* m = static_cast<foreign_mbuf*>(std::calloc(1, sizeof(foreign_mbuf)));
  m->buf_addr = std::malloc(buf_len);
  m->buf_len = buf_len;
  m->data_off = data_off;
  m->nb_segs = 1;
  m->refcnt = 1;
  return m;
}

/// An empty packet of one segment; null when the pool has none.
inline foreign_mbuf* foreign_mbuf_alloc(foreign_mbuf_pool* pool) {
  foreign_mbuf* m = pool->stock;
  if (m == nullptr) return nullptr;
  pool->stock = m->next;
  --pool->level;
  m->next = nullptr;
  m->pkt_len = 0;
  m->nb_segs = 1;
  m->data_off = pool->headroom;
  m->data_len = 0;
  m->refcnt = 1;
  return m;
}

/// Gives up a packet: each segment goes back where it came from, unless somebody else holds it too.
inline void foreign_mbuf_free(foreign_mbuf* m) {
  while (m != nullptr) {
    foreign_mbuf* const next = m->next;
    if (--m->refcnt == 0) {
      if (m->pool != nullptr) {
        m->next = m->pool->stock;
        m->pool->stock = m;
        ++m->pool->level;
      } else {
        std::free(m->buf_addr);
        std::free(m);
      }
    }
    m = next;
  }
}

inline foreign_mbuf_pool* foreign_mbuf_pool_create(unsigned count, std::uint16_t buf_len, std::uint16_t headroom) {
  foreign_mbuf_pool* pool = static_cast<foreign_mbuf_pool*>(std::calloc(1, sizeof(foreign_mbuf_pool)));
  pool->headroom = headroom;
  for (; count != 0; --count) {
    foreign_mbuf* m = foreign_mbuf_create(buf_len, headroom);
    m->pool = pool;
    foreign_mbuf_free(m);
  }
  return pool;
}

/// All packets are back.
inline void foreign_mbuf_pool_destroy(foreign_mbuf_pool* pool) {
  while (foreign_mbuf* m = foreign_mbuf_alloc(pool)) {
    m->pool = nullptr;
    foreign_mbuf_free(m);
  }
  std::free(pool);
}

/// Where a segment's octets stand.
inline unsigned char* foreign_mbuf_data(const foreign_mbuf* m) { return static_cast<unsigned char*>(m->buf_addr) + m->data_off; }

/// A foreign chain as a packet. Nothing else is needed to run it through a datapath.
template <> struct esplanade::packet_traits<foreign_mbuf> {
  template <class Octet> struct cursor {
    const foreign_mbuf* at;
    std::span<Octet> operator*() const noexcept { return {foreign_mbuf_data(at), at->data_len}; }
    cursor& operator++() noexcept {
      at = at->next;
      return *this;
    }
    explicit operator bool() const noexcept { return at != nullptr; }
  };
  static constexpr std::size_t segments_max = 16;

  static cursor<octet> first(foreign_mbuf& m) noexcept { return {&m}; }
  static cursor<const octet> first(const foreign_mbuf& m) noexcept { return {&m}; }
  static std::size_t length(const foreign_mbuf& m) noexcept { return m.pkt_len; }

  // Room is that of the first segment in front and of the last one behind; none is chained.
  static bool retreat(foreign_mbuf& m, std::size_t n) noexcept {
    if (n > m.data_off) return false;
    m.data_off = static_cast<std::uint16_t>(m.data_off - n);
    m.data_len = static_cast<std::uint16_t>(m.data_len + n);
    m.pkt_len += static_cast<std::uint32_t>(n);
    return true;
  }
  static void advance(foreign_mbuf& m, std::size_t n) noexcept {
    m.pkt_len -= static_cast<std::uint32_t>(n);
    for (foreign_mbuf* s = &m; n != 0; s = s->next) {
      const std::size_t taken = n < s->data_len ? n : s->data_len;
      s->data_off = static_cast<std::uint16_t>(s->data_off + taken);
      s->data_len = static_cast<std::uint16_t>(s->data_len - taken);
      n -= taken;
    }
  }
  static bool extend(foreign_mbuf& m, std::size_t n) noexcept {
    foreign_mbuf* last = &m;
    while (last->next != nullptr) last = last->next;
    if (n > static_cast<std::size_t>(last->buf_len - last->data_off - last->data_len)) return false;
    last->data_len = static_cast<std::uint16_t>(last->data_len + n);
    m.pkt_len += static_cast<std::uint32_t>(n);
    return true;
  }
  static void trim(foreign_mbuf& m, std::size_t n) noexcept {
    m.pkt_len -= static_cast<std::uint32_t>(n);
    std::uint32_t kept = m.pkt_len;
    for (foreign_mbuf* s = &m; s != nullptr; s = s->next) {
      if (s->data_len > kept) s->data_len = static_cast<std::uint16_t>(kept);
      kept -= s->data_len;
    }
  }
  static bool writable(const foreign_mbuf& m) noexcept {
    for (const foreign_mbuf* s = &m; s != nullptr; s = s->next)
      if (s->refcnt > 1) return false;
    return true;
  }
};

namespace esplanade {
inline namespace v0 {
namespace testing {
static_assert(Packet<foreign_mbuf>);

/// The foreign pool as a PacketPool.
class foreign_mbuf_source {
 public:
  foreign_mbuf_source(unsigned count, std::uint16_t buf_len, std::uint16_t headroom) : pool_(foreign_mbuf_pool_create(count, buf_len, headroom)) {}
  ~foreign_mbuf_source() { foreign_mbuf_pool_destroy(pool_); }
  foreign_mbuf_source(const foreign_mbuf_source&) = delete;
  foreign_mbuf_source& operator=(const foreign_mbuf_source&) = delete;

  [[nodiscard]] foreign_mbuf* take() noexcept { return foreign_mbuf_alloc(pool_); }
  void give(foreign_mbuf* m) noexcept { foreign_mbuf_free(m); }
  [[nodiscard]] std::size_t level() const noexcept { return pool_->level; }

 private:
  foreign_mbuf_pool* pool_;
};
static_assert(PacketPool<foreign_mbuf_source, foreign_mbuf>);

/// Makes foreign packets, each segment in a heap block of exactly its size.
class foreign_mbufs {
 public:
  using packet_type = foreign_mbuf;

  foreign_mbuf* make(const packet_form& form) {
    const cut sizes = form.segments.empty() ? uncut(form.content.size()) : form.segments;
    if (sizes.size() > segments_max_of<foreign_mbuf>) return nullptr;
    if (form.headroom + form.content.size() + form.tailroom > 0xffff) return nullptr;
    foreign_mbuf* whole = nullptr;
    foreign_mbuf** link = &whole;
    std::size_t from = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const std::size_t front = i == 0 ? form.headroom : 0;
      const std::size_t size = front + sizes[i] + (i + 1 == sizes.size() ? form.tailroom : 0);
      foreign_mbuf* const m = foreign_mbuf_create(static_cast<std::uint16_t>(size), static_cast<std::uint16_t>(front));
      std::memset(m->buf_addr, form.fill, size);
      if (sizes[i] != 0) std::memcpy(foreign_mbuf_data(m), form.content.data() + from, sizes[i]);
      m->data_len = static_cast<std::uint16_t>(sizes[i]);
      m->refcnt = form.writable ? 1 : 2;
      *link = m;
      link = &m->next;
      from += sizes[i];
    }
    whole->pkt_len = static_cast<std::uint32_t>(form.content.size());
    whole->nb_segs = static_cast<std::uint16_t>(sizes.size());
    return whole;
  }
  void release(foreign_mbuf* m) noexcept {
    for (foreign_mbuf* s = m; s != nullptr; s = s->next) s->refcnt = 1;
    foreign_mbuf_free(m);
  }
  /// As the struct says, without the traits: pkt_len octets from nb_segs segments.
  std::vector<octet> read(const foreign_mbuf& m) const {
    std::vector<octet> all;
    const foreign_mbuf* s = &m;
    for (unsigned i = 0; i < m.nb_segs && s != nullptr; ++i, s = s->next) all.insert(all.end(), foreign_mbuf_data(s), foreign_mbuf_data(s) + s->data_len);
    all.resize(m.pkt_len);
    return all;
  }
};
static_assert(TestPacketFactory<foreign_mbufs>);

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
