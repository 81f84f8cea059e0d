// What a packet pool owes the stages that take from it and the concept cannot say.
//
// Each law watches one duty on a pool of its own and believes the pool in everything else.
#pragma once

#include <esplanade/buffer/pool.hpp>
#include <esplanade/testing/broken_law.hpp>

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_pool_laws` returns them.
namespace pool_law {
inline constexpr const char* once = "hands out no packet that is out already";
inline constexpr const char* says_none = "says nullptr when it is empty";
inline constexpr const char* level = "has as many packets again when all came back";
inline constexpr const char* after_none = "hands out again when one came back after it was empty";
inline constexpr const char* empty = "hands out empty packets";
inline constexpr const char* writable = "hands out packets that may be written";
inline constexpr const char* as_new = "what came back has the room it had";
inline constexpr const char* apart = "no two packets share an octet";
}  // namespace pool_law

/// The packets of a pool.
template <class L> using packet_of_pool = std::remove_pointer_t<decltype(std::declval<L&>().take())>;

namespace detail {

template <class L> class pool_watch {
 public:
  using P = packet_of_pool<L>;
  using traits = packet_traits<P>;

  pool_watch(L& pool, std::size_t most) : pool_(pool), most_(most) {}
  ~pool_watch() { give_all(none_twice(std::vector<P*>(out_))); }
  pool_watch(const pool_watch&) = delete;
  pool_watch& operator=(const pool_watch&) = delete;

  P* take() {
    P* const p = pool_.take();
    if (p != nullptr) out_.push_back(p);
    return p;
  }
  void give(P* p) {
    out_.erase(std::find(out_.begin(), out_.end(), p));
    pool_.give(p);
  }
  // All that the pool gives, or one more than it may have.
  std::vector<P*> take_all() {
    std::vector<P*> all;
    while (all.size() <= most_) {
      P* const p = take();
      if (p == nullptr) break;
      all.push_back(p);
    }
    return all;
  }
  void give_all(const std::vector<P*>& all) {
    for (P* const p : all) give(p);
  }
  static std::vector<P*> none_twice(std::vector<P*> all) {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }
  static std::size_t octets_in(P& p) {
    std::size_t n = 0;
    for (auto c = traits::first(p); static_cast<bool>(c); ++c) n += octets(*c).size();
    return n;
  }
  // Takes all the room there is on one side; at most 64 KiB.
  template <class Take> static std::size_t use_up(Take take) {
    std::size_t room = 0;
    for (std::size_t n = resize_max; n != 0; n /= 2)
      while (room < 65536 && take(n)) room += n;
    return room;
  }
  // How much room each packet has in front and behind, in no order.
  static std::vector<std::pair<std::size_t, std::size_t>> rooms_of(const std::vector<P*>& all) {
    std::vector<std::pair<std::size_t, std::size_t>> rooms;
    for (P* const p : all) {
      const std::size_t front = use_up([p](std::size_t n) { return traits::retreat(*p, n); });
      traits::advance(*p, front);
      const std::size_t behind = use_up([p](std::size_t n) { return traits::extend(*p, n); });
      traits::trim(*p, behind);
      rooms.push_back({front, behind});
    }
    std::sort(rooms.begin(), rooms.end());
    return rooms;
  }

  std::string once() {
    const std::vector<P*> all = take_all();
    return none_twice(all).size() == all.size() ? "" : std::to_string(all.size() - none_twice(all).size()) + " were handed out twice";
  }
  std::string says_none() { return take_all().size() <= most_ ? "" : "gave more than " + std::to_string(most_); }
  std::string level() {
    const std::vector<P*> all = take_all();
    give_all(all);
    const std::size_t again = take_all().size();
    return again == all.size() ? "" : std::to_string(all.size()) + " at first, then " + std::to_string(again);
  }
  std::string after_none() {
    const std::vector<P*> all = take_all();
    if (all.empty()) return {};
    give(all.front());
    return take() != nullptr ? "" : "none";
  }
  std::string empty() {
    for (const char* const when : {"a new one", "one that came back"}) {
      const std::vector<P*> all = none_twice(take_all());
      for (P* const p : all)
        if (octets_in(*p) != 0 || traits::length(*p) != 0) return std::string(when) + " holds octets";
      for (P* const p : all) (void)traits::extend(*p, 1);
      give_all(all);
    }
    return {};
  }
  std::string writable() {
    for (P* const p : take_all())
      if (!is_writable(static_cast<const P&>(*p))) return "one may not";
    return {};
  }
  std::string as_new() {
    const std::vector<P*> all = none_twice(take_all());
    const auto rooms = rooms_of(all);
    for (P* const p : all) {  // empty when it goes back, but its room moved from behind to the front
      const std::size_t behind = use_up([p](std::size_t n) { return traits::extend(*p, n); });
      traits::advance(*p, behind);
    }
    give_all(all);
    std::vector<P*> again = none_twice(take_all());
    if (again.size() != all.size()) return {};
    return rooms_of(again) == rooms ? "" : "more or less than when it was new";
  }
  std::string apart() {
    std::vector<std::pair<std::uintptr_t, std::uintptr_t>> ranges;
    for (P* const p : none_twice(take_all())) {
      (void)use_up([p](std::size_t n) { return traits::extend(*p, n); });
      (void)use_up([p](std::size_t n) { return traits::retreat(*p, n); });
      for (auto c = traits::first(*p); static_cast<bool>(c); ++c) {
        const octets piece = *c;
        const std::uintptr_t from = reinterpret_cast<std::uintptr_t>(piece.data());
        if (!piece.empty()) ranges.push_back({from, from + piece.size()});
      }
    }
    std::sort(ranges.begin(), ranges.end());
    for (std::size_t i = 1; i < ranges.size(); ++i)
      if (ranges[i].first < ranges[i - 1].second) return "two do";
    return {};
  }

 private:
  L& pool_;
  std::size_t most_;
  std::vector<P*> out_{};
};

}  // namespace detail

/// The laws that a pool breaks; empty = it keeps them all. `make()` gives a full pool for each law; `most` is more packets
/// than it has.
template <class Make>
  requires PacketPool<std::invoke_result_t<Make&>, packet_of_pool<std::invoke_result_t<Make&>>>
std::vector<broken_law> find_broken_pool_laws(Make make, std::size_t most = 65536) {
  using pool_type = std::invoke_result_t<Make&>;
  using watch = detail::pool_watch<pool_type>;
  struct law {
    const char* name;
    std::string (watch::*broken_at)();
  };
  static constexpr law laws[] = {
      {pool_law::once, &watch::once},
      {pool_law::says_none, &watch::says_none},
      {pool_law::level, &watch::level},
      {pool_law::after_none, &watch::after_none},
      {pool_law::empty, &watch::empty},
      {pool_law::writable, &watch::writable},
      {pool_law::as_new, &watch::as_new},
      {pool_law::apart, &watch::apart},
  };
  std::vector<broken_law> broken;
  for (const law& each : laws) {
    pool_type pool = make();
    watch watching(pool, most);
    if (std::string where = (watching.*each.broken_at)(); !where.empty()) broken.push_back({each.name, where});
  }
  return broken;
}

/// The names of the laws that a pool breaks; empty = it keeps them all.
///   CHECK(esplanade::testing::check_pool_laws([] { return my_pool(32); }).empty());
template <class Make> std::vector<std::string> check_pool_laws(Make make, std::size_t most = 65536) {
  return names_of(find_broken_pool_laws(make, most));
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
