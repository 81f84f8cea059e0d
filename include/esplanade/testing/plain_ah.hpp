// What AH covers of headers, read the slow way: octet by octet into a new list. Nothing here uses the toolkit's own muting.
#pragma once

#include <esplanade/base/octets.hpp>

#include <optional>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {
inline std::optional<std::vector<octet>> plain_ah_ipv4(const std::vector<octet>& in, bool sends) {
  std::vector<octet> out;
  for (std::size_t i = 0; i < 20; ++i) out.push_back(i == 1 || (i >= 6 && i <= 8) || i == 10 || i == 11 ? octet{0} : in[i]);
  bool over = false, routed = false;
  while (out.size() < in.size()) {
    const std::size_t at = out.size();
    if (over || in[at] <= 1) {
      over = over || in[at] == 0;
      out.push_back(in[at]);
      continue;
    }
    if (at + 1 == in.size() || in[at + 1] < 2 || at + in[at + 1] > in.size()) return std::nullopt;
    const bool kept = in[at] == 0x82 || in[at] == 0x85 || in[at] == 0x86 || in[at] == 0x94 || in[at] == 0x95;
    if (sends && (in[at] == 0x83 || in[at] == 0x89)) {
      const unsigned length = in[at + 1], pointer = length < 3 ? 0u : in[at + 2];
      if (routed || length % 4 != 3 || pointer < 4 || pointer % 4 != 0) return std::nullopt;
      routed = true;
      if (pointer < length)
        for (std::size_t i = 0; i < 4; ++i) out[16 + i] = in[at + length - 4 + i];
    }
    for (octet i = 0; i < in[at + 1]; ++i) out.push_back(kept ? in[at + i] : octet{0});
  }
  return out;
}

inline std::optional<std::vector<octet>> plain_ah_ipv6(const std::vector<octet>& in, bool sends) {
  std::vector<octet> out{0x60, 0, 0, 0, in[4], in[5], in[6], 0};
  out.insert(out.end(), in.begin() + 8, in.begin() + 40);
  std::size_t named = 6;
  for (std::size_t at = 40; at < in.size();) {
    const octet kind = out[named];
    if (at + 8 > in.size()) return std::nullopt;
    if (kind == 44) {
      const unsigned length = (out[4] * 256u + out[5] + 65536u - 8u) % 65536u;
      out[4] = static_cast<octet>(length / 256);
      out[5] = static_cast<octet>(length % 256);
      out[named] = in[at];
      at += 8;
      continue;
    }
    const std::size_t end = at + 8 + std::size_t{in[at + 1]} * 8;
    if (end > in.size() || (kind != 0 && kind != 43 && kind != 60)) return std::nullopt;
    const std::size_t begins = out.size();
    if (kind == 43) {
      const unsigned type = in[at + 2], left = in[at + 3], addresses = in[at + 1] / 2u;
      const bool known = type == 0 || type == 2;
      if (known && (in[at + 1] % 2 != 0 || left > addresses)) return std::nullopt;
      if (!known && left != 0 && sends) return std::nullopt;
      for (std::size_t i = at; i < end; ++i) out.push_back(in[i]);
      for (; known && sends && out[begins + 3] != 0; --out[begins + 3])
        for (std::size_t i = 0; i < 16; ++i) std::swap(out[24 + i], out[begins + 8 + 16 * (addresses - out[begins + 3]) + i]);
    } else {
      out.push_back(in[at]);
      out.push_back(in[at + 1]);
      for (std::size_t i = at + 2; i < end;) {
        out.push_back(in[i]);
        if (in[i] == 0) {
          ++i;
          continue;
        }
        if (i + 1 == end || i + 2 + in[i + 1] > end) return std::nullopt;
        out.push_back(in[i + 1]);
        for (std::size_t k = 0; k < in[i + 1]; ++k) out.push_back((in[i] >> 5 & 1) != 0 ? octet{0} : in[i + 2 + k]);
        i += 2 + std::size_t{in[i + 1]};
      }
    }
    named = begins;
    at = end;
  }
  return out;
}
}  // namespace detail

/// What the ICV covers of `headers` (all that stands in front of AH); nothing where they contradict themselves, or where a
/// sender cannot know how they will arrive.
inline std::optional<std::vector<octet>> plain_ah_coverage(const std::vector<octet>& headers, bool sends) {
  return headers[0] >> 4 == 4 ? detail::plain_ah_ipv4(headers, sends) : detail::plain_ah_ipv6(headers, sends);
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
