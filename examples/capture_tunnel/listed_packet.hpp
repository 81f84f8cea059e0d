// A packet of the host as a buffer list: an NBL with one NB, whose octets stand in one MDL or straddle three; and a pool of such.
#pragma once

#include "large_run.hpp"
#include "packet_headers.hpp"
#include "packet_memory.hpp"

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/offload/host_words.hpp>

#include <array>

namespace capture_tunnel {

/// A net buffer in a list of its own, and which packets of the batch it stands for.
class listed : public esplanade::net_buffer {
 public:
  static constexpr std::size_t nobodys = ~std::size_t{0};
  std::size_t parcel = nobodys, parcels = 1;  ///< the first, and how many
  esplanade::send_words words{};              ///< beside it, while the NIC has it
  bool out = false;                           ///< the NIC has it
  bool owed = false;                          ///< its pool wants it back then
  [[nodiscard]] esplanade::net_buffer_list& list() { return list_; }

 protected:
  void renew_list() noexcept {
    this->link(nullptr);
    list_.link(nullptr);
    list_.clear_slots();
    list_.set_status(esplanade::nbl_status::success);
    list_.set_first_buffer(this);
  }

 private:
  esplanade::net_buffer_list list_;
};

/// Memory of its own, used again and again. Cut like a chain_packet: at other places for every packet, but not in its first
/// `together` octets.
template <bool Cut> class listed_packet : public listed {
 public:
  void load(esplanade::const_octets packet, std::size_t together = 0) {
    ++loaded_;
    // What the link layer padded stands in the last MDL, for only there can a packet grow again once it is trimmed.
    const std::size_t padding = Cut && together == 0 ? packet.size() - without_padding(packet).size() : 0;
    const std::size_t back = Cut ? padding + std::min<std::size_t>(packet.size() - padding, loaded_ % 23) : 0;
    const std::size_t front = Cut ? std::min<std::size_t>(packet.size() - back, std::max<std::size_t>(loaded_ % 61, together)) : packet.size();
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
    assign(&pieces_[0], room_in_front, packet.size());
    renew_list();
  }

 private:
  std::vector<esplanade::octet> block_;
  esplanade::mdl pieces_[3];
  std::size_t loaded_ = 0;
};

/// Empty net buffers with room for a segment, for whoever cuts large packets.
class segment_pool {
  struct frame : listed {
    std::array<esplanade::octet, room_in_front + segment_most + room_behind> block;
    esplanade::mdl piece;
    void clear() noexcept {
      piece = {};
      piece.address = block.data();
      piece.count = block.size();
      (void)assign(&piece, room_in_front, 0);
      parcel = nobodys;
      owed = false;
      renew_list();
    }
  };

 public:
  explicit segment_pool(std::size_t frames) : frames_(frames) {
    for (frame& one : frames_) free_.push_back(&one);
  }
  [[nodiscard]] esplanade::net_buffer* take() noexcept {
    if (free_.empty()) return nullptr;
    frame* const one = free_.back();
    free_.pop_back();
    one->clear();
    return one;
  }
  void give(esplanade::net_buffer* p) noexcept { free_.push_back(static_cast<frame*>(p)); }

 private:
  std::vector<frame> frames_;
  std::vector<frame*> free_;
};

}  // namespace capture_tunnel
