// What a packet must do when it grows, in front and behind.
#pragma once

#include <esplanade/testing/packet_law_ground.hpp>

#include <algorithm>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

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

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
