// What a packet type owes those who build on it and the concept cannot say.
//
// Each law watches one duty on packets made for it and believes the packet in everything else, so that a packet with one
// fault breaks one law. Only the last law resizes at will; it is asked when all others hold.
#pragma once

#include <esplanade/testing/broken_law.hpp>
#include <esplanade/testing/packet_form.hpp>

#include <algorithm>
#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_packet_laws` returns them.
namespace packet_law {
inline constexpr const char* made = "the factory makes packets";
inline constexpr const char* content = "shows the octets that are in it";
inline constexpr const char* length = "length is the sum of the segments";
inline constexpr const char* const_segments = "const and writable segments agree";
inline constexpr const char* first_segment = "has a first segment even when it is empty";
inline constexpr const char* segments_max = "has no more segments than segments_max";
inline constexpr const char* cursors = "cursors walk independently";
inline constexpr const char* writable = "says whether it may be written";
inline constexpr const char* own_functions = "its own functions see the same octets";
inline constexpr const char* retreat_granted = "retreat takes the room in front";
inline constexpr const char* extend_granted = "extend takes the room behind";
inline constexpr const char* retreat_contiguous = "retreat gives n contiguous octets in front";
inline constexpr const char* extend_contiguous = "extend gives n contiguous octets behind";
inline constexpr const char* retreat_keeps = "retreat keeps what stands behind";
inline constexpr const char* extend_keeps = "extend keeps what stands in front";
inline constexpr const char* retreat_refused = "a refused retreat changes nothing";
inline constexpr const char* extend_refused = "a refused extend changes nothing";
inline constexpr const char* advance = "advance drops n octets in front, across segments";
inline constexpr const char* trim = "trim drops n octets behind, across segments";
inline constexpr const char* advance_restores = "advance undoes retreat";
inline constexpr const char* trim_restores = "trim undoes extend";
inline constexpr const char* headroom_again = "room in front can be taken again";
inline constexpr const char* tailroom_again = "room behind can be taken again";
inline constexpr const char* rooms_apart = "retreat and extend do not spend each other's room";
inline constexpr const char* in_place = "resizing moves no octet";
inline constexpr const char* nothing = "0 octets are granted and change nothing";
inline constexpr const char* empty_segments = "empty segments change nothing";
inline constexpr const char* any_order = "resizing works in any order";
}  // namespace packet_law

namespace detail {

// What the laws ask of a packet and of its factory, behind virtual calls: the laws are compiled once, not once per type.
class law_subject {
 public:
  law_subject() = default;
  law_subject(const law_subject&) = delete;
  law_subject& operator=(const law_subject&) = delete;
  virtual ~law_subject() = default;
  virtual bool retreat(std::size_t n) = 0;
  virtual void advance(std::size_t n) = 0;
  virtual bool extend(std::size_t n) = 0;
  virtual void trim(std::size_t n) = 0;
  virtual std::size_t length() const = 0;
  virtual bool writable() const = 0;
  virtual std::vector<octets> segments() const = 0;               // by the writable cursor
  virtual std::vector<const_octets> const_segments() const = 0;   // by the const cursor
  virtual std::string walk_together() const = 0;                  // several cursors at a time: what is wrong, or nothing
  virtual bool has_own_functions() const = 0;
  virtual std::vector<octet> read_by_own_functions() const = 0;
};

class law_factory {
 public:
  law_factory() = default;
  law_factory(const law_factory&) = delete;
  law_factory& operator=(const law_factory&) = delete;
  virtual ~law_factory() = default;
  virtual std::unique_ptr<law_subject> make(const packet_form& form) = 0;
  virtual std::size_t segments_max() const = 0;
};

template <class F> class law_subject_of final : public law_subject {
  using packet_type = typename F::packet_type;
  using traits = packet_traits<packet_type>;

 public:
  law_subject_of(F& factory, packet_type& packet) : factory_(factory), packet_(packet) {}
  ~law_subject_of() override { factory_.release(&packet_); }
  bool retreat(std::size_t n) override { return traits::retreat(packet_, n); }
  void advance(std::size_t n) override { traits::advance(packet_, n); }
  bool extend(std::size_t n) override { return traits::extend(packet_, n); }
  void trim(std::size_t n) override { traits::trim(packet_, n); }
  std::size_t length() const override { return traits::length(packet_); }
  bool writable() const override { return is_writable(static_cast<const packet_type&>(packet_)); }
  std::vector<octets> segments() const override { return walk<octets>(packet_); }
  std::vector<const_octets> const_segments() const override { return walk<const_octets>(static_cast<const packet_type&>(packet_)); }

  std::string walk_together() const override {
    const std::vector<octets> alone = segments();
    const auto is = [](octets a, octets b) { return a.data() == b.data() && a.size() == b.size(); };
    std::size_t at = 0;
    for (auto outer = traits::first(packet_); static_cast<bool>(outer); ++outer, ++at) {
      if (at == alone.size() || !is(*outer, alone[at])) return "one is moved by another";
      std::size_t further = at;
      for (auto copy = outer; static_cast<bool>(copy); ++copy, ++further)
        if (further == alone.size() || !is(*copy, alone[further])) return "a copy does not go on where it was copied";
      if (further != alone.size()) return "a copy ends early";
    }
    return at == alone.size() ? "" : "one ends early when others walk too";
  }

  bool has_own_functions() const override { return reads; }
  std::vector<octet> read_by_own_functions() const override {
    if constexpr (reads) return factory_.read(static_cast<const packet_type&>(packet_));
    else return {};
  }

 private:
  static constexpr bool reads = requires(F& factory, const packet_type& k) { { factory.read(k) } -> std::convertible_to<std::vector<octet>>; };

  // Ends where no sound packet goes on.
  template <class Span, class Q> static std::vector<Span> walk(Q& packet) {
    std::vector<Span> all;
    for (auto c = traits::first(packet); static_cast<bool>(c) && all.size() < 1000; ++c) all.push_back(*c);
    return all;
  }

  F& factory_;
  packet_type& packet_;
};

template <class F> class law_factory_of final : public law_factory {
 public:
  explicit law_factory_of(F& factory) : factory_(factory) {}
  std::unique_ptr<law_subject> make(const packet_form& form) override {
    typename F::packet_type* const made = factory_.make(form);
    if (made == nullptr) return nullptr;
    return std::make_unique<law_subject_of<F>>(factory_, *made);
  }
  std::size_t segments_max() const override { return segments_max_of<typename F::packet_type>; }

 private:
  F& factory_;
};

// A packet of a law, released when the law is done with it.
class law_packet {
 public:
  law_packet(law_factory& factory, const packet_form& form) : subject_(factory.make(form)) {}

  explicit operator bool() const { return subject_ != nullptr; }
  law_subject& operator*() const { return *subject_; }
  bool retreat(std::size_t n) const { return subject_->retreat(n); }
  void advance(std::size_t n) const { subject_->advance(n); }
  bool extend(std::size_t n) const { return subject_->extend(n); }
  void trim(std::size_t n) const { subject_->trim(n); }
  std::size_t length() const { return subject_->length(); }
  std::vector<octets> segments() const { return subject_->segments(); }

  std::size_t sum() const {
    std::size_t n = 0;
    for (const octets piece : segments()) n += piece.size();
    return n;
  }
  std::vector<octet> read() const {
    std::vector<octet> all;
    for (const octets piece : segments()) all.insert(all.end(), piece.begin(), piece.end());
    return all;
  }
  // Where each octet stands.
  std::vector<const octet*> places() const {
    std::vector<const octet*> all;
    for (const octets piece : segments())
      for (const octet& one : piece) all.push_back(&one);
    return all;
  }
  // The first and the last segment that hold something; empty when none does.
  octets front() const {
    for (const octets piece : segments())
      if (!piece.empty()) return piece;
    return {};
  }
  octets back() const {
    octets last{};
    for (const octets piece : segments())
      if (!piece.empty()) last = piece;
    return last;
  }

 private:
  std::unique_ptr<law_subject> subject_;
};

struct law_state {
  std::vector<const octet*> places;
  std::vector<octet> read;
  std::size_t length;
  friend bool operator==(const law_state&, const law_state&) = default;
};
inline law_state state_of(const law_packet& p) { return {p.places(), p.read(), p.length()}; }

inline constexpr std::size_t law_amounts[] = {1, 2, 8, 20, 40, 127, 128};

struct law_room {
  std::size_t front, behind;
};
inline constexpr law_room law_rooms[] = {{128, 128}, {0, 0}, {20, 8}, {1, 200}, {200, 20}};

// Cuts without empty segments; those have a law of their own.
inline std::vector<cut> law_cuts(std::size_t n, std::size_t most) {
  std::vector<cut> all;
  if (n == 0) return {uncut(0)};
  const auto add = [&all, most](const std::vector<cut>& some) {
    for (const cut& one : some)
      if (one.size() <= most && std::find(one.begin(), one.end(), std::size_t{0}) == one.end()) all.push_back(one);
  };
  if (n <= 5) {
    add(every_cut(n));
  } else {
    add({uncut(n), single_octets(n), pieces_of(n, 2), pieces_of(n, 7), {1, n - 2, 1}});
    add(cuts_at_the_edges(n));
    add(random_cuts(n, 6, most, n));
    if (n >= most) {  // as many segments as there may be
      cut fullest = single_octets(most);
      fullest.back() = n - most + 1;
      add({fullest});
    }
  }
  return all;
}

// Asks `look(form)` about every form of the laws until it answers with words.
template <class Look> std::string over_forms(law_factory& factory, Look look) {
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{17}, std::size_t{40}}) {
    const std::vector<octet> content = counted_octets(n);
    for (const cut& sizes : law_cuts(n, factory.segments_max()))
      for (const law_room room : law_rooms) {
        const packet_form form{.content = content, .segments = sizes, .headroom = room.front, .tailroom = room.behind};
        if (const std::string words = look(form); !words.empty()) return describe(form) + ": " + words;
      }
  }
  return {};
}

// The same, for each packet that the factory makes of these forms.
template <class Look> std::string over_packets(law_factory& factory, Look look) {
  return over_forms(factory, [&](const packet_form& form) -> std::string {
    const law_packet p(factory, form);
    return p ? look(p, form) : std::string();
  });
}

// The same, for each amount that a packet is resized by.
template <class Look> std::string over_amounts(law_factory& factory, Look look) {
  return over_forms(factory, [&](const packet_form& form) -> std::string {
    for (const std::size_t n : law_amounts) {
      const law_packet p(factory, form);
      if (!p) return {};
      if (const std::string words = look(p, form, n); !words.empty()) return std::to_string(n) + " octets: " + words;
    }
    return {};
  });
}

// The same, for each number of octets that can be dropped.
template <class Look> std::string over_drops(law_factory& factory, Look look) {
  return over_forms(factory, [&](const packet_form& form) -> std::string {
    if (form.headroom != law_rooms[0].front && form.headroom != 0) return {};
    for (std::size_t n = 0; n <= form.content.size(); ++n) {
      const law_packet p(factory, form);
      if (!p) return {};
      if (const std::string words = look(p, n); !words.empty()) return std::to_string(n) + " octets: " + words;
    }
    return {};
  });
}

inline std::vector<octet> without_front(const std::vector<octet>& all, std::size_t n) {
  return n > all.size() ? std::vector<octet>() : std::vector<octet>(all.begin() + static_cast<std::ptrdiff_t>(n), all.end());
}
inline std::vector<octet> without_back(const std::vector<octet>& all, std::size_t n) {
  return n > all.size() ? std::vector<octet>() : std::vector<octet>(all.begin(), all.end() - static_cast<std::ptrdiff_t>(n));
}

inline std::string law_made(law_factory& factory) {
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{40}}) {
    const std::vector<octet> content = counted_octets(n);
    if (!law_packet(factory, {.content = content})) return std::to_string(n) + " octets in one segment without room: none was made";
  }
  return {};
}

inline std::string law_content(law_factory& factory) {
  return over_packets(factory, [](const law_packet& p, const packet_form& form) -> std::string {
    const std::vector<octet> seen = p.read();
    return std::equal(seen.begin(), seen.end(), form.content.begin(), form.content.end()) ? "" : "other octets are seen";
  });
}

inline std::string law_length(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    const auto differs = [&p] { return p.length() != p.sum(); };
    if (differs()) return "length is another when it is new";
    if (p.retreat(n) && differs()) return "length is another after retreat";
    if (p.extend(n) && differs()) return "length is another after extend";
    p.advance(p.sum() / 2);
    if (differs()) return "length is another after advance";
    p.trim(p.sum() / 2);
    if (differs()) return "length is another after trim";
    return {};
  });
}

inline std::string law_const_segments(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    const auto differ = [&p] {
      const std::vector<octets> some = p.segments();
      const std::vector<const_octets> others = (*p).const_segments();
      return !std::equal(some.begin(), some.end(), others.begin(), others.end(),
                         [](octets a, const_octets b) { return a.data() == b.data() && a.size() == b.size(); });
    };
    if (differ()) return "they differ when it is new";
    if (p.retreat(n) && differ()) return "they differ after retreat";
    if (p.extend(n) && differ()) return "they differ after extend";
    return {};
  });
}

inline std::string law_first_segment(law_factory& factory) {
  return over_packets(factory, [](const law_packet& p, const packet_form&) -> std::string {
    p.advance(p.sum());
    return p.segments().empty() ? "there is none when everything was dropped in front" : "";
  });
}

inline std::string law_segments_max(law_factory& factory) {
  return over_amounts(factory, [&factory](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    const auto too_many = [&] { return p.segments().size() > factory.segments_max(); };
    if (too_many()) return "there are more when it is new";
    if (p.retreat(n) && too_many()) return "there are more after retreat";
    if (p.extend(n) && too_many()) return "there are more after extend";
    return {};
  });
}

inline std::string law_cursors(law_factory& factory) {
  return over_packets(factory, [](const law_packet& p, const packet_form&) { return (*p).walk_together(); });
}

inline std::string law_writable(law_factory& factory) {
  return over_amounts(factory, [&factory](const law_packet& p, const packet_form& form, std::size_t n) -> std::string {
    if (!(*p).writable()) return "one that may be written denies it";
    packet_form shared = form;
    shared.writable = false;
    const law_packet other(factory, shared);
    if (!other) return {};
    if ((*other).writable()) return "one that may not be written allows it";
    (void)other.retreat(n);
    (void)other.extend(n);
    return (*other).writable() ? "one that may not be written allows it after it was resized" : "";
  });
}

inline std::string law_own_functions(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    if (!(*p).has_own_functions()) return {};
    const auto differ = [&p] { return (*p).read_by_own_functions() != p.read(); };
    if (differ()) return "they see others when it is new";
    if (p.retreat(n) && differ()) return "they see others after retreat";
    if (p.extend(n) && differ()) return "they see others after extend";
    p.advance(p.sum() / 2);
    if (differ()) return "they see others after advance";
    p.trim(p.sum() / 2);
    if (differ()) return "they see others after trim";
    return {};
  });
}

inline std::string law_retreat_granted(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form& form, std::size_t n) -> std::string {
    if (form.headroom <= resize_max && form.headroom != 0 && n == 1) return p.retreat(form.headroom) ? "" : "all of the room is refused";
    return n > form.headroom || p.retreat(n) ? "" : "refused";
  });
}
inline std::string law_extend_granted(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form& form, std::size_t n) -> std::string {
    if (form.tailroom <= resize_max && form.tailroom != 0 && n == 1) return p.extend(form.tailroom) ? "" : "all of the room is refused";
    return n > form.tailroom || p.extend(n) ? "" : "refused";
  });
}

inline std::string law_retreat_contiguous(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    const std::size_t before = p.sum();
    if (!p.retreat(n)) return {};
    if (p.sum() != before + n) return "grew by " + std::to_string(p.sum() - before);
    return p.front().size() >= n ? "" : "the first segment holds " + std::to_string(p.front().size());
  });
}
inline std::string law_extend_contiguous(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    const std::size_t before = p.sum();
    if (!p.extend(n)) return {};
    if (p.sum() != before + n) return "grew by " + std::to_string(p.sum() - before);
    return p.back().size() >= n ? "" : "the last segment holds " + std::to_string(p.back().size());
  });
}

inline std::string law_retreat_keeps(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    const std::vector<octet> before = p.read();
    if (!p.retreat(n)) return {};
    const octets fresh = p.front().first(std::min<std::size_t>(n, p.front().size()));
    std::fill(fresh.begin(), fresh.end(), octet{0x5a});
    return without_front(p.read(), p.sum() - before.size()) == before ? "" : "changed, or under the new octets";
  });
}
inline std::string law_extend_keeps(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    const std::vector<octet> before = p.read();
    if (!p.extend(n)) return {};
    const octets fresh = p.back().last(std::min<std::size_t>(n, p.back().size()));
    std::fill(fresh.begin(), fresh.end(), octet{0x5a});
    return without_back(p.read(), p.sum() - before.size()) == before ? "" : "changed, or under the new octets";
  });
}

// Asks for more than there is: of a packet that has given what it has, and of one that still has a little, whose later
// answers are compared with those of a packet that was not asked.
template <class Resize> std::string law_refused(law_factory& factory, Resize resize) {
  return over_amounts(factory, [&](const law_packet& p, const packet_form& form, std::size_t n) -> std::string {
    std::size_t granted = 0;
    while (granted < 64 && resize(p, n)) ++granted;
    if (granted == 64) return {};  // takes room from somewhere for ever
    const law_packet same(factory, form);
    for (std::size_t i = 0; same && i < granted; ++i)
      if (!resize(same, n)) return {};
    if (!same) return {};
    const law_state before = state_of(same);
    if (!resize(same, n) && state_of(same) != before) return "refused, but changed";
    if (granted != 0) return {};
    for (const std::size_t less : {std::size_t{1}, n / 2, n - 1}) {
      const law_packet asked(factory, form);
      const law_packet left_alone(factory, form);
      if (!asked || !left_alone || resize(asked, n)) return {};
      if (resize(asked, less) != resize(left_alone, less)) return "refused, and then the answer for " + std::to_string(less) + " is another";
      if (asked.read() != left_alone.read()) return "refused, and then " + std::to_string(less) + " give other octets";
    }
    return {};
  });
}
inline std::string law_retreat_refused(law_factory& factory) {
  return law_refused(factory, [](const law_packet& p, std::size_t n) { return p.retreat(n); });
}
inline std::string law_extend_refused(law_factory& factory) {
  return law_refused(factory, [](const law_packet& p, std::size_t n) { return p.extend(n); });
}

inline std::string law_advance(law_factory& factory) {
  return over_drops(factory, [](const law_packet& p, std::size_t n) -> std::string {
    const std::vector<octet> before = p.read();
    p.advance(n);
    return p.read() == without_front(before, n) ? "" : "left is not what stood behind them";
  });
}
inline std::string law_trim(law_factory& factory) {
  return over_drops(factory, [](const law_packet& p, std::size_t n) -> std::string {
    const std::vector<octet> before = p.read();
    p.trim(n);
    return p.read() == without_back(before, n) ? "" : "left is not what stood in front of them";
  });
}

inline std::string law_advance_restores(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    const std::vector<octet> before = p.read();
    const std::size_t length = p.length();
    if (!p.retreat(n)) return {};
    p.advance(n);
    return p.read() == before && p.length() == length ? "" : "not as before";
  });
}
inline std::string law_trim_restores(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    const std::vector<octet> before = p.read();
    const std::size_t length = p.length();
    if (!p.extend(n)) return {};
    p.trim(n);
    return p.read() == before && p.length() == length ? "" : "not as before";
  });
}

inline std::string law_headroom_again(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    if (!p.retreat(n)) return {};
    for (int again = 0; again < 3; ++again) {
      p.advance(n);
      if (!p.retreat(n)) return "refused when it had been given back";
    }
    return {};
  });
}
inline std::string law_tailroom_again(law_factory& factory) {
  return over_amounts(factory, [](const law_packet& p, const packet_form&, std::size_t n) -> std::string {
    if (!p.extend(n)) return {};
    for (int again = 0; again < 3; ++again) {
      p.trim(n);
      if (!p.extend(n)) return "refused when it had been given back";
    }
    return {};
  });
}

inline std::string law_rooms_apart(law_factory& factory) {
  return over_amounts(factory, [&factory](const law_packet& p, const packet_form& form, std::size_t n) -> std::string {
    if (n >= form.headroom || n >= form.tailroom) return {};
    if (p.extend(n) && !p.retreat(n)) return "retreat is refused after extend";
    const law_packet other(factory, form);
    if (other && other.retreat(n) && !other.extend(n)) return "extend is refused after retreat";
    return {};
  });
}

inline std::string law_in_place(law_factory& factory) {
  return over_amounts(factory, [&factory](const law_packet& p, const packet_form& form, std::size_t n) -> std::string {
    using places = std::vector<const octet*>;
    const auto ends_with = [](const places& all, const places& some) {
      return some.size() <= all.size() && std::equal(some.begin(), some.end(), all.end() - static_cast<std::ptrdiff_t>(some.size()));
    };
    const auto begins_with = [](const places& all, const places& some) {
      return some.size() <= all.size() && std::equal(some.begin(), some.end(), all.begin());
    };
    const law_packet others[] = {{factory, form}, {factory, form}, {factory, form}};
    if (!others[0] || !others[1] || !others[2]) return {};
    places before = p.places();
    if (p.retreat(n) && !ends_with(p.places(), before)) return "retreat moves them";
    before = others[0].places();
    if (others[0].extend(n) && !begins_with(others[0].places(), before)) return "extend moves them";
    if (n > before.size()) return {};
    before = others[1].places();
    others[1].advance(n);
    if (!ends_with(before, others[1].places())) return "advance moves them";
    before = others[2].places();
    others[2].trim(n);
    return begins_with(before, others[2].places()) ? "" : "trim moves them";
  });
}

inline std::string law_nothing(law_factory& factory) {
  return over_packets(factory, [](const law_packet& p, const packet_form&) -> std::string {
    const law_state before = state_of(p);
    if (!p.retreat(0)) return "retreat refuses";
    if (!p.extend(0)) return "extend refuses";
    p.advance(0);
    p.trim(0);
    return state_of(p) == before ? "" : "something changed";
  });
}

// With empty segments strewn in, a packet must do what it does without them.
inline std::string law_empty_segments(law_factory& factory) {
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{4}}) {
    const std::vector<octet> content = counted_octets(n);
    for (const cut& plain : law_cuts(n, 3))
      for (const cut& strewn : with_empty_segments(plain)) {
        if (strewn.size() > factory.segments_max()) continue;
        for (const law_room room : {law_room{20, 20}, law_room{0, 0}})
          for (int deed = 0; deed < 4; ++deed)
            for (std::size_t by = 0; by <= n; ++by) {
              packet_form form{.content = content, .segments = plain, .headroom = room.front, .tailroom = room.behind};
              const law_packet without(factory, form);
              form.segments = strewn;
              const law_packet with(factory, form);
              if (!without || !with) continue;
              const auto act = [deed, by](const law_packet& p) {
                if (deed == 0) p.advance(by);
                if (deed == 1) p.trim(by);
                if (deed == 2 && p.retreat(by + 1) && !p.front().empty()) p.front()[0] = 0x5a;
                if (deed == 3 && p.extend(by + 1) && !p.back().empty()) p.back().back() = 0x5a;
              };
              const std::vector<octet> before = with.read();
              act(without);
              act(with);
              if (room.front == 0 && deed >= 2) {  // an empty segment may bring room; but what stands there stays
                const std::vector<octet> seen = with.read();
                if (n != 0 && std::search(seen.begin(), seen.end(), before.begin(), before.end()) == seen.end()) return describe(form) + ": octets are lost when it grows";
                continue;
              }
              static constexpr const char* deeds[] = {"advance", "trim", "retreat", "extend"};
              if (with.read() != without.read()) return describe(form) + ": " + deeds[deed] + " of " + std::to_string(by + (deed >= 2)) + " leaves other octets";
            }
      }
  }
  return {};
}

inline std::string law_any_order(law_factory& factory, std::uint64_t seed) {
  seeded numbers{seed};
  for (const std::size_t n : {std::size_t{0}, std::size_t{3}, std::size_t{40}, std::size_t{150}})
    for (const cut& sizes : interesting_cuts(n, std::min<std::size_t>(factory.segments_max(), 6), seed)) {
      if (numbers.below(4) != 0 && n == 150) continue;
      std::vector<octet> model = counted_octets(n);
      const packet_form form{.content = model, .segments = sizes, .headroom = 150, .tailroom = 150};
      const law_packet p(factory, form);
      if (!p) continue;
      const std::string what = describe(form);
      for (int step = 0; step < 40; ++step) {
        const auto below = [&numbers](std::size_t end) { return static_cast<std::size_t>(numbers.below(end)); };
        const std::size_t grow = below(4) == 0 ? below(resize_max + 1) : below(24);
        const std::size_t drop = below(8) == 0 ? below(model.size() + 1) : below(std::min<std::size_t>(model.size(), 24) + 1);
        const octet mark = static_cast<octet>(numbers.next());
        switch (numbers.below(4)) {
          case 0:
            if (!p.retreat(grow)) break;
            model.insert(model.begin(), grow, mark);
            std::fill_n(p.front().begin(), std::min<std::size_t>(grow, p.front().size()), mark);
            break;
          case 1:
            if (!p.extend(grow)) break;
            model.insert(model.end(), grow, mark);
            std::fill_n(p.back().rbegin(), std::min<std::size_t>(grow, p.back().size()), mark);
            break;
          case 2:
            p.advance(drop);
            model = without_front(model, drop);
            break;
          default:
            p.trim(drop);
            model = without_back(model, drop);
            break;
        }
        if (p.length() != model.size() || p.read() != model) return what + ": other octets after " + std::to_string(step + 1) + " steps";
      }
    }
  return {};
}

}  // namespace detail

namespace detail {
inline std::vector<broken_law> find_broken_packet_laws(law_factory& factory, std::uint64_t seed) {
  using namespace packet_law;
  struct law {
    const char* name;
    std::string (*broken_at)(law_factory&);
  };
  static constexpr law laws[] = {
      {made, law_made},
      {content, law_content},
      {length, law_length},
      {const_segments, law_const_segments},
      {first_segment, law_first_segment},
      {segments_max, law_segments_max},
      {cursors, law_cursors},
      {writable, law_writable},
      {own_functions, law_own_functions},
      {retreat_granted, law_retreat_granted},
      {extend_granted, law_extend_granted},
      {retreat_contiguous, law_retreat_contiguous},
      {extend_contiguous, law_extend_contiguous},
      {retreat_keeps, law_retreat_keeps},
      {extend_keeps, law_extend_keeps},
      {retreat_refused, law_retreat_refused},
      {extend_refused, law_extend_refused},
      {advance, law_advance},
      {trim, law_trim},
      {advance_restores, law_advance_restores},
      {trim_restores, law_trim_restores},
      {headroom_again, law_headroom_again},
      {tailroom_again, law_tailroom_again},
      {rooms_apart, law_rooms_apart},
      {in_place, law_in_place},
      {nothing, law_nothing},
      {empty_segments, law_empty_segments},
  };
  std::vector<broken_law> broken;
  for (const law& each : laws)
    if (std::string where = each.broken_at(factory); !where.empty()) broken.push_back({each.name, where});
  if (broken.empty())
    if (std::string where = law_any_order(factory, seed); !where.empty()) broken.push_back({any_order, where});
  return broken;
}
}  // namespace detail

/// The laws that the packets of a factory break, each with the first form that shows it; empty = they keep them all.
/// A fraction of a second. The seed is for the walks of `any_order`.
template <TestPacketFactory F> std::vector<broken_law> find_broken_packet_laws(F& factory, std::uint64_t seed = 1) {
  detail::law_factory_of<F> asked(factory);
  return detail::find_broken_packet_laws(asked, seed);
}

/// The names of the laws that the packets of a factory break; empty = they keep them all.
///   static_assert(esplanade::Packet<my_packet>);
///   CHECK(esplanade::testing::check_packet_laws(my_factory).empty());
template <TestPacketFactory F> std::vector<std::string> check_packet_laws(F& factory, std::uint64_t seed = 1) {
  return names_of(find_broken_packet_laws(factory, seed));
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
