// What a host remembers of each SA bundle on a device: whose it is, what the device was told, and what is under way.
#pragma once

#include <esplanade/base/counter.hpp>
#include <esplanade/buffer/batch.hpp>
#include <esplanade/crypto/suite.hpp>
#include <esplanade/offload/large_limits.hpp>
#include <esplanade/offload/sa_request.hpp>

namespace esplanade {
inline namespace v0 {

/// What an offloader did; one writer, relaxed readers.
struct offload_activity {
  counter added{}, updated{}, deleted{};
  counter asked_to_delete{};  ///< requests of the device to make room (F116)
};

namespace detail {

enum class placement_phase : std::uint8_t {
  placed,    ///< the device works on it
  left,      ///< it would, but traffic goes elsewhere
  updating,  ///< outbound: waits for frames under the old word; inbound: until what came up under it has passed
  going,     ///< outbound: waits for frames; then deleted
  gone,      ///< inbound: deleted on the device, or gone with it; what it opened before may still come
};

struct placement_entry {
  bool used = false, inbound = false, settled = false, passing = false;
  bool options = false, extensions = false, inside_tunnel = false;  ///< what the device says that it takes
  large_limits limits{};                                            ///< outbound: of large sends
  bool tcp_checksum = false, udp_checksum = false;                  ///< and computes
  bool closed = false;                                              ///< its configuration lacks what the bundle needs
  bool tunnel = false, esn = false;                                 ///< of the SA, or the first of two
  std::uint8_t count = 0;
  placement_phase now = placement_phase::placed;
  family version = family::ipv4;
  set_of<udp_esp_layout> udp_esp{};
  protocol_kind protocol[2]{};
  offload_transform transform[2];  // each has its own beginning; with braces g++ 12 -m32 fails inside itself
  std::uint32_t spi[2]{}, high[2]{};
  address source{}, destination{};                                  ///< of the outermost header; unspecified = any
  std::uint32_t slot[2]{}, generation[2]{};
  offload_handle handle{};
  std::uint32_t partner = 0xffffffff;
  std::uint16_t turns = 0, quiet = 0;  ///< inbound, replaced: calls of tend() that it stays, when nothing comes
  std::uint64_t packets = 0;           ///< that had come by the last of them

  template <class Direction> void put_name(std::size_t k, sa_handle<Direction> h) noexcept {
    slot[k] = h.slot;
    generation[k] = h.generation;
  }
  template <class Direction> [[nodiscard]] sa_handle<Direction> name(std::size_t k) const noexcept { return {slot[k], generation[k]}; }
};

/// Entries by place; found by walking, for only control looks.
template <std::size_t Capacity> class placement_table {
 public:
  static constexpr std::uint32_t nobody = 0xffffffff;
  [[nodiscard]] placement_entry* take() noexcept {
    for (std::size_t i = 0; i < Capacity; ++i) {
      if (of_[i].used) continue;
      of_[i] = placement_entry{};
      of_[i].used = true;
      if (end_ <= i) end_ = i + 1;
      ++size_;
      return &of_[i];
    }
    return nullptr;
  }
  void give_back(placement_entry& e) noexcept {
    if (e.partner != nobody && of_[e.partner].partner == index_of(e)) of_[e.partner].partner = nobody;
    e = placement_entry{};
    --size_;
    while (end_ != 0 && !of_[end_ - 1].used) --end_;
  }
  [[nodiscard]] std::uint32_t index_of(const placement_entry& e) const noexcept { return static_cast<std::uint32_t>(&e - of_); }
  [[nodiscard]] placement_entry* at(std::uint32_t i) noexcept { return i < Capacity && of_[i].used ? &of_[i] : nullptr; }
  template <class Direction> [[nodiscard]] placement_entry* find(sa_handle<Direction> h) noexcept {
    constexpr bool inbound = std::is_same_v<Direction, inbound_direction>;
    for (std::size_t i = 0; i < end_; ++i)
      for (std::size_t k = 0; k < of_[i].count; ++k)
        if (of_[i].used && of_[i].inbound == inbound && of_[i].template name<Direction>(k) == h) return &of_[i];
    return nullptr;
  }
  template <class Each> void for_each(Each each) noexcept {
    const std::size_t end = end_;
    for (std::size_t i = 0; i < end; ++i)
      if (of_[i].used) each(of_[i]);
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t count(placement_phase which) const noexcept {
    std::size_t n = 0;
    for (std::size_t i = 0; i < end_; ++i) n += of_[i].used && of_[i].now == which;
    return n;
  }

 private:
  placement_entry of_[Capacity]{};
  std::size_t end_ = 0, size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
