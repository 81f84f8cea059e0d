// Packets that own their octets, each segment in a heap block of exactly its size, and a pool of them.
#pragma once

#include <esplanade/buffer/chain_packet.hpp>
#include <esplanade/buffer/flat_packet.hpp>
#include <esplanade/buffer/pool.hpp>
#include <esplanade/testing/packet_form.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// A flat packet in a heap block of exactly headroom + content + tailroom octets: a sanitizer sees an access one octet
/// beyond. Passes as a flat_packet.
class owned_packet : public flat_packet {
 public:
  explicit owned_packet(const packet_form& form)
      : size_(form.headroom + form.content.size() + form.tailroom), headroom_(form.headroom), writable_(form.writable), block_(new octet[size_]) {
    std::memset(block_.get(), form.fill, size_);
    if (!form.content.empty()) std::memcpy(block_.get() + headroom_, form.content.data(), form.content.size());
    put(form.content.size());
  }
  owned_packet(owned_packet&&) noexcept = default;
  owned_packet& operator=(owned_packet&&) noexcept = default;

  /// Empty again, with the headroom it was made with.
  void empty() noexcept { put(0); }

 private:
  void put(std::size_t length) noexcept { static_cast<flat_packet&>(*this) = flat_packet({block_.get(), size_}, headroom_, length, writable_); }

  std::size_t size_;
  std::size_t headroom_;
  bool writable_;
  std::unique_ptr<octet[]> block_;
};

/// A chain whose segments are heap blocks of exactly their size; headroom belongs to the first block, tailroom to the
/// last. Passes as a chain_packet.
template <std::size_t Most = 8> class owned_chain : public chain_packet<Most> {
 public:
  /// The form has at most `Most` segments.
  explicit owned_chain(const packet_form& form) : chain_packet<Most>(form.writable), writable_(form.writable) {
    const cut sizes = form.segments.empty() ? uncut(form.content.size()) : form.segments;
    std::size_t from = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const std::size_t front = i == 0 ? form.headroom : 0;
      const std::size_t size = front + sizes[i] + (i + 1 == sizes.size() ? form.tailroom : 0);
      blocks_.push_back({std::unique_ptr<octet[]>(new octet[size]), size, front});
      octet* const at = blocks_.back().octets.get();
      std::memset(at, form.fill, size);
      if (sizes[i] != 0) std::memcpy(at + front, form.content.data() + from, sizes[i]);
      this->append({at, size}, front, sizes[i]);
      from += sizes[i];
    }
  }
  owned_chain(owned_chain&&) noexcept = default;
  owned_chain& operator=(owned_chain&&) noexcept = default;

  /// Empty again, each segment where its octets began when it was made.
  void empty() noexcept {
    static_cast<chain_packet<Most>&>(*this) = chain_packet<Most>(writable_);
    for (const block& one : blocks_) this->append({one.octets.get(), one.size}, one.front, 0);
  }

 private:
  struct block {
    std::unique_ptr<octet[]> octets;
    std::size_t size, front;
  };
  std::vector<block> blocks_;
  bool writable_;
};

namespace detail {
template <class P> struct owner_of { using type = P; };
template <> struct owner_of<flat_packet> { using type = owned_packet; };
template <std::size_t Most> struct owner_of<chain_packet<Most>> { using type = owned_chain<Most>; };
}  // namespace detail

/// Makes owning packets. `owned_packets<flat_packet>` hands them out as flat_packet; likewise chain_packet<N>.
template <Packet P, class Owner = typename detail::owner_of<P>::type> class owned_packets {
 public:
  using packet_type = P;
  P* make(const packet_form& form) {
    return form.segments.size() > Owner::segments_max ? nullptr : new Owner(form);
  }
  void release(P* p) noexcept { delete static_cast<Owner*>(p); }
};
static_assert(TestPacketFactory<owned_packets<flat_packet>> && TestPacketFactory<owned_packets<chain_packet<4>>>);

/// A pool of N packets with the same headroom and tailroom. The heap is used when the pool is made and never again.
///   Errors   giving a packet that is not out changes nothing and is counted: `misuses()`
template <Packet P, std::size_t N> class fixed_pool {
  using owner = typename detail::owner_of<P>::type;

 public:
  fixed_pool(std::size_t headroom, std::size_t tailroom) : out_(N, false) {
    packets_.reserve(N);
    free_.reserve(N);
    for (std::size_t i = 0; i < N; ++i) packets_.emplace_back(packet_form{.headroom = headroom, .tailroom = tailroom});
    for (std::size_t i = N; i != 0; --i) free_.push_back(i - 1);
  }
  fixed_pool(const fixed_pool&) = delete;
  fixed_pool& operator=(const fixed_pool&) = delete;

  [[nodiscard]] P* take() noexcept {
    if (free_.empty()) return nullptr;
    const std::size_t i = free_.back();
    free_.pop_back();
    out_[i] = true;
    packets_[i].empty();
    return &packets_[i];
  }
  void give(P* p) noexcept {
    const std::size_t i = static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(p) - reinterpret_cast<std::uintptr_t>(packets_.data())) / sizeof(owner);
    if (p == nullptr || i >= N || static_cast<P*>(&packets_[i]) != p || !out_[i]) {
      ++misuses_;
      return;
    }
    out_[i] = false;
    free_.push_back(i);
  }

  /// Packets that can be taken.
  [[nodiscard]] std::size_t level() const noexcept { return free_.size(); }
  /// Packets given that were not out: given twice, or not from here.
  [[nodiscard]] std::size_t misuses() const noexcept { return misuses_; }

 private:
  std::vector<owner> packets_;
  std::vector<std::size_t> free_;
  std::vector<bool> out_;
  std::size_t misuses_ = 0;
};
static_assert(PacketPool<fixed_pool<flat_packet, 1>, flat_packet>);

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
