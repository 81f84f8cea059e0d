// Several engines as one provider: what a profile with suites of several families works with.
#pragma once

#include <esplanade/crypto/provider.hpp>
#include <esplanade/crypto/suite_rules.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <template <std::uint32_t> class First, template <std::uint32_t> class...> struct first_engine { static constexpr const char* name = First<0>::name; };
}  // namespace detail

/// Engines side by side. Each schedule names its engine in its highest bits, and a list is handed on in runs of one engine.
///   Cost     one comparison per job, one call per run
///   Threads  as the engines
template <template <std::uint32_t> class... Engines> class crypto_families {
  static constexpr unsigned shift = 28;
  static_assert(sizeof...(Engines) >= 1 && sizeof...(Engines) <= 15);

  // One engine with its number.
  template <std::uint32_t I, class Engine> struct numbered {
    template <class... More> explicit numbered(std::size_t capacity, const More&... more) : engine(capacity, more...) {}
    Engine engine;
  };
  template <std::uint32_t I, class Engine> struct numbered_workspace {
    typename Engine::workspace lane{};
  };
  template <class Indices> struct parts;
  template <std::size_t... I> struct parts<std::index_sequence<I...>> {
    struct engines : numbered<I, Engines<static_cast<std::uint32_t>(I) << shift>>... {
      template <class... More> explicit engines(std::size_t capacity, const More&... more) : numbered<I, Engines<static_cast<std::uint32_t>(I) << shift>>(capacity, more...)... {}
    };
    struct lanes : numbered_workspace<I, Engines<static_cast<std::uint32_t>(I) << shift>>... {};
    // Calls work.template operator()<I, Engine>() for the engine of that number.
    template <class Work> static ESPLANADE_INLINE bool at(std::uint32_t number, Work work) noexcept {
      return ((I == number && (work.template operator()<I, Engines<static_cast<std::uint32_t>(I) << shift>>(), true)) || ...);
    }
    static constexpr std::uint32_t taker(const suite_sizes& s) noexcept {
      std::uint32_t number = sizeof...(I);
      ((number == sizeof...(I) && Engines<static_cast<std::uint32_t>(I) << shift>::takes(s) ? void(number = I) : void()), ...);
      return number;
    }
  };
  using all = parts<std::make_index_sequence<sizeof...(Engines)>>;

 public:
  static constexpr provider_abilities abilities{.appended_input = (Engines<0>::abilities.appended_input || ...)};
  static constexpr const char* name = detail::first_engine<Engines...>::name;
  static constexpr bool takes(const suite_sizes& s) noexcept { return all::taker(s) < sizeof...(Engines); }
  template <class S> static constexpr bool supports = takes(S::sizes);

  class workspace {
    friend class crypto_families;
    typename all::lanes lanes{};
  };

  /// `capacity`: keys at a time in each engine; `more`: what else each is made with.
  template <class... More> explicit crypto_families(std::size_t capacity = 1024, const More&... more) : engines_(capacity, more...) {}
  crypto_families(const crypto_families&) = delete;
  crypto_families& operator=(const crypto_families&) = delete;

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (const result<void> ok = suite_rules::check(sizes, key); !ok) return ok.why();
    std::uint32_t schedule = 0;
    fault why{fault_kind::not_supported, "sizes.family", "this provider was composed without an engine for such a suite", "a provider that is composed for a profile that names the suite"};
    bool added = false;
    all::at(all::taker(sizes), [&]<std::size_t I, class Engine>() {
      const result<std::uint32_t> answer = engine<I, Engine>().add_key(sizes, key);
      added = static_cast<bool>(answer);
      if (answer) schedule = *answer;
      else why = answer.why();
    });
    if (!added) return why;
    return schedule;
  }
  void remove_key(std::uint32_t schedule) noexcept {
    all::at(schedule >> shift, [&]<std::size_t I, class Engine>() { engine<I, Engine>().remove_key(schedule); });
  }

  void seal(workspace& w, job_list jobs) noexcept {
    by_engine(w, jobs, [](auto& engine, auto& lane, job_list run) { engine.seal(lane, run); });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    by_engine(w, jobs, [mode](auto& engine, auto& lane, job_list run) { engine.open(lane, run, mode); });
  }
  void verify(workspace& w, job_list jobs) noexcept {
    by_engine(w, jobs, [](auto& engine, auto& lane, job_list run) { engine.verify(lane, run); });
  }
  void recheck(workspace& w, job_list jobs) noexcept {
    by_engine(w, jobs, [](auto& engine, auto& lane, job_list run) { engine.recheck(lane, run); });
  }

 private:
  template <std::size_t I, class Engine> Engine& engine() noexcept { return static_cast<numbered<I, Engine>&>(engines_).engine; }

  template <class Work> void by_engine(workspace& w, job_list jobs, Work work) noexcept {
    for (std::size_t first = 0; first < jobs.size();) {
      const std::uint32_t number = jobs[first]->schedule >> shift;
      std::size_t end = first + 1;
      while (end < jobs.size() && jobs[end]->schedule >> shift == number) ++end;
      const job_list run = jobs.subspan(first, end - first);
      const bool there = all::at(number, [&]<std::size_t I, class Engine>() {
        work(engine<I, Engine>(), static_cast<numbered_workspace<I, Engine>&>(w.lanes).lane, run);
      });
      if (!there)
        for (job* j : run) j->status = job_status::failed;
      first = end;
    }
  }

  typename all::engines engines_;
};

namespace detail {
// The engines that a list of suites needs, out of those that there are.
template <template <std::uint32_t> class... Engines> struct engine_list {
  template <template <std::uint32_t> class E, bool Needed> using with_if = std::conditional_t<Needed, engine_list<Engines..., E>, engine_list>;
};
template <class Suites, class Chosen> consteval auto choose_engines() { return Chosen{}; }
template <class Suites, class Chosen, template <std::uint32_t> class First, template <std::uint32_t> class... Others> consteval auto choose_engines() {
  constexpr bool needed = Suites::any([](const suite_sizes& s) { return First<0>::takes(s); });
  return choose_engines<Suites, typename Chosen::template with_if<First, needed>, Others...>();
}
template <class Chosen> struct provider_of_engines;
template <template <std::uint32_t> class One> struct provider_of_engines<engine_list<One>> { using type = One<0>; };
template <template <std::uint32_t> class... Some> struct provider_of_engines<engine_list<Some...>> { using type = crypto_families<Some...>; };
}  // namespace detail

}  // namespace v0
}  // namespace esplanade
