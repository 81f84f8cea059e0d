// What a stage is, and how to write one.
#pragma once

#include <esplanade/base/text.hpp>
#include <esplanade/base/verdict.hpp>
#include <esplanade/transform/fact.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace esplanade {
inline namespace v0 {

// A stage is a small type that says what it needs to know of a packet and what is known behind it, and works in one of
// three ways, each a template over the context (transform/context.hpp):
//
//   per packet   verdict operator()(Context& c, std::size_t i) const noexcept
//   bracket      verdict prepare(Context& c, std::size_t i) const noexcept     every packet, then
//                void    work(Context& c) const noexcept                       once for the batch, then
//                verdict finish(Context& c, std::size_t i) const noexcept      every packet
//                (a bracket that needs to see no packet before `work` leaves `prepare` out, and a whole pass with it)
//   batch        void operator()(Context& c) const noexcept                    sees all slots, sets verdicts itself
//
// Neighbouring per-packet stages, and the prepare and finish of their brackets, are compiled into one loop.
//
//     struct refuse_telnet {
//       static constexpr const char* name = "refuse_telnet";
//       static constexpr esplanade::fact needs = esplanade::fact::header_removed, gives = esplanade::fact::user_0;
//       template <class Context> esplanade::verdict operator()(Context& c, std::size_t i) const noexcept {
//         return is_telnet(c.packet(i)) ? esplanade::verdict::user_0 : esplanade::verdict::forwarded;
//       }
//     };
//
// A stage that writes to the payload says `static constexpr fact voids = fact::sealed | fact::authenticated;`.

/// How many packets come out of a stage for one that goes in. Stages that change the number work on the batch, and stand
/// where no SA is half done: before find_sa or select_sa, behind the last stage of an SA, or as that last stage.
enum class arity : std::uint8_t {
  one,     ///< as many as went in
  split,   ///< one or more; the context has `fan_out` slots for each packet
  merge,   ///< fewer; what was merged into another gets the verdict `absorbed` and returns to the pool or the caller
  source,  ///< originates packets; stands before find_sa or select_sa
};

namespace detail {
template <class S>
concept NamesItself = requires { { S::name } -> std::convertible_to<const char*>; };
template <class S>
concept StatesFacts = requires {
  { S::needs } -> std::convertible_to<fact>;
  { S::gives } -> std::convertible_to<fact>;
};

template <class S> consteval fact needs_of() { return S::needs; }
template <class S> consteval fact gives_of() { return S::gives; }
template <class S> consteval fact voids_of() {
  if constexpr (requires { S::voids; }) return S::voids;
  else return fact::none;
}
template <class S> consteval fact excludes_of() {
  if constexpr (requires { S::excludes; }) return S::excludes;
  else return fact::none;
}
template <class S> consteval bool begins_level() {
  if constexpr (requires { S::begins_level; }) return S::begins_level;
  else return false;
}
template <class S> consteval bool suspends() {
  if constexpr (requires { S::suspends; }) return S::suspends;
  else return false;
}
template <class S> consteval arity arity_of() {
  if constexpr (requires { S::arity; }) return S::arity;
  else return esplanade::arity::one;
}
template <class S> consteval std::size_t fan_out_of() {
  if constexpr (requires { S::fan_out; }) return S::fan_out;
  else return 1;
}
// Whether a stage has a member of that name at all, whatever its shape: with one more beside it, the name says no longer which.
struct has_prepare { int prepare; };
template <class S> struct beside_prepare : S, has_prepare {};
template <class S, class Context> consteval bool declares_prepare() {
  if constexpr (std::is_final_v<S>) return requires { &S::template prepare<Context>; };
  else return !requires { &beside_prepare<S>::prepare; };
}
/// Our own transform stages derive from this and are final; nobody else's may give security facts without being named as trusted.
struct transform_stage {};
/// Those of them that work in a device's lists, on a device_context.
struct device_stage : transform_stage {};
/// Those that divide work between a host and its device, in a host's lists.
struct host_stage : transform_stage {};
}  // namespace detail

/// A stage, as far as it can be judged before its context is known.
///   Shape    S::name, S::needs, S::gives; optionally S::voids, S::excludes, S::begins_level, S::arity, S::fan_out
///   Cost     runs per packet: no allocation, lock, exception or system call
///   Errors   a verdict; user_0 … user_7 for stages of the caller
///   Threads  stages are const; what they point to is the caller's business
///   Models   every stage of transform/. Archetype: testing::archetype::stage
template <class S>
concept Stage = detail::NamesItself<S> && detail::StatesFacts<S> && std::move_constructible<S>;

/// Works on one packet of this context at a time.
template <class S, class Context>
concept PerPacketStage = Stage<S> && requires(const S& s, Context& c, std::size_t i) {
  { s(c, i) } noexcept -> std::same_as<verdict>;
};
/// Looks at every packet before it works on the batch.
template <class S, class Context>
concept PreparingStage = requires(const S& s, Context& c, std::size_t i) {
  { s.prepare(c, i) } noexcept -> std::same_as<verdict>;
};
/// Works on the batch between two passes over its packets; without `prepare`, before one.
template <class S, class Context>
concept BracketStage = Stage<S> && (PreparingStage<S, Context> || !detail::declares_prepare<S, Context>()) && requires(const S& s, Context& c, std::size_t i) {
  { s.work(c) } noexcept -> std::same_as<void>;
  { s.finish(c, i) } noexcept -> std::same_as<verdict>;
};
/// Works on the whole batch.
template <class S, class Context>
concept BatchStage = Stage<S> && requires(const S& s, Context& c) {
  { s(c) } noexcept -> std::same_as<void>;
};

}  // namespace v0
}  // namespace esplanade
