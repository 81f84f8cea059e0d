// What ThreadSanitizer must find, so that its silence about the tests means something: the real reclamation over words that
// are not atomic. A record is put out of reach, and its reader's guard is not seen in the order that atomics would give.
#include <esplanade/sa/slab.hpp>

#include <thread>

using namespace esplanade;

int main() {
  struct item {
    std::uint64_t content = 0;
  };
  using reclaim = epoch<1, plain_atomics>;
  static slab<item, 2, reclaim> store;
  const std::uint32_t slot = store.take();
  store.record(slot).content = 1;
  store.publish(slot);
  std::uint64_t seen = 0;
  std::thread reader([&] {
    reclaim::membership lane{store.reclaimer()};
    for (int i = 0; i < 1000; ++i) {
      const auto inside = store.reclaimer().enter(lane);
      if (const item* const found = store.live(slot, 1)) seen += found->content;
    }
  });
  store.retire(slot);
  for (int i = 0; i < 1000 && store.reclaim(1, [](item& gone) noexcept { gone.content = 0; }) == 0; ++i) std::this_thread::yield();
  reader.join();
  return seen == ~std::uint64_t{0};
}
