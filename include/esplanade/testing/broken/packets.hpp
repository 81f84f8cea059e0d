// Packets and pools with one fault each, to show that every law can fail and that none speaks for another.
// Each is sound in everything that its name does not say.
#pragma once

#include <esplanade/testing/packet_laws.hpp>
#include <esplanade/testing/packets.hpp>
#include <esplanade/testing/pool_laws.hpp>

#include <list>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

using sound_packet = owned_chain<8>;

// Turns one octet of a packet over; a second time restores it. Nothing happens beyond the end.
inline void turn_over(sound_packet& p, std::size_t at) noexcept {
  for (auto c = p.first(); static_cast<bool>(c); ++c) {
    const octets piece = *c;
    if (at < piece.size()) {
      piece[at] = static_cast<octet>(piece[at] ^ 0xff);
      return;
    }
    at -= piece.size();
  }
}

/// Breaks packet_law::made.
struct makes_none {
  using packet_type = sound_packet;
  sound_packet* make(const packet_form&) { return nullptr; }
  void release(sound_packet*) noexcept {}
};

/// Breaks packet_law::content.
struct shows_another_octet : sound_packet {
  explicit shows_another_octet(const packet_form& form) : sound_packet(form) {
    turn_over(*this, 0);
  }
};

/// Breaks packet_law::length.
struct miscounts_extend : sound_packet {
  using sound_packet::sound_packet;
  std::size_t length() const noexcept { return sound_packet::length() - uncounted_; }
  bool extend(std::size_t n) noexcept {
    const bool done = sound_packet::extend(n);
    if (done) uncounted_ += n;
    return done;
  }
  void trim(std::size_t n) noexcept {
    sound_packet::trim(n);
    uncounted_ = 0;
  }

 private:
  std::size_t uncounted_ = 0;
};

/// Breaks packet_law::const_segments.
struct hides_last_when_const : sound_packet {
  using sound_packet::sound_packet;
  cursor<octet> first() noexcept { return sound_packet::first(); }
  cursor<const octet> first() const noexcept {
    auto c = sound_packet::first();
    if (segments() > 1) --c.end;
    return c;
  }
};

/// Breaks packet_law::first_segment.
struct has_none_when_empty : sound_packet {
  using sound_packet::sound_packet;
  cursor<octet> first() noexcept { return none_when_empty(sound_packet::first()); }
  cursor<const octet> first() const noexcept { return none_when_empty(sound_packet::first()); }

 private:
  template <class Octet> cursor<Octet> none_when_empty(cursor<Octet> c) const noexcept {
    if (length() == 0) c.at = c.end;
    return c;
  }
};

/// Breaks packet_law::segments_max.
struct has_one_more : owned_chain<9> {
  static constexpr std::size_t segments_max = 8;
  explicit has_one_more(const packet_form& form) : owned_chain<9>(form) { append({}, 0, 0); }
};

/// Breaks packet_law::cursors.
struct shares_cursors : sound_packet {
  using sound_packet::sound_packet;
  template <class Octet> struct cursor {
    sound_packet::cursor<Octet>* shared;
    std::span<Octet> operator*() const noexcept { return **shared; }
    cursor& operator++() noexcept {
      ++*shared;
      return *this;
    }
    explicit operator bool() const noexcept { return static_cast<bool>(*shared); }
  };
  cursor<octet> first() noexcept {
    at_ = sound_packet::first();
    return {&at_};
  }
  cursor<const octet> first() const noexcept {
    const_at_ = sound_packet::first();
    return {&const_at_};
  }

 private:
  sound_packet::cursor<octet> at_{};
  mutable sound_packet::cursor<const octet> const_at_{};
};

/// Breaks packet_law::writable.
struct writable_once_resized : sound_packet {
  using sound_packet::sound_packet;
  bool writable() const noexcept { return resized_ || sound_packet::writable(); }
  bool retreat(std::size_t n) noexcept { return resized_ = sound_packet::retreat(n); }

 private:
  bool resized_ = false;
};

/// Breaks packet_law::own_functions: what it was told about trim stays behind.
struct keeps_its_own_length : sound_packet {
  explicit keeps_its_own_length(const packet_form& form) : sound_packet(form), own_length(form.content.size()) {}
  bool retreat(std::size_t n) noexcept {
    const bool done = sound_packet::retreat(n);
    if (done) own_length += n;
    return done;
  }
  void advance(std::size_t n) noexcept {
    sound_packet::advance(n);
    own_length -= n;
  }
  bool extend(std::size_t n) noexcept {
    const bool done = sound_packet::extend(n);
    if (done) own_length += n;
    return done;
  }
  std::size_t own_length;
};
struct keeps_its_own_lengths : owned_packets<keeps_its_own_length> {
  std::vector<octet> read(const keeps_its_own_length& p) const {
    std::vector<octet> all = octets_of(p);
    all.resize(p.own_length);
    return all;
  }
};

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

using sound_pool = fixed_pool<flat_packet, 8>;

/// Breaks pool_law::once.
struct gives_one_twice {
  sound_pool pool{64, 64};
  flat_packet* last = nullptr;
  unsigned out_twice = 0;
  flat_packet* take() noexcept {
    if (last != nullptr && pool.level() == 0 && out_twice == 0) {
      out_twice = 1;
      return last;
    }
    flat_packet* const p = pool.take();
    if (p != nullptr) last = p;
    return p;
  }
  void give(flat_packet* p) noexcept {
    if (p == last && out_twice == 1) out_twice = 0;
    else pool.give(p);
  }
};

/// Breaks pool_law::says_none.
struct never_says_none {
  std::list<owned_packet> all{};
  flat_packet* take() noexcept { return &all.emplace_back(packet_form{.headroom = 64, .tailroom = 64}); }
  void give(flat_packet*) noexcept {}
};

/// Breaks pool_law::level.
struct keeps_every_fourth {
  sound_pool pool{64, 64};
  unsigned given = 0;
  flat_packet* take() noexcept { return pool.take(); }
  void give(flat_packet* p) noexcept {
    if (++given % 4 != 0) pool.give(p);
  }
};

/// Breaks pool_law::after_none: once empty, it wants two back before it gives one.
struct wants_two_back {
  sound_pool pool{64, 64};
  bool was_empty = false;
  flat_packet* take() noexcept {
    if (was_empty && pool.level() < 2) return nullptr;
    flat_packet* const p = pool.take();
    was_empty = p == nullptr;
    return p;
  }
  void give(flat_packet* p) noexcept { pool.give(p); }
};

/// Breaks pool_law::empty: what was in the packet stays there.
struct gives_what_came_back {
  sound_pool pool{64, 64};
  flat_packet* full = nullptr;
  flat_packet* take() noexcept {
    flat_packet* const p = pool.take();
    if (p != nullptr && p == full) (void)p->extend(1);
    return p;
  }
  void give(flat_packet* p) noexcept {
    if (p->length() != 0) full = p;
    pool.give(p);
  }
};

/// Breaks pool_law::writable.
struct gives_read_only {
  owned_packet only{packet_form{.headroom = 64, .tailroom = 64, .writable = false}};
  bool out = false;
  flat_packet* take() noexcept {
    if (out) return nullptr;
    out = true;
    only.empty();
    return &only;
  }
  void give(flat_packet*) noexcept { out = false; }
};

/// Breaks pool_law::as_new: the octets of a packet begin where its last user left them.
struct leaves_room_as_it_is {
  owned_packet only{packet_form{.headroom = 64, .tailroom = 64}};
  bool out = false;
  flat_packet* take() noexcept {
    if (out) return nullptr;
    out = true;
    only.trim(only.length());
    return &only;
  }
  void give(flat_packet*) noexcept { out = false; }
};

/// Breaks pool_law::apart.
struct gives_two_of_one {
  octet shared[128]{};
  flat_packet both[2]{};
  bool out[2] = {false, false};
  flat_packet* take() noexcept {
    for (int i = 0; i < 2; ++i)
      if (!out[i]) {
        out[i] = true;
        both[i] = flat_packet(shared, 64, 0);
        return &both[i];
      }
    return nullptr;
  }
  void give(flat_packet* p) noexcept { out[p - both] = false; }
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
