// A packet of the host as a buffer list: an NBL with one NB, whose octets stand in one MDL or straddle three.
#pragma once

#include "packet_headers.hpp"
#include "packet_memory.hpp"

#include <esplanade/buffer/nbl.hpp>

namespace capture_tunnel {

/// Memory of its own, used again and again. Cut like a chain_packet: at other places for every packet.
template <bool Cut> class listed_packet : public esplanade::net_buffer {
 public:
  void load(esplanade::const_octets packet) {
    ++loaded_;
    // What the link layer padded stands in the last MDL, for only there can a packet grow again once it is trimmed.
    const std::size_t padding = Cut ? packet.size() - without_padding(packet).size() : 0;
    const std::size_t back = Cut ? padding + std::min<std::size_t>(packet.size() - padding, loaded_ % 23) : 0;
    const std::size_t front = Cut ? std::min<std::size_t>(packet.size() - back, loaded_ % 61) : packet.size();
    const std::size_t sizes[] = {room_in_front + front, packet.size() - front - back, back + room_behind};
    block_.resize(room_in_front + packet.size() + room_behind);
    if (!packet.empty()) std::memcpy(block_.data() + room_in_front, packet.data(), packet.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      pieces_[i] = {};
      pieces_[i].address = block_.data() + at;
      pieces_[i].count = sizes[i];
      at += sizes[i];
    }
    if constexpr (Cut) {
      pieces_[0].next = &pieces_[1];
      pieces_[1].next = &pieces_[2];
    } else {
      pieces_[0].count = at;
    }
    this->link(nullptr);
    assign(&pieces_[0], room_in_front, packet.size());
    list_.link(nullptr);
    list_.clear_slots();
    list_.set_status(esplanade::nbl_status::success);
    list_.set_first_buffer(this);
  }
  [[nodiscard]] esplanade::net_buffer_list& list() { return list_; }

 private:
  std::vector<esplanade::octet> block_;
  esplanade::mdl pieces_[3];
  esplanade::net_buffer_list list_;
  std::size_t loaded_ = 0;
};

}  // namespace capture_tunnel
