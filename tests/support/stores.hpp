// Stores as tests hold them: a guard of any store, and all shards of a sharded store as one that looks up too, so that the
// laws can be asked of it.
#pragma once

#include <esplanade/sa/sharded_store.hpp>
#include <esplanade/testing/seeded.hpp>

#include <memory>

namespace support {

using namespace esplanade;

// A lane's guard of a store, on the heap: g++ 12 sees one on the stack stay in its lane's list, where it does not.
template <class S> class held_guard {
  struct held {
    decltype(esplanade::detail::enter_store(std::declval<S&>(), std::declval<membership_of<S>&>())) inside;
  };
  std::unique_ptr<held> held_;

 public:
  held_guard(S& store, membership_of<S>& lane) : held_(new held{esplanade::detail::enter_store(store, lane)}) {}
};

template <class Store, std::size_t Shards> class whole_store : public sharded<Store, Shards> {
  using one_shard = typename sharded<Store, Shards>::shard_type;

 public:
  using key_type = typename Store::key_type;

  struct membership {
    explicit membership(whole_store& of) noexcept {
      for (std::size_t k = 0; k < Shards; ++k) at[k] = std::make_unique<membership_of<one_shard>>(of.shard(k));
    }
    std::unique_ptr<membership_of<one_shard>> at[Shards];
  };
  class guard {
   public:
    guard(whole_store& of, membership& lane) noexcept {
      for (std::size_t k = 0; k < Shards; ++k) at_[k] = std::make_unique<held_guard<one_shard>>(of.shard(k), *lane.at[k]);
    }

   private:
    std::unique_ptr<held_guard<one_shard>> at_[Shards];
  };

  [[nodiscard]] guard enter(membership& lane) noexcept { return {*this, lane}; }
  [[nodiscard]] static key_type key_of(const outer_view& outer) noexcept
    requires requires(const outer_view& o) { Store::key_of(o); }
  {
    return Store::key_of(outer);
  }
  void find(std::span<const key_type> keys, std::span<typename Store::sa_type*> found) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i) this->shard(owner_of(keys[i])).find(keys.subspan(i, 1), found.subspan(i, 1));
  }
  template <class Random>
    requires requires(Store& s, Random& r) { s.choose_spi(r); }
  [[nodiscard]] result<std::uint32_t> choose_spi(Random& random) noexcept {
    for (std::size_t tried = 1; tried < Shards; ++tried)
      if (auto chosen = this->shard(turn_++).choose_spi(random)) return chosen;
    return this->shard(turn_++).choose_spi(random);
  }

 private:
  static std::size_t owner_of(const key_type& key) {
    if constexpr (requires { key.generation; }) return whole_store::shard_of(key);
    else if constexpr (requires { key.spi; }) return whole_store::shard_of(key.spi);
    else return whole_store::shard_of(key);
  }
  std::size_t turn_ = 0;
};

}  // namespace support
