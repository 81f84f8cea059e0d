// What the packet laws stand on: packets to look at, and the forms in which they are asked for.
#pragma once

#include <esplanade/testing/packet_law_subject.hpp>

#include <algorithm>
#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

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

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
