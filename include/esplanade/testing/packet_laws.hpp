// What a packet type owes those who build on it and the concept cannot say.
//
// Each law watches one duty on packets made for it and believes the packet in everything else, so that a packet with one
// fault breaks one law. Only the last law resizes at will; it is asked when all others hold.
#pragma once

#include <esplanade/testing/broken_law.hpp>
#include <esplanade/testing/packet_growing_laws.hpp>
#include <esplanade/testing/packet_reading_laws.hpp>
#include <esplanade/testing/packet_resizing_laws.hpp>

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
