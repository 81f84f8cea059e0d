#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/sa/reclaim.hpp>
#include <esplanade/sa/slab.hpp>

using namespace esplanade;

namespace reclaim_test {  // named: clang 14 calls members of unnamed namespaces unused

struct wordless { static constexpr bool concurrent = false; int enter() noexcept; std::uint64_t retire() noexcept; std::uint64_t passed() noexcept; };
struct base { using atomics = plain_atomics; static constexpr bool concurrent = false; };
struct without_enter : base { std::uint64_t retire() noexcept; std::uint64_t passed() noexcept; };
struct without_retire : base { int enter() noexcept; std::uint64_t passed() noexcept; };
struct members_made_of_nothing : base { struct membership {}; int enter(membership&) noexcept; std::uint64_t retire() noexcept; std::uint64_t passed() noexcept; };
static_assert(!ReclaimPolicy<wordless> && !ReclaimPolicy<without_enter> && !ReclaimPolicy<without_retire> && !ReclaimPolicy<members_made_of_nothing>);
static_assert(ReclaimPolicy<single_core> && ReclaimPolicy<epoch<64>>);

}  // namespace reclaim_test

TEST_CASE("single_core: what is retired waits for every guard [class 38]") {
  single_core r;
  const std::uint64_t before = r.retire();
  CHECK(before < r.passed());
  std::optional first(r.enter());
  const std::uint64_t during = r.retire();
  CHECK_FALSE(during < r.passed());
  auto second = r.enter();
  first.reset();
  CHECK_FALSE(during < r.passed());
  { auto moved = std::move(second); }
  CHECK(during < r.passed());
}

TEST_CASE("epoch: what is retired waits for the guards that were there, and for no later one [class 38]") {
  epoch<2> r;
  epoch<2>::membership a{r}, b{r};
  const std::uint64_t idle = r.retire();
  CHECK(idle < r.passed());  // idle lanes hold nothing back
  std::optional<epoch<2>::guard> early(a);
  const std::uint64_t gone = r.retire();
  CHECK_FALSE(gone < r.passed());
  const auto late = r.enter(b);
  const std::uint64_t later = r.retire();
  CHECK(gone < later);
  CHECK_FALSE(gone < r.passed());
  early.reset();
  CHECK(gone < r.passed());  // although b is inside
  CHECK_FALSE(later < r.passed());
}

TEST_CASE("epoch: of a lane's guards the oldest counts, in whatever order they end [class 35, 38]") {
  using lane = epoch<1>::membership;
  using held = std::unique_ptr<epoch<1>::guard>;
  unsigned order[4]{0, 1, 2, 3};
  do {
    epoch<1> r;
    lane a{r};
    held guards[4];
    std::uint64_t tags[4]{};  // retired while guards 0 to i lived
    for (unsigned i = 0; i < 4; ++i) {
      guards[i].reset(new epoch<1>::guard(a));
      tags[i] = r.retire();
    }
    for (const unsigned ending : order) {
      guards[ending].reset();
      unsigned oldest = 0;
      while (oldest < 4 && guards[oldest] == nullptr) ++oldest;
      for (unsigned i = 0; i < 4; ++i) CHECK((tags[i] < r.passed()) == (i < oldest));
    }
  } while (std::next_permutation(order, order + 4));
}

TEST_CASE("epoch: a place is taken once and given back, and lanes beyond the last are safe [class 38]") {
  epoch<2> r;
  auto a = std::make_unique<epoch<2>::membership>(r);
  epoch<2>::membership b{r}, guest{r};
  CHECK(a->has_place());
  CHECK(b.has_place());
  CHECK_FALSE(guest.has_place());
  {
    const auto one = r.enter(guest);
    std::optional<epoch<2>::guard> two(guest);
    const std::uint64_t gone = r.retire();
    CHECK_FALSE(gone < r.passed());
    two.reset();
    CHECK_FALSE(gone < r.passed());
  }
  const std::uint64_t idle = r.retire();
  CHECK(idle < r.passed());
  a.reset();
  epoch<2>::membership c{r};
  CHECK(c.has_place());
  const auto inside = r.enter(c);
  const std::uint64_t gone = r.retire();
  CHECK_FALSE(gone < r.passed());
}

TEST_CASE("epoch: under a guard nothing that was found is reclaimed, with lanes that come, go and idle [class 38, 53] [row 34]") {
  // One cell of a table: the writer replaces what is in it, readers look at it. A reclaimed one is poisoned.
  constexpr std::size_t readers = 3, room = 8;
  struct item {
    std::uint64_t content = 0;  // plain: ThreadSanitizer sees who touches it when
  };
  using store = slab<item, room, epoch<readers>>;
  auto s = std::make_unique<store>();
  std::atomic<std::uint32_t> current{s->take()};
  s->record(current).content = 1;
  s->publish(current);
  std::atomic<bool> stop{false};
  std::atomic<unsigned> wrong{0};
  std::atomic<std::uint64_t> looks{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < readers; ++t)
    threads.emplace_back([&, t] {
      epoch<readers>::membership lane{s->reclaimer()};
      while (!stop.load()) {
        const auto inside = s->reclaimer().enter(lane);
        const std::uint32_t at = current.load(std::memory_order_acquire);
        if (at == store::none_free()) continue;
        const auto nested = s->reclaimer().enter(lane);
        for (int again = 0; again < 3; ++again)
          if (s->record(at).content == 0) ++wrong;
        looks.fetch_add(1);
        if (t == 0) std::this_thread::yield();
      }
    });
  std::uint64_t reclaimed = 0;
  for (std::uint64_t round = 2; reclaimed < 500 || looks.load() < 500; ++round) {
    const std::uint32_t next = s->take();
    if (next != s->none_free()) {
      s->record(next).content = round;
      s->publish(next);
      const std::uint32_t old = current.exchange(next);
      s->retire(old);
    }
    reclaimed += s->reclaim(room, [](item& gone) noexcept { gone.content = 0; });
    if (next == s->none_free()) std::this_thread::yield();
  }
  stop = true;
  for (std::thread& t : threads) t.join();
  CHECK(wrong.load() == 0);
  s->reclaim(room, [](item&) noexcept {});
  CHECK(s->retired() == 0);
}
