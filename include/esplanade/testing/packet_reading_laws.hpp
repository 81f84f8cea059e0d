// What a packet must show of the octets in it, and how.
#pragma once

#include <esplanade/testing/packet_law_ground.hpp>

#include <algorithm>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

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

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
