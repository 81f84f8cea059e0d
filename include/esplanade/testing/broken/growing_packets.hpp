// Packets that grow with one fault each.
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

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
