// Outer headers of tunnels, field by field: each part names one choice, and what is not named is copied_header's.
//
//     using header = esplanade::header_parts<esplanade::dscp_fixed<46>, esplanade::df_clear>;
#pragma once

#include <esplanade/transform/tunnel_header.hpp>

namespace esplanade {
inline namespace v0 {

// Parts of a tunnel header (RFC 4301 5.1.2, RFC 2983, RFC 6040, RFC 6438)
//   Available            DSCP outside        dscp_copied, dscp_fixed<46>, dscp_mapped<Map>
//                        DSCP inside         inner_dscp_kept (pipe model), inner_dscp_from_outer (uniform model)
//                        ECN outside         ecn_copied, ecn_cleared (compatibility mode of RFC 6040 4.1)
//                        ECN reports         ecn_reports: odd marks are audit events; absent: they are not
//                        DF                  df_copied, df_set, df_clear
//                        flow label          flow_label_copied, flow_label_zero, flow_label_by_sa
//                        hop limit           hop_limit_of_sa, hop_limit_fixed<64>
//   When to use          dscp_fixed or dscp_mapped where the network outside must not see the inner classes, or has others;
//                        inner_dscp_from_outer where it may change them for good; df_clear where ICMP does not come through
//                        (RFC 4301 8.1); flow_label_by_sa where routers spread flows by it and the inner one says too much.
//   Not provided, because
//     ECN off for good   RFC 6040 4.3 forbids it; ecn_cleared is for ends that do not understand ECN.
//     inner hop limit    RFC 4301 5.1.2: the outer hop limit is constructed, never copied.

namespace detail {
enum class header_part : std::uint8_t { dscp, dscp_inside, ecn, ecn_reports, dont_fragment, flow_label, hop_limit };
template <header_part Which> struct part_of_header {
  static constexpr header_part part = Which;
};
}  // namespace detail

struct dscp_copied : detail::part_of_header<detail::header_part::dscp> {
  static ESPLANADE_INLINE octet dscp(octet inner) noexcept { return inner; }
};
/// The same class for all; 46 is expedited forwarding.
template <unsigned Dscp> struct dscp_fixed : detail::part_of_header<detail::header_part::dscp> {
  static_assert(Dscp < 64, "a DSCP has 6 bits (RFC 2474 3): name one of 0 to 63");
  static ESPLANADE_INLINE octet dscp(octet) noexcept { return Dscp; }
};
/// `Map::dscp[inner]` is the outer class; 64 of them.
template <class Map> struct dscp_mapped : detail::part_of_header<detail::header_part::dscp> {
  static_assert(sizeof Map::dscp == 64, "a map of DSCPs names an outer one for each of the 64 inner ones: static constexpr octet dscp[64]");
  static ESPLANADE_INLINE octet dscp(octet inner) noexcept { return Map::dscp[inner] & 63; }
};

struct inner_dscp_kept : detail::part_of_header<detail::header_part::dscp_inside> {
  static constexpr bool from_outer = false;
};
struct inner_dscp_from_outer : detail::part_of_header<detail::header_part::dscp_inside> {
  static constexpr bool from_outer = true;
};

struct ecn_copied : detail::part_of_header<detail::header_part::ecn> {
  static constexpr ecn_mode mode = ecn_mode::normal;
};
struct ecn_cleared : detail::part_of_header<detail::header_part::ecn> {
  static constexpr ecn_mode mode = ecn_mode::compatibility;
};

struct ecn_unreported : detail::part_of_header<detail::header_part::ecn_reports> {
  static constexpr bool reports = false;
};
struct ecn_reports : detail::part_of_header<detail::header_part::ecn_reports> {
  static constexpr bool reports = true;
};

struct df_copied : detail::part_of_header<detail::header_part::dont_fragment> {
  static ESPLANADE_INLINE bool dont_fragment(bool inner) noexcept { return inner; }
};
struct df_set : detail::part_of_header<detail::header_part::dont_fragment> {
  static ESPLANADE_INLINE bool dont_fragment(bool) noexcept { return true; }
};
struct df_clear : detail::part_of_header<detail::header_part::dont_fragment> {
  static ESPLANADE_INLINE bool dont_fragment(bool) noexcept { return false; }
};

struct flow_label_copied : detail::part_of_header<detail::header_part::flow_label> {
  template <class Sa> static ESPLANADE_INLINE std::uint32_t flow_label(const Sa&, std::uint32_t inner) noexcept { return inner; }
};
struct flow_label_zero : detail::part_of_header<detail::header_part::flow_label> {
  template <class Sa> static ESPLANADE_INLINE std::uint32_t flow_label(const Sa&, std::uint32_t) noexcept { return 0; }
};
/// One for each SA, spread evenly over the 20 bits and never 0 (RFC 6437 2); it says nothing that the SPI does not.
struct flow_label_by_sa : detail::part_of_header<detail::header_part::flow_label> {
  template <class Sa> static ESPLANADE_INLINE std::uint32_t flow_label(const Sa& sa, std::uint32_t) noexcept {
    const std::uint32_t mixed = (sa.core().spi ^ sa.core().spi >> 16) * 0x9e3779b1u;
    return mixed >> 12 == 0 ? 1 : mixed >> 12;
  }
};

struct hop_limit_of_sa : detail::part_of_header<detail::header_part::hop_limit> {
  template <class Sa> static ESPLANADE_INLINE octet hop_limit(const Sa& sa) noexcept { return sa.hop_limit(); }
};
template <unsigned Limit> struct hop_limit_fixed : detail::part_of_header<detail::header_part::hop_limit> {
  static_assert(Limit >= 1 && Limit <= 255, "a packet with a hop limit of 0 goes nowhere: name 1 to 255");
  template <class Sa> static ESPLANADE_INLINE octet hop_limit(const Sa&) noexcept { return Limit; }
};

namespace detail {
template <header_part Which, class Default, class... Parts> struct part_or { using type = Default; };
template <header_part Which, class Default, class First, class... Rest> struct part_or<Which, Default, First, Rest...> {
  using type = typename part_or<Which, Default, Rest...>::type;
};
template <header_part Which, class Default, class First, class... Rest>
  requires (First::part == Which)
struct part_or<Which, Default, First, Rest...> { using type = First; };

template <class... Parts> consteval bool named_once() {
  bool seen[7]{};
  bool once = true;
  ((once = once && !seen[static_cast<unsigned>(Parts::part)], seen[static_cast<unsigned>(Parts::part)] = true), ...);
  return once;
}
}  // namespace detail

/// A tunnel header policy made of parts.
///   Cost     as copied_header, and one multiplication for flow_label_by_sa
template <class... Parts> struct header_parts {
  static constexpr bool fields_named_once = detail::named_once<Parts...>();  // the rule with words stands in transform/policies.hpp
  template <detail::header_part Which, class Default> using part = typename detail::part_or<Which, Default, Parts...>::type;
  using enum detail::header_part;

  static constexpr const char* name = "header_parts";
  static constexpr bool reports_ecn = part<ecn_reports, ecn_unreported>::reports;

  /// Fills 20 octets of IPv4 or 40 of IPv6.
  template <class Sa> static ESPLANADE_INLINE void write(octet* at, const Sa& sa, const inner_view& inner) noexcept {
    inner_view shown = inner;
    const octet dscp_outside = part<dscp, dscp_copied>::dscp(static_cast<octet>(inner.traffic_class >> 2));
    shown.traffic_class = with_ecn(static_cast<octet>(dscp_outside << 2), ecn_encapsulated(ecn_of(inner.traffic_class), part<ecn, ecn_copied>::mode));
    shown.dont_fragment = part<dont_fragment, df_copied>::dont_fragment(inner.dont_fragment);
    shown.flow_label = part<flow_label, flow_label_copied>::flow_label(sa, inner.flow_label);
    copied_header::write(at, sa, shown);
    using limit = part<hop_limit, hop_limit_of_sa>;
    if constexpr (!std::is_same_v<limit, hop_limit_of_sa>) detail::set_hop_limit(at, sa.core().outer, limit::hop_limit(sa));
  }

  /// What an inner packet arrives with, before ECN.
  static ESPLANADE_INLINE octet traffic_class_inside(octet inner, [[maybe_unused]] octet outer) noexcept {
    if constexpr (part<dscp_inside, inner_dscp_kept>::from_outer) return static_cast<octet>((outer & 0xfc) | (inner & 3));
    else return inner;
  }
};

}  // namespace v0
}  // namespace esplanade
