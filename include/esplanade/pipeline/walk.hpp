// The walk of a list over a context: neighbouring per-packet work in one loop, cut where a stage works on the batch.
#pragma once

#include <esplanade/pipeline/list.hpp>
#include <esplanade/transform/context.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

template <class S, class Context> struct must_work_on {
  static_assert(PerPacketStage<S, Context> || BracketStage<S, Context> || BatchStage<S, Context>,
                "this stage works neither on (context, i) nor on the context, or not noexcept: give it "
                "verdict operator()(Context&, std::size_t) const noexcept, or void operator()(Context&) const noexcept, or prepare, work and finish, each a template over the context (see transform/stage.hpp)");
  static_assert((PerPacketStage<S, Context> ? 1 : 0) + (BracketStage<S, Context> ? 1 : 0) + (BatchStage<S, Context> ? 1 : 0) < 2,
                "this stage works in two ways, and one of them would never run: keep one of operator()(Context&, std::size_t), operator()(Context&), and prepare, work and finish");
  static_assert(arity_of<S>() == arity::one || BatchStage<S, Context> || !(PerPacketStage<S, Context> || BracketStage<S, Context>),
                "a stage that splits, merges or originates packets sees all of them at once: give it void operator()(Context&) const noexcept");
  static constexpr bool kept = true;
};

template <class Indices, class List, class Context> struct all_must_work;
template <std::size_t... I, class List, class Context> struct all_must_work<std::index_sequence<I...>, List, Context> {
  static_assert((must_work_on<typename List::template stage_type<I>, Context>::kept && ...));
  static constexpr bool kept = true;
};

/// A context of SAs that count; a device's has bundles, which do not.
template <class Context>
concept CountsOnSas = requires { typename Context::record_type; };

/// Walks `List` over a `Context`.
template <class List, class Context> struct walk_of {
  template <std::size_t I> using stage = typename List::template stage_type<I>;
  static constexpr std::size_t size = List::size;
  static constexpr bool asynchronous = Context::crypto_type::abilities.asynchronous;

  static_assert(all_must_work<std::make_index_sequence<size>, List, Context>::kept);

  /// The first stage from `From` on that is more than per-packet work; `size` when there is none.
  template <std::size_t From> static consteval std::size_t next_cut() {
    if constexpr (From == size) return size;
    else if constexpr (BracketStage<stage<From>, Context> || BatchStage<stage<From>, Context>) return From;
    else return next_cut<From + 1>();
  }

  /// Stages [I, End) on packet i, stopping at the first that says anything but forwarded.
  template <std::size_t I, std::size_t End> static ESPLANADE_INLINE verdict chain(const List& list, Context& c, std::size_t i) noexcept {
    if constexpr (I == End) {
      return verdict::forwarded;
    } else {
      c.reached.mark(i, I);
      if constexpr (PerPacketStage<stage<I>, Context>) {  // what works in no way was refused in words
        const verdict v = list.template stage<I>()(c, i);
        if (v != verdict::forwarded) [[unlikely]] return v;
      }
      return chain<I + 1, End>(list, c, i);
    }
  }

  /// The loop between two cuts: finish of the bracket before it, the stages, prepare of the bracket behind it.
  template <std::size_t From, bool Finish> static void pass(const List& list, Context& c) noexcept {
    constexpr std::size_t cut = next_cut<From>();
    constexpr bool brackets = [] {
      if constexpr (cut < size) return BracketStage<stage<cut>, Context> && PreparingStage<stage<cut>, Context>;
      else return false;
    }();
    constexpr bool last = cut == size;
    if constexpr (Finish || From != cut || brackets || last) {
      [[maybe_unused]] std::size_t through = 0;
      [[maybe_unused]] std::uint64_t carried = 0;
      for (std::size_t i = 0; i < c.count; ++i) {
        if (c.verdicts[i] != verdict::forwarded) continue;
        verdict v = verdict::forwarded;
        if constexpr (Finish) {
          c.reached.mark(i, From - 1);
          v = list.template stage<From - 1>().finish(c, i);
        }
        if (v == verdict::forwarded) v = chain<From, cut>(list, c, i);
        if constexpr (brackets) {
          if (v == verdict::forwarded) {
            c.reached.mark(i, cut);
            v = list.template stage<cut>().prepare(c, i);
          }
        }
        c.verdicts[i] = v;
        if constexpr (last) {
          if (v == verdict::forwarded) {
            count_through(c, i);
            ++through;
            carried += c.state[i].length;
          }
        }
      }
      if constexpr (last) {
        c.forwarded += through;
        c.carried += carried;
      }
    }
  }

  /// A packet is through: it counts on every SA it came under. What was lost is counted apart, off the usual path.
  static ESPLANADE_INLINE void count_through(Context& c, std::size_t i) noexcept {
    c.reached.mark(i, size);
    if constexpr (requires { c.state[i].level; }) count_carried(c, i);  // a NIC's SAs have no counters
  }
  static ESPLANADE_INLINE void count_carried([[maybe_unused]] Context& c, [[maybe_unused]] std::size_t i) noexcept {
    if constexpr (!CountsOnSas<Context>) return;
    else count_on_sas(c, i);
  }
  static ESPLANADE_INLINE void count_on_sas(Context& c, std::size_t i) noexcept {
    const auto& s = c.state[i];
    for (std::size_t level = 0; level < (Context::levels == 1 ? 1u : s.level); ++level) {
      if (Context::levels == 1 && s.level == 0) break;
      auto& traffic = association(*s.passed(level)).traffic(c.lane->number);
      traffic.packets.add(1);
      traffic.octets.add(s.payload);
    }
  }

  /// Runs stages from `From` on. True when the list is through, false when the context now waits for the provider, and
  /// `c.resume_at` says where it goes on.
  template <std::size_t From, bool Finish> static bool run(const List& list, Context& c) noexcept {
    constexpr std::size_t cut = next_cut<From>();
    if constexpr (cut < size) {
      if constexpr (suspends<stage<cut>>()) c.work_count = 0;
      pass<From, Finish>(list, c);
      if constexpr (!BracketStage<stage<cut>, Context>) {
        if constexpr (traces<typename Context::profile>) {
          for (std::size_t i = 0; i < c.count; ++i)
            if (c.verdicts[i] == verdict::forwarded) c.reached.mark(i, cut);
        }
        list.template stage<cut>()(c);
        return run<cut + 1, false>(list, c);
      } else if constexpr (suspends<stage<cut>>() && asynchronous) {
        c.resume_at = cut;
        if (c.work_count != 0) {
          c.work_left = c.work_count;
          list.template stage<cut>().start(c);
          return false;
        }
        return run<cut + 1, true>(list, c);
      } else {
        list.template stage<cut>().work(c);
        return run<cut + 1, true>(list, c);
      }
    } else {
      pass<From, Finish>(list, c);
      return true;
    }
  }

  static bool start(const List& list, Context& c) noexcept { return run<0, false>(list, c); }

  /// Goes on behind the suspending stage at `c.resume_at`, whose jobs have all come back.
  template <std::size_t I = 0> static bool resume(const List& list, Context& c) noexcept {
    if constexpr (I == size) return true;
    else if constexpr (suspends<stage<I>>()) return c.resume_at == I ? run<I + 1, true>(list, c) : resume<I + 1>(list, c);
    else return resume<I + 1>(list, c);
  }
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
