// What protection adds to a packet, and which packets still fit a path (RFC 4301 8.2)
#pragma once

#include <esplanade/transform/ah_crypto.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <auto Function> struct this_function {};
}  // namespace detail

/// The octets around the text of one kind of packet: one suite, one mode, one outer family, one encapsulation.
///   Units    octets; `inner` is the whole packet inside, from its IP header; `text_at` the octets of it that stay in clear in
///            front of ESP or AH: 0 in a tunnel, the IP header and what stays beside it in transport mode.
///            With mode::beet `inner` is what stands behind the IP header inside, which is not sent
///   Cost     a few additions where the padding is the least, else at most 256 questions to the padding policy
template <class P> struct sa_overhead {
  std::uint16_t front = 0;      ///< outer header, what wraps ESP, ESP header and IV; or AH
  std::uint16_t back = 0;       ///< pad length, next header, ICV
  std::uint16_t alignment = 4;  ///< the text with padding and trailer is a multiple of it; 1 for AH, which has neither
  std::uint32_t limit = 0;      ///< the most that the outer length field can say
  bool pads = false;            ///< ESP in a tunnel: what traffic padding is for

  using padding = padding_of<P>;
  /// Whether the padding follows from the alignment alone, so that no policy need be asked.
  static constexpr bool least_padding = [] {
    // As template arguments: g++ 12 with a sanitizer compares no two addresses of functions at compile time.
    if constexpr (requires { &padding::octets == &padding_verified::octets; }) return std::is_same_v<detail::this_function<&padding::octets>, detail::this_function<&padding_verified::octets>>;
    else return false;
  }();

  /// Octets on the wire of an inner packet of this length.
  [[nodiscard]] constexpr std::size_t sealed(std::size_t inner, std::size_t text_at = 0) const noexcept {
    return unpadded(padded(inner), text_at);
  }
  /// The least and the most that any packet grows by, traffic padding apart.
  [[nodiscard]] constexpr std::size_t least() const noexcept { return front + back; }
  [[nodiscard]] constexpr std::size_t most() const noexcept {
    return front + back + (least_padding || alignment == 1 ? alignment - 1u : esp_pad_max);
  }

  /// The largest length so that it and every smaller one fit `path` octets once sealed; 0 when not even an empty text does.
  [[nodiscard]] constexpr std::size_t inner_mtu(std::size_t path, std::size_t text_at = 0) const noexcept {
    std::size_t most = unpadded_mtu(path, text_at);
    if constexpr (pads_traffic<P>) {  // a longer packet is padded to no less than a shorter one
      if (pads && padded(0) > most) return 0;
      while (padded(most) > unpadded_mtu(path, text_at)) --most;
    }
    return most;
  }

 private:
  [[nodiscard]] constexpr std::size_t unpadded(std::size_t inner, std::size_t text_at) const noexcept {
    return front + inner + (alignment == 1 ? 0 : padding::octets(inner - text_at, alignment)) + back;
  }
  /// The inner packet with its traffic padding, as pad_traffic writes it.
  [[nodiscard]] constexpr std::size_t padded(std::size_t inner) const noexcept {
    if constexpr (pads_traffic<P>) {
      const std::size_t most = pads ? unpadded_mtu(tfc_of<P>::path, 0) : 0;
      if (inner < most) {
        const std::size_t wanted = tfc_of<P>::padded(inner, most);
        return wanted > inner ? wanted : inner;
      }
    }
    return inner;
  }
  [[nodiscard]] constexpr std::size_t unpadded_mtu(std::size_t path, std::size_t text_at) const noexcept {
    if (path > limit) path = limit;
    const std::size_t around = front + text_at + back;
    if (path < around) return 0;
    if (alignment == 1) return path - front;
    // What is left holds text and padding, and with the trailer a multiple of the alignment.
    const std::size_t aligned = (path - around + esp_trailer_octets) & ~(std::size_t{alignment} - 1);
    if (aligned < esp_trailer_octets) return 0;
    std::size_t most = text_at + aligned - esp_trailer_octets;
    if constexpr (!least_padding) {
      // A policy that writes more than it must: the first length that does not fit ends the search, from where any may.
      std::size_t inner = most > text_at + esp_pad_max ? most - esp_pad_max : text_at;
      while (inner <= most && unpadded(inner, text_at) <= path) ++inner;
      most = inner == text_at ? 0 : inner - 1;
    }
    return most;
  }
};

namespace detail {
template <class P> [[nodiscard]] constexpr sa_overhead<P> overhead_of(std::size_t iv, std::size_t icv, std::size_t alignment, bool tunnel, family outer, encapsulation wrapped, bool pads) noexcept {
  const std::size_t header = (tunnel ? header_octets(outer) : 0) + encapsulation_octets(wrapped, outer);
  return {.front = static_cast<std::uint16_t>(header + esp_header_octets + iv),
          .back = static_cast<std::uint16_t>(esp_trailer_octets + icv),
          .alignment = static_cast<std::uint16_t>(alignment),
          .limit = static_cast<std::uint32_t>(outer == family::ipv4 ? ip_length_max : ip_length_max + ipv6_header_octets),
          .pads = pads};
}
template <class P> [[nodiscard]] constexpr sa_overhead<P> ah_overhead_of(std::size_t data, bool tunnel, family outer) noexcept {
  return {.front = static_cast<std::uint16_t>((tunnel ? header_octets(outer) : 0) + ah_octets(data, ah_padding_of<P>::alignment(outer))),
          .back = 0,
          .alignment = 1,
          .limit = static_cast<std::uint32_t>(outer == family::ipv4 ? ip_length_max : ip_length_max + ipv6_header_octets)};
}
template <class P> [[nodiscard]] constexpr sa_overhead<P> overhead_of(const suite_sizes& suite, mode m, family outer, encapsulation wrapped) noexcept {
  if (suite.protocol == protocol_kind::ah) return ah_overhead_of<P>(static_cast<std::size_t>(suite.iv) + suite.icv, m == mode::tunnel, outer);
  return overhead_of<P>(suite.iv, suite.icv, suite.alignment, m != mode::transport, outer, wrapped, m == mode::tunnel);
}
/// Calls `visit` with the overhead of every suite, mode, outer family and encapsulation.
template <class P, class Visit> constexpr void each_overhead(Visit visit) noexcept {
  for (const suite_sizes& suite : P::suites.sizes)
    for (const mode m : {mode::tunnel, mode::transport, mode::beet})
      for (const family outer : {family::ipv4, family::ipv6})
        for (const encapsulation wrapped : {encapsulation::none, encapsulation::udp, encapsulation::wesp, encapsulation::udp_wesp})
          if (modes_of<P>.has(m) && encapsulations_of<P>.has(wrapped)) visit(overhead_of<P>(suite, m, outer, wrapped), m);
}
}  // namespace detail

/// What a packet of profile `P` grows by, for each way in which one may travel, and for all of them together.
template <class P> struct overhead {
  /// `outer` counts in tunnel mode; in transport mode it is the family of the packets.
  [[nodiscard]] static constexpr sa_overhead<P> of(const suite_sizes& suite, mode m, family outer, encapsulation wrapped = encapsulation::none) noexcept {
    return detail::overhead_of<P>(suite, m, outer, wrapped);
  }
  /// Of an SA that is installed.
  [[nodiscard]] static constexpr sa_overhead<P> of(const detail::sa_core& sa) noexcept {
    if (is_ah<P>(sa)) return detail::ah_overhead_of<P>(iv_octets<P>(sa) + icv_octets<P>(sa), is_tunnel<P>(sa), sa.outer);
    return detail::overhead_of<P>(iv_octets<P>(sa), icv_octets<P>(sa), alignment_octets<P>(sa), is_tunnel<P>(sa) || is_beet<P>(sa), sa.outer, encapsulation_of<P>(sa), is_tunnel<P>(sa));
  }

  /// The least that a packet of any SA of this profile grows by.
  static constexpr std::size_t min = [] {
    std::size_t least = SIZE_MAX;
    detail::each_overhead<P>([&](const sa_overhead<P>& one, mode) { least = one.least() < least ? one.least() : least; });
    return least;
  }();
  /// The most.
  static constexpr std::size_t max = [] {
    std::size_t most = 0;
    detail::each_overhead<P>([&](const sa_overhead<P>& one, mode) { most = one.most() > most ? one.most() : most; });
    return most;
  }();
};

/// The largest packet that fits `path` octets under any tunnel SA of the profile.
template <class P> [[nodiscard]] consteval std::size_t inner_mtu(std::size_t path) {
  static_assert(modes_of<P>.has(mode::tunnel), "what fits in transport mode depends on the headers in front of ESP: ask overhead<P>::of(sa).inner_mtu(path, text_at)");
  std::size_t least = path;
  detail::each_overhead<P>([&](const sa_overhead<P>& one, mode m) {
    if (m == mode::tunnel && one.inner_mtu(path) < least) least = one.inner_mtu(path);
  });
  return least;
}
/// The largest packet that fits `path` octets under this SA.
template <class P> [[nodiscard]] constexpr std::size_t inner_mtu(const detail::sa_core& sa, std::size_t path, std::size_t text_at = 0) noexcept {
  return overhead<P>::of(sa).inner_mtu(path, text_at);
}

}  // namespace v0
}  // namespace esplanade
