// What a NIC makes of sends that the model leaves open: trailers that disagree, offsets of nested portions, an offload that is off.
#pragma once

#include <esplanade/capability/alias.hpp>
#include <esplanade/transform/iv.hpp>

namespace esplanade {
inline namespace v0 {

// Send policies of device profiles
//   Available            trailer      trailers_agree (default), trailer_in_frame_wins            (U-12)
//                        nested       offsets_from_inner (default), offsets_from_outermost       (U-16)
//                        unconfigured refuse_unconfigured (default), send_unconfigured_in_clear  (U-14)
//                        iv           counter_iv (default, transform/iv.hpp), host_supplied_iv   (U-11)
//   When to use          the others than the defaults: a host that was written for a NIC which did so. host_supplied_iv: known answers,
//                        together with `caller_set_iv = true`.
//   Not provided, because
//     the word wins      a trailer stands in every frame that is not segmented, and is what the peer will read.
//     tunnel by offset   slot 12 has one ESP offset and one AH offset; nested portions have up to four headers.
//     clear by default   a frame that should be protected never leaves in clear.

/// Slot 12 says what the trailer in the frame says, or the packet is refused.
struct trailers_agree {
  static constexpr const char* name = "trailers_agree";
  static constexpr bool compares = true;
};
/// The trailer in the frame is what counts: packets of different padding may share a buffer list.
struct trailer_in_frame_wins {
  static constexpr const char* name = "trailer_in_frame_wins";
  static constexpr bool compares = false;
};

/// With two portions, slot 12 counts from the inner IP header.
struct offsets_from_inner {
  static constexpr const char* name = "offsets_from_inner";
  static constexpr bool from_outermost = false;
};
/// With two portions, slot 12 counts from the outermost IP header; it still speaks of the inner one's headers.
struct offsets_from_outermost {
  static constexpr const char* name = "offsets_from_outermost";
  static constexpr bool from_outermost = true;
};

/// A handle while IPsec is switched off: the buffer list fails.
struct refuse_unconfigured {
  static constexpr const char* name = "refuse_unconfigured";
  static constexpr bool sends_in_clear = false;
};
/// What the documents say to the letter: the frame leaves as it is, headers, trailer and all, and nothing in it is protected.
struct send_unconfigured_in_clear {
  static constexpr const char* name = "send_unconfigured_in_clear";
  static constexpr bool sends_in_clear = true;
};

/// The IV stands in the frame and stays: for known answers. Two packets under one key and one IV break GCM.
struct host_supplied_iv {
  static constexpr const char* name = "host_supplied_iv";
  static ESPLANADE_INLINE void write(octet*, std::uint64_t) noexcept {}
  static ESPLANADE_INLINE void write(octet*, std::size_t, std::uint64_t) noexcept {}
};
static_assert(WholeIvPolicy<host_supplied_iv>);

namespace detail {
struct trailer_alias {
  using by_default = trailers_agree;
  template <class P> using named = typename P::trailer;
  template <class T> static constexpr bool suits = requires { { T::compares } -> std::convertible_to<bool>; };
};
struct nested_alias {
  using by_default = offsets_from_inner;
  template <class P> using named = typename P::nested;
  template <class T> static constexpr bool suits = requires { { T::from_outermost } -> std::convertible_to<bool>; };
};
struct unconfigured_alias {
  using by_default = refuse_unconfigured;
  template <class P> using named = typename P::unconfigured;
  template <class T> static constexpr bool suits = requires { { T::sends_in_clear } -> std::convertible_to<bool>; };
};
}  // namespace detail

/// What device profile P says, or the default: which trailer counts, where offsets count from, and what becomes of a handle
/// while IPsec is off.
template <class P> using trailer_of = detail::meant<detail::trailer_alias, P>;
template <class P> using nested_of = detail::meant<detail::nested_alias, P>;
template <class P> using unconfigured_of = detail::meant<detail::unconfigured_alias, P>;

/// `static_assert(send_rules<P>::kept)` fails, with words, when a device profile says what no NIC can be.
template <class P> struct send_rules {
  static_assert(detail::Suitable<detail::trailer_alias, P>,
                "the alias trailer of this device profile does not say which trailer counts: use trailers_agree or trailer_in_frame_wins (offload/send_policies.hpp)");
  static_assert(detail::Suitable<detail::nested_alias, P>,
                "the alias nested of this device profile does not say where offsets count from: use offsets_from_inner or offsets_from_outermost (offload/send_policies.hpp)");
  static_assert(detail::Suitable<detail::unconfigured_alias, P>,
                "the alias unconfigured of this device profile does not say what becomes of handles while IPsec is off: use refuse_unconfigured or send_unconfigured_in_clear "
                "(offload/send_policies.hpp)");
  static_assert(P::levels <= 2, "a NIC works on two portions at most, transport inside tunnel (ipsecov2.md 4.4): set levels = 1 or 2 in this device profile");
  static constexpr bool kept = true;
};

}  // namespace v0
}  // namespace esplanade
