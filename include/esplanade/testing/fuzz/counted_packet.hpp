// A packet that counts how often it is looked at, and lanes of somebody's list over packets of another type.
#pragma once

#include <esplanade/pipeline/datapath.hpp>
#include <esplanade/testing/packets.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// A flat packet in a heap block of exactly its size that counts the accesses to its octets: each is one step of work on a packet.
class counted_packet : public owned_packet {
 public:
  using owned_packet::owned_packet;

  [[nodiscard]] auto first() noexcept {
    ++accesses_;
    return owned_packet::first();
  }
  [[nodiscard]] auto first() const noexcept {
    ++accesses_;
    return owned_packet::first();
  }
  [[nodiscard]] std::size_t accesses() const noexcept { return accesses_; }

 private:
  mutable std::size_t accesses_ = 0;
};
static_assert(ContiguousPacket<counted_packet>);

namespace detail {
template <class Lane, class P> struct lane_over;
template <class List, class Old, class Store, class Crypto, class Policy, class Pool, class P>
struct lane_over<lane<List, Old, Store, Crypto, Policy, Pool>, P> {
  using type = lane<List, P, Store, Crypto, Policy, Pool>;
};
}  // namespace detail

/// The same list over the same stores and provider, for packets of type `P`.
template <class Lane, Packet P> using lane_over = typename detail::lane_over<Lane, P>::type;

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
