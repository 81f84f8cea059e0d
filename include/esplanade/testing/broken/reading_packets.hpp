// Packets that show their octets with one fault each.
#pragma once

#include <esplanade/testing/packet_laws.hpp>
#include <esplanade/testing/packets.hpp>

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

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
