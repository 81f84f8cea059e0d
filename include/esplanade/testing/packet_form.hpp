// How tests ask for a packet: its octets, where they are cut, and the room around them.
#pragma once

#include <esplanade/buffer/packet.hpp>
#include <esplanade/testing/cuts.hpp>

#include <string>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// What a test packet is to look like.
struct packet_form {
  const_octets content{};
  cut segments{};            ///< octets per segment in wire order, in all content.size(); {} is one segment
  std::size_t headroom = 0;  ///< free octets in front of the first segment, exactly or at least
  std::size_t tailroom = 0;  ///< free octets behind the last segment, exactly or at least
  bool writable = true;      ///< false: somebody else holds the octets
  octet fill = 0xa5;         ///< what stands in the room, where the type has it in its hands
};

/// "17 octets as 1+16, headroom 8, tailroom 0"
inline std::string describe(const packet_form& form) {
  std::string words = std::to_string(form.content.size()) + " octets";
  for (std::size_t i = 0; i < form.segments.size(); ++i) words += (i == 0 ? " as " : "+") + std::to_string(form.segments[i]);
  words += ", headroom " + std::to_string(form.headroom) + ", tailroom " + std::to_string(form.tailroom);
  return form.writable ? words : words + ", not writable";
}

/// How law functions and harnesses get packets of somebody's type.
///   Shape    F::packet_type  models Packet
///            f.make(form)    a packet of that form, or nullptr: this type cannot have it (several segments, no headroom …)
///            f.release(p)    done with it; several packets may be out at a time
///            f.read(p)       its octets as the type's own functions see them (optional: where it is absent, the cursor
///                            is believed)
///   Units    octets
///   Cost     any; allocates
///   Errors   nullptr, and the form is left out
///   Threads  one
///   Models   owned_packets, foreign_mbufs
template <class F>
concept TestPacketFactory = Packet<typename F::packet_type> && requires(F& f, const packet_form& form, typename F::packet_type* p) {
  { f.make(form) } -> std::same_as<typename F::packet_type*>;
  f.release(p);
};

/// The octets of a packet in wire order; copies.
template <Packet P> std::vector<octet> octets_of(const P& p) {
  std::vector<octet> all;
  for (auto c = packet_traits<P>::first(p); static_cast<bool>(c); ++c) {
    const const_octets piece = *c;
    all.insert(all.end(), piece.begin(), piece.end());
  }
  return all;
}

/// The sizes of a packet's segments.
template <Packet P> cut cut_of(const P& p) {
  cut sizes;
  for (auto c = packet_traits<P>::first(p); static_cast<bool>(c); ++c) sizes.push_back(const_octets(*c).size());
  return sizes;
}

/// `n` octets that differ from their neighbours: first, first + 1, …
inline std::vector<octet> counted_octets(std::size_t n, octet first = 1) {
  std::vector<octet> all(n);
  for (std::size_t i = 0; i < n; ++i) all[i] = static_cast<octet>(first + i);
  return all;
}

/// `n` octets from a seed.
inline std::vector<octet> seeded_octets(std::size_t n, std::uint64_t seed) {
  seeded numbers{seed};
  std::vector<octet> all(n);
  for (octet& one : all) one = static_cast<octet>(numbers.next() >> 56);
  return all;
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
