// What a packet must do when it shrinks, and when growing and shrinking follow each other.
#pragma once

#include <esplanade/testing/packet_law_ground.hpp>

#include <algorithm>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

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

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
