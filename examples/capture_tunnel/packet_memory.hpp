// Memory for the packets of a batch, in the form that a profile's packet type asks for.
#pragma once

#include <esplanade/buffer/access.hpp>
#include <esplanade/buffer/chain_packet.hpp>
#include <esplanade/buffer/flat_packet.hpp>

#include <vector>

namespace capture_tunnel {

inline constexpr std::size_t room_in_front = 128, room_behind = 192;  // octets; more than any profile here adds

/// A packet with memory of its own, used again and again. Passes as a `P`.
///   load(octets)   puts a packet in it
template <esplanade::Packet P> class packet_memory;

/// | headroom | packet | tailroom |
template <> class packet_memory<esplanade::flat_packet> : public esplanade::flat_packet {
 public:
  static constexpr const char* name = "flat";
  void load(esplanade::const_octets packet) {
    const std::size_t size = room_in_front + packet.size() + room_behind;
    if (block_.size() < size) block_.resize(size);
    if (!packet.empty()) std::memcpy(block_.data() + room_in_front, packet.data(), packet.size());
    static_cast<flat_packet&>(*this) = flat_packet(block_, room_in_front, packet.size());
  }
  /// Makes it empty, with room behind it for any packet.
  void clear() noexcept {
    block_.resize(room_in_front + esplanade::ip_length_max + room_behind);
    static_cast<flat_packet&>(*this) = flat_packet(block_, room_in_front, 0);
  }

 private:
  std::vector<esplanade::octet> block_;
};

/// | headroom | … | ──► | … | ──► | … | tailroom |, cut at other places for every packet: first somewhere in the headers, then
/// near the end, so that every header, IV, trailer and ICV straddles segments sooner or later.
template <std::size_t Most> class packet_memory<esplanade::chain_packet<Most>> : public esplanade::chain_packet<Most> {
  static_assert(Most >= 3);

 public:
  static constexpr const char* name = "chain";
  void load(esplanade::const_octets packet) {
    ++loaded_;
    const std::size_t back = std::min<std::size_t>(packet.size(), loaded_ % 23);
    const std::size_t front = std::min<std::size_t>(packet.size() - back, loaded_ % 61);
    static_cast<esplanade::chain_packet<Most>&>(*this) = {};
    put(front_, packet.first(front), room_in_front, 0);
    put(middle_, packet.subspan(front, packet.size() - front - back), 0, 0);
    put(back_, packet.last(back), 0, room_behind);
  }

 private:
  void put(std::vector<esplanade::octet>& block, esplanade::const_octets octets, std::size_t before, std::size_t behind) {
    block.resize(before + octets.size() + behind);
    if (!octets.empty()) std::memcpy(block.data() + before, octets.data(), octets.size());
    this->append(block, before, octets.size());
  }
  std::vector<esplanade::octet> front_, middle_, back_;
  std::size_t loaded_ = 0;
};

/// Packets for lists that make some: empty, with room for any packet on either side.
template <esplanade::Packet P> class packet_pool {
 public:
  explicit packet_pool(std::size_t packets) : memory_(packets) {
    for (packet_memory<P>& one : memory_) free_.push_back(&one);
  }
  [[nodiscard]] P* take() noexcept {
    if (free_.empty()) return nullptr;
    packet_memory<P>* const one = free_.back();
    free_.pop_back();
    one->clear();
    return one;
  }
  void give(P* p) noexcept { free_.push_back(static_cast<packet_memory<P>*>(p)); }

 private:
  std::vector<packet_memory<P>> memory_;
  std::vector<packet_memory<P>*> free_;
};

/// The octets of a packet, wherever they lie.
template <esplanade::Packet P> void unload(const P& packet, std::vector<esplanade::octet>& into) {
  into.resize(esplanade::packet_traits<P>::length(packet));
  esplanade::copy_out(packet, 0, into.data(), into.size());
}

}  // namespace capture_tunnel
