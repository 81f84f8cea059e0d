// Packets that shrink, or grow again behind that, with one fault each.
#pragma once

#include <esplanade/testing/broken/reading_packets.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

/// Breaks packet_law::advance.
struct advance_stops_at_border : sound_packet {
  using sound_packet::sound_packet;
  void advance(std::size_t n) noexcept {
    for (auto c = first(); static_cast<bool>(c); ++c)
      if (const std::size_t here = (*c).size(); here != 0) return sound_packet::advance(n < here ? n : here);
  }
};

/// Breaks packet_law::trim.
struct trim_stops_at_border : sound_packet {
  using sound_packet::sound_packet;
  void trim(std::size_t n) noexcept {
    std::size_t last = 0;
    for (auto c = first(); static_cast<bool>(c); ++c)
      if ((*c).size() != 0) last = (*c).size();
    sound_packet::trim(n < last ? n : last);
  }
};

/// Breaks packet_law::advance_restores.
struct advance_takes_one_more : sound_packet {
  using sound_packet::sound_packet;
  bool retreat(std::size_t n) noexcept {
    const bool done = sound_packet::retreat(n);
    taken_ = done ? n : 0;
    return done;
  }
  void advance(std::size_t n) noexcept {
    sound_packet::advance(n != 0 && n == taken_ && n < length() ? n + 1 : n);
    taken_ = 0;
  }
  bool extend(std::size_t n) noexcept {
    taken_ = 0;
    return sound_packet::extend(n);
  }

 private:
  std::size_t taken_ = 0;
};

/// Breaks packet_law::trim_restores.
struct trim_takes_one_more : sound_packet {
  using sound_packet::sound_packet;
  bool extend(std::size_t n) noexcept {
    const bool done = sound_packet::extend(n);
    taken_ = done ? n : 0;
    return done;
  }
  void trim(std::size_t n) noexcept {
    sound_packet::trim(n != 0 && n == taken_ && n < length() ? n + 1 : n);
    taken_ = 0;
  }
  void advance(std::size_t n) noexcept {
    taken_ = 0;
    sound_packet::advance(n);
  }

 private:
  std::size_t taken_ = 0;
};

/// Breaks packet_law::in_place: makes headroom by moving what is there into the tailroom.
struct moves_to_make_room : owned_packet {
  using owned_packet::owned_packet;
  bool retreat(std::size_t n) noexcept {
    if (owned_packet::retreat(n)) return true;
    const std::size_t before = length();
    if (!extend(n)) return false;
    std::memmove(data() + n, data(), before);
    return true;
  }
};

/// Breaks packet_law::nothing.
struct refuses_nothing : sound_packet {
  explicit refuses_nothing(const packet_form& form) : sound_packet(form), headroom_(form.headroom) {}
  bool retreat(std::size_t n) noexcept { return (n != 0 || headroom_ != 0) && sound_packet::retreat(n); }

 private:
  std::size_t headroom_;
};

/// Breaks packet_law::empty_segments.
struct loses_octet_to_empty_segment : sound_packet {
  explicit loses_octet_to_empty_segment(const packet_form& form) : sound_packet(form) {
    if (segments() > 1 && length() > 1 && (*first()).empty()) trim(1);
  }
};

/// Breaks packet_law::any_order: retreat touches what stands behind when a segment was used up before.
struct remembers_a_used_segment : sound_packet {
  using sound_packet::sound_packet;
  bool retreat(std::size_t n) noexcept {
    const bool done = sound_packet::retreat(n);
    if (done && crossed_) turn_over(*this, n);
    return done;
  }
  void advance(std::size_t n) noexcept {
    std::size_t front = 0;
    for (auto c = first(); static_cast<bool>(c) && front == 0; ++c) front = (*c).size();
    crossed_ = crossed_ || n > front;
    sound_packet::advance(n);
  }

 private:
  bool crossed_ = false;
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
