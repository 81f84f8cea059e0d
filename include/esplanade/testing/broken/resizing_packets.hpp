// Packets that grow and shrink with one fault each.
#pragma once

#include <esplanade/testing/broken/reading_packets.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

/// Breaks packet_law::retreat_granted.
struct keeps_all_headroom : sound_packet {
  explicit keeps_all_headroom(const packet_form& form) : sound_packet(form), headroom_(form.headroom) {}
  bool retreat(std::size_t n) noexcept { return (n == 0 || n != headroom_) && sound_packet::retreat(n); }

 private:
  std::size_t headroom_;
};

/// Breaks packet_law::extend_granted.
struct keeps_all_tailroom : sound_packet {
  explicit keeps_all_tailroom(const packet_form& form) : sound_packet(form), tailroom_(form.tailroom) {}
  bool extend(std::size_t n) noexcept { return (n == 0 || n != tailroom_) && sound_packet::extend(n); }

 private:
  std::size_t tailroom_;
};

// A cursor that shows one of the segments as two.
template <class Octet> struct splitting_cursor {
  sound_packet::cursor<Octet> base;
  const sound_packet::piece* split = nullptr;
  std::size_t at = 0;
  bool second = false;
  std::span<Octet> operator*() const noexcept {
    const std::span<Octet> whole = *base;
    if (base.at != split) return whole;
    return second ? whole.subspan(at) : whole.first(at);
  }
  splitting_cursor& operator++() noexcept {
    second = base.at == split && !second;
    if (!second) ++base;
    return *this;
  }
  explicit operator bool() const noexcept { return static_cast<bool>(base); }
};

/// Breaks packet_law::retreat_contiguous.
struct retreats_in_two_pieces : sound_packet {
  using sound_packet::sound_packet;
  template <class Octet> using cursor = splitting_cursor<Octet>;
  cursor<octet> first() noexcept { return torn(sound_packet::first()); }
  cursor<const octet> first() const noexcept { return torn(sound_packet::first()); }
  bool retreat(std::size_t n) noexcept {
    const bool done = sound_packet::retreat(n);
    torn_ = done && n > 1 && segments() < segments_max;
    return done;
  }
  void advance(std::size_t n) noexcept {
    sound_packet::advance(n);
    torn_ = false;
  }

 private:
  template <class Octet> cursor<Octet> torn(sound_packet::cursor<Octet> c) const noexcept {
    if (!torn_) return {c};
    auto where = c;
    while ((*where).size() == 0) ++where;
    return {c, where.at, 1};
  }
  bool torn_ = false;
};

/// Breaks packet_law::extend_contiguous.
struct extends_in_two_pieces : sound_packet {
  using sound_packet::sound_packet;
  template <class Octet> using cursor = splitting_cursor<Octet>;
  cursor<octet> first() noexcept { return torn(sound_packet::first()); }
  cursor<const octet> first() const noexcept { return torn(sound_packet::first()); }
  bool extend(std::size_t n) noexcept {
    const bool done = sound_packet::extend(n);
    torn_ = done && n > 1 && segments() < segments_max;
    return done;
  }
  void trim(std::size_t n) noexcept {
    sound_packet::trim(n);
    torn_ = false;
  }

 private:
  template <class Octet> cursor<Octet> torn(sound_packet::cursor<Octet> c) const noexcept {
    if (!torn_) return {c};
    cursor<Octet> made{c};
    for (auto where = c; static_cast<bool>(where); ++where)
      if ((*where).size() != 0) made = {c, where.at, (*where).size() - 1};
    return made;
  }
  bool torn_ = false;
};

/// Breaks packet_law::retreat_keeps; advance makes it good.
struct retreat_touches_content : sound_packet {
  using sound_packet::sound_packet;
  bool retreat(std::size_t n) noexcept {
    const bool done = sound_packet::retreat(n);
    if (done && n != 0) turn_over(*this, touched_ = n);
    return done;
  }
  void advance(std::size_t n) noexcept {
    if (touched_ != 0) turn_over(*this, touched_);
    touched_ = 0;
    sound_packet::advance(n);
  }

 private:
  std::size_t touched_ = 0;
};

/// Breaks packet_law::extend_keeps; trim makes it good.
struct extend_touches_content : sound_packet {
  using sound_packet::sound_packet;
  bool extend(std::size_t n) noexcept {
    const std::size_t before = length();
    const bool done = sound_packet::extend(n);
    if (done && n != 0 && before != 0) turn_over(*this, (touched_ = before) - 1);
    return done;
  }
  void trim(std::size_t n) noexcept {
    if (touched_ != 0) turn_over(*this, touched_ - 1);
    touched_ = 0;
    sound_packet::trim(n);
  }

 private:
  std::size_t touched_ = 0;
};

/// Breaks packet_law::retreat_refused.
struct refused_retreat_takes_one : sound_packet {
  using sound_packet::sound_packet;
  bool retreat(std::size_t n) noexcept {
    if (sound_packet::retreat(n)) return true;
    (void)sound_packet::retreat(1);
    return false;
  }
};

/// Breaks packet_law::extend_refused.
struct refused_extend_takes_one : sound_packet {
  using sound_packet::sound_packet;
  bool extend(std::size_t n) noexcept {
    if (sound_packet::extend(n)) return true;
    (void)sound_packet::extend(1);
    return false;
  }
};

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

/// Breaks packet_law::headroom_again.
struct retreats_once : sound_packet {
  using sound_packet::sound_packet;
  bool retreat(std::size_t n) noexcept {
    if (n == 0) return true;
    if (spent_) return false;
    return spent_ = sound_packet::retreat(n);
  }

 private:
  bool spent_ = false;
};

/// Breaks packet_law::tailroom_again.
struct extends_once : sound_packet {
  using sound_packet::sound_packet;
  bool extend(std::size_t n) noexcept {
    if (n == 0) return true;
    if (spent_) return false;
    return spent_ = sound_packet::extend(n);
  }

 private:
  bool spent_ = false;
};

/// Breaks packet_law::rooms_apart.
struct extend_spends_headroom : sound_packet {
  using sound_packet::sound_packet;
  bool retreat(std::size_t n) noexcept { return (n == 0 || !spent_) && sound_packet::retreat(n); }
  bool extend(std::size_t n) noexcept {
    const bool done = sound_packet::extend(n);
    spent_ = spent_ || (done && n != 0);
    return done;
  }

 private:
  bool spent_ = false;
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
