// Every interesting way to cut n octets into segments.
#pragma once

#include <esplanade/testing/seeded.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// Octets per segment, in wire order; 0 is an empty segment. Each function here gives at least one segment.
using cut = std::vector<std::size_t>;

/// Octets that a cut holds.
inline std::size_t octets_in(const cut& sizes) {
  std::size_t sum = 0;
  for (const std::size_t size : sizes) sum += size;
  return sum;
}

/// One segment.
inline cut uncut(std::size_t n) { return {n}; }

/// Two segments at every position, 0 and n included: n + 1 cuts.
inline std::vector<cut> cuts_at_every_position(std::size_t n) {
  std::vector<cut> all;
  for (std::size_t at = 0; at <= n; ++at) all.push_back({at, n - at});
  return all;
}

/// Two segments at 0, 1, 16, n - 16, n - 1 and n, as far as these lie inside; none twice.
inline std::vector<cut> cuts_at_the_edges(std::size_t n) {
  std::vector<std::size_t> places{0, n};
  for (const std::size_t from_edge : {std::size_t{1}, std::size_t{16}})
    if (from_edge <= n) places.insert(places.end(), {from_edge, n - from_edge});
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  std::vector<cut> all;
  for (const std::size_t at : places) all.push_back({at, n - at});
  return all;
}

/// Every cut into segments that hold something: 2^(n-1) of them; n is at most 20.
inline std::vector<cut> every_cut(std::size_t n) {
  if (n == 0) return {uncut(0)};
  std::vector<cut> all;
  for (std::size_t borders = 0; borders < std::size_t{1} << (n - 1); ++borders) {
    cut sizes{1};
    for (std::size_t i = 0; i + 1 < n; ++i) {
      if ((borders >> i & 1) != 0) sizes.push_back(1);
      else ++sizes.back();
    }
    all.push_back(sizes);
  }
  return all;
}

/// n segments of one octet each; 0 octets are one empty segment.
inline cut single_octets(std::size_t n) { return n == 0 ? uncut(0) : cut(n, 1); }

/// Segments of `size` octets and what is left over.
inline cut pieces_of(std::size_t n, std::size_t size) {
  cut sizes(n / size, size);
  if (n % size != 0 || n == 0) sizes.push_back(n % size);
  return sizes;
}

/// A border at each of these offsets, in any order; two at one leave an empty segment.
inline cut cut_at(std::size_t n, std::vector<std::size_t> borders) {
  std::sort(borders.begin(), borders.end());
  cut sizes;
  std::size_t from = 0;
  for (const std::size_t border : borders) {
    sizes.push_back(border - from);
    from = border;
  }
  sizes.push_back(n - from);
  return sizes;
}

/// 1 to `most` segments with borders anywhere, so that empty ones and single octets turn up.
inline cut random_cut(std::size_t n, std::size_t most, seeded& numbers) {
  std::vector<std::size_t> borders(static_cast<std::size_t>(numbers.below(most)));
  for (std::size_t& border : borders) border = static_cast<std::size_t>(numbers.below(n + 1));
  return cut_at(n, std::move(borders));
}

/// `count` random cuts of at most `most` segments; the same seed gives the same cuts.
inline std::vector<cut> random_cuts(std::size_t n, std::size_t count, std::size_t most, std::uint64_t seed) {
  seeded numbers{seed};
  std::vector<cut> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(random_cut(n, most, numbers));
  return all;
}

/// The cut with an empty segment at each place in turn, with two in front and behind, and with one at every place.
inline std::vector<cut> with_empty_segments(const cut& sizes) {
  std::vector<cut> all;
  for (std::size_t at = 0; at <= sizes.size(); ++at) {
    cut one = sizes;
    one.insert(one.begin() + static_cast<cut::difference_type>(at), 0);
    all.push_back(one);
  }
  cut ends = sizes;
  ends.insert(ends.begin(), 2, 0);
  ends.insert(ends.end(), 2, 0);
  all.push_back(ends);
  cut everywhere{0};
  for (const std::size_t size : sizes) everywhere.insert(everywhere.end(), {size, 0});
  all.push_back(everywhere);
  return all;
}

/// All of the above for n octets and packets of at most `most` segments, none twice: each cut for n up to 8; beyond that
/// the edges, every position up to 256 octets, single octets and equal pieces where they fit, and 16 random ones.
inline std::vector<cut> interesting_cuts(std::size_t n, std::size_t most, std::uint64_t seed) {
  std::vector<cut> all{uncut(n)};
  const auto add = [&all, most](const std::vector<cut>& some) {
    for (const cut& one : some)
      if (one.size() <= most) all.push_back(one);
  };
  if (n <= 8) add(every_cut(n));
  if (n <= 256) add(cuts_at_every_position(n));
  add(cuts_at_the_edges(n));
  add({single_octets(n)});
  for (const std::size_t size : {std::size_t{2}, std::size_t{7}, std::size_t{16}, std::size_t{64}}) add({pieces_of(n, size)});
  if (n >= 2) add({{1, n - 2, 1}});
  if (n >= 33) add({{16, n - 32, 16}, {1, 15, n - 32, 15, 1}});
  add(random_cuts(n, 16, most, seed));
  add(with_empty_segments(uncut(n)));
  add(with_empty_segments({n / 2, n - n / 2}));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
