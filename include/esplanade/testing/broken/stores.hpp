// SA stores with one fault each, to show that the store laws can fail and say which law it was.
// `store_fault::none` is the sound twin.
#pragma once

#include <esplanade/testing/store_laws.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class store_fault : std::uint8_t {
  none,
  forgets_some,         ///< SPIs that end in 5 are not found
  key_incomplete,       ///< the top octet of an SPI does not count
  skips_misses,         ///< what is not found is not answered either
  names_neighbour,      ///< the handle of place 5 names the SA in place 7
  takes_duplicates,     ///< a second SA under one SPI
  takes_refused,        ///< what the SA refuses is entered all the same
  loses_room,           ///< a refused SA keeps its place
  evicts,               ///< a full store forgets the SA in place 0 for the next one
  breaks_chain,         ///< removing an SA hides the one behind it
  finds_removed,        ///< a removed SA is found until it is reclaimed
  shown_to_those_inside,  ///< who was inside at the removal finds the SA until all have left
  handle_outlives,      ///< the handle of a removed SA names it until it is reclaimed
  same_generation,      ///< a place that is taken again has the generation it had
  ignores_guards,       ///< reclaims under the eyes of those who found the SA
  gives_up,             ///< what could not be reclaimed when it was tried stays for ever
  reclaims_all,         ///< without bound
  never_frees,          ///< a reclaimed place is not taken again
  leaks_keys,           ///< forgets to uninstall
  moves,                ///< SAs change their place when another is reclaimed
};

inline constexpr store_fault store_faults[] = {
    store_fault::forgets_some,   store_fault::key_incomplete,  store_fault::skips_misses,   store_fault::names_neighbour, store_fault::takes_duplicates,
    store_fault::takes_refused,  store_fault::loses_room,      store_fault::evicts,         store_fault::breaks_chain,    store_fault::finds_removed,
    store_fault::shown_to_those_inside, store_fault::handle_outlives, store_fault::same_generation, store_fault::ignores_guards, store_fault::gives_up,
    store_fault::reclaims_all,   store_fault::never_frees,     store_fault::leaks_keys,     store_fault::moves,
};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(store_fault fault) noexcept {
  switch (fault) {
    case store_fault::none: return "";
    case store_fault::forgets_some: return store_law::finds;
    case store_fault::key_incomplete: return store_law::misses;
    case store_fault::skips_misses: return store_law::batch;
    case store_fault::names_neighbour: return store_law::names;
    case store_fault::takes_duplicates: return store_law::duplicate;
    case store_fault::takes_refused: return store_law::refusals;
    case store_fault::loses_room: return store_law::refused_costs_nothing;
    case store_fault::evicts: return store_law::full;
    case store_fault::breaks_chain: return store_law::others_stay;
    case store_fault::finds_removed: return store_law::removed;
    case store_fault::shown_to_those_inside: return store_law::visible;
    case store_fault::handle_outlives: return store_law::stale;
    case store_fault::same_generation: return store_law::generation;
    case store_fault::ignores_guards: return store_law::guard;
    case store_fault::gives_up: return store_law::progress;
    case store_fault::reclaims_all: return store_law::bounded;
    case store_fault::never_frees: return store_law::frees;
    case store_fault::leaks_keys: return store_law::keys;
    case store_fault::moves: return store_law::stays;
  }
  return "";
}

/// An inbound store of 16 places, searched one by one, with `Fault` in it.
template <class Record, store_fault Fault> class faulty_store {
  static constexpr std::size_t capacity = 16;
  static constexpr bool has(store_fault fault) noexcept { return Fault == fault; }

 public:
  using sa_type = Record;
  using key_type = std::uint32_t;

  class guard {
   public:
    explicit guard(faulty_store& of) noexcept : of_(of) { ++of_.inside_; }
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;
    ~guard() {
      if (--of_.inside_ == 0) ++of_.left_;
    }

   private:
    faulty_store& of_;
  };

  [[nodiscard]] static key_type key_of(const outer_view& outer) noexcept { return outer.spi; }
  [[nodiscard]] guard enter() noexcept { return guard{*this}; }

  void find(std::span<const key_type> keys, std::span<Record*> found) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      Record* const answer = find_one(keys[i]);
      if (answer != nullptr || !has(store_fault::skips_misses)) found[i] = answer;
    }
  }

  template <class Crypto> [[nodiscard]] result<inbound_handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    if (!has(store_fault::takes_duplicates))
      for (const place& one : places_)
        if (one.state == life::live && one.parameters.spi == p.spi) return fault{fault_kind::already_exists, "spi", "taken", "another"};
    std::uint32_t at = 0;
    while (at < capacity && places_[at].state != life::free) ++at;
    if (at == capacity) {
      if (!has(store_fault::evicts)) return fault{fault_kind::no_space, "sa", "full", "a larger store"};
      at = 0;
      association(*places_[0].record).uninstall(crypto);
      ++places_[0].generation;
    }
    place& one = places_[at];
    one.record = std::make_unique<Record>();
    if (auto done = association(*one.record).install(crypto, p); !done && !(has(store_fault::takes_refused) && p.spi == 200)) {
      if (has(store_fault::loses_room)) one.state = life::lost;
      return done.why();
    }
    one.state = life::live;
    one.hidden = false;
    one.parameters = p;
    return inbound_handle{at, one.generation};
  }
  [[nodiscard]] result<void> remove(inbound_handle h) noexcept {
    if (h.slot >= capacity || places_[h.slot].state != life::live || places_[h.slot].generation != h.generation)
      return fault{fault_kind::not_found, "handle", "names nothing", "one that add() returned"};
    places_[h.slot].state = life::retired;
    places_[h.slot].shown_until = has(store_fault::shown_to_those_inside) && inside_ != 0 ? left_ + 1 : 0;
    if (has(store_fault::breaks_chain) && h.slot + 1 < capacity) places_[h.slot + 1].hidden = true;
    return {};
  }
  [[nodiscard]] Record* at(inbound_handle h) noexcept {
    if (h.slot >= capacity || places_[h.slot].generation != h.generation) return nullptr;
    const life is = places_[h.slot].state;
    if (is != life::live && !(has(store_fault::handle_outlives) && is == life::retired)) return nullptr;
    if (has(store_fault::names_neighbour) && h.slot == 5 && places_[7].state == life::live) return places_[7].record.get();
    return places_[h.slot].record.get();
  }
  template <class Crypto> std::size_t reclaim(Crypto& crypto, std::size_t max) noexcept {
    std::size_t done = 0;
    for (place& one : places_) {
      if (inside_ != 0 && has(store_fault::gives_up) && one.state == life::retired) one.state = life::lost;
      if (inside_ != 0 && !has(store_fault::ignores_guards)) break;
      if (done >= max && !has(store_fault::reclaims_all)) break;
      if (one.state != life::retired) continue;
      if (!has(store_fault::leaks_keys)) association(*one.record).uninstall(crypto);
      one.state = has(store_fault::never_frees) ? life::lost : life::free;
      if (!has(store_fault::same_generation)) ++one.generation;
      ++done;
    }
    if (has(store_fault::moves) && done != 0) {
      for (place& one : places_) {
        if (one.state != life::live) continue;
        association(*one.record).uninstall(crypto);
        one.old = std::move(one.record);
        one.record = std::make_unique<Record>();
        (void)association(*one.record).install(crypto, one.parameters);
      }
    }
    return done;
  }

 private:
  enum class life : std::uint8_t { free, live, retired, lost };
  struct place {
    std::unique_ptr<Record> record{}, old{};
    sa_parameters parameters{};
    std::uint32_t generation = 1;
    life state = life::free;
    bool hidden = false;  // its chain is broken
    std::size_t shown_until = 0;
  };

  Record* find_one(std::uint32_t spi) noexcept {
    const std::uint32_t counts = has(store_fault::key_incomplete) ? 0x00ffffff : 0xffffffff;
    if (has(store_fault::forgets_some) && (spi & 0xff) == 5) return nullptr;
    for (place& one : places_) {
      const bool there = one.state == life::live || (one.state == life::retired && (has(store_fault::finds_removed) || one.shown_until > left_));
      if (there && !one.hidden && ((one.parameters.spi ^ spi) & counts) == 0) return one.record.get();
    }
    return nullptr;
  }

  place places_[capacity];
  std::size_t inside_ = 0, left_ = 0;  // left_: how often the last one went
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
