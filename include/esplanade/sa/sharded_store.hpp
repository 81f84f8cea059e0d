// One store per lane: a lane's SAs share no cache line with another lane's.
//
//   Available         sharded_store<Store, Shards> over any store tag
//   When to use       several cores, each of which receives the packets of its own SAs: the network card spreads ESP by the
//                     low bits of the SPI, and no lane ever writes where another one reads.
//   Not provided      lookups across shards, because an SA that two lanes work on needs a sequence policy and a window made
//                     for several lanes: give both lanes one store then; shards that are not a power of two, because cards
//                     spread by low bits.
//
//     SPI & (Shards - 1)   0 ► shard 0 ► lane 0        using path = datapath<gateway, packet, sharded_store<flat_store<4096>, 2>, botan>;
//                          1 ► shard 1 ► lane 1        static path::inbound_store::whole receiving;
//                                                      path lane{{receiving.shard(1), sending.shard(1), crypto}};
#pragma once

#include <esplanade/base/random.hpp>
#include <esplanade/sa/store.hpp>

#include <bit>

namespace esplanade {
inline namespace v0 {

template <class Store, std::size_t Shards> class sharded;

/// The store of one lane: `Store`, whose handles also say the shard. One that stands alone owns every SPI.
///   Errors   as Store; and an inbound SA whose SPI another shard owns, or a handle of another shard
///   Threads  as Store
template <class Store, std::size_t Shards> class alignas(64) shard : public Store {
  static_assert(Shards >= 1 && Shards <= 64 && std::has_single_bit(Shards), "sharded_store: 1, 2, 4, 8, 16, 32 or 64 shards: the lowest bits of an SPI say which");
  using direction = typename association_t<typename Store::sa_type>::direction;
  static constexpr bool is_inbound = std::is_same_v<direction, inbound_direction>;
  static constexpr unsigned number_bits = static_cast<unsigned>(std::countr_zero(Shards));

 public:
  using handle = sa_handle<direction>;
  using whole = sharded<Store, Shards>;
  static constexpr const char* name = "sharded_store";

  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

  void find(std::span<const typename Store::key_type> keys, std::span<typename Store::sa_type*> found) noexcept {
    if constexpr (is_inbound || Shards == 1) {
      Store::find(keys, found);
    } else {
      handle ours[256];
      const std::size_t count = keys.size() < 256 ? keys.size() : 256;
      for (std::size_t i = 0; i < count; ++i) ours[i] = inside(keys[i]);
      Store::find(std::span<const handle>(ours, count), found);
    }
  }
  template <class Crypto> [[nodiscard]] result<handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    if (is_inbound && (p.spi & mask_) != number_ && p.spi > spi_reserved_max)
      return fault{fault_kind::invalid_value, "spi", "its lowest bits name another shard", "add() of all shards, or an SPI whose lowest bits are this shard's number"};
    auto made = Store::add(crypto, p);
    if (!made) return made.why();
    return handle{static_cast<std::uint32_t>(std::uint64_t{number_} << slot_bits) | made->slot, made->generation};
  }
  [[nodiscard]] result<void> remove(handle h) noexcept {
    if (number_of(h) != number_) return fault{fault_kind::not_found, "handle", "it is of another shard", "a handle that this shard's add() returned"};
    return Store::remove(inside(h));
  }
  [[nodiscard]] typename Store::sa_type* at(handle h) noexcept { return Store::at(inside(h)); }

  /// Where Store chooses SPIs: one that this shard owns. Such a store leaves the lowest octet as the source gives it.
  template <RandomSource Random>
    requires requires(Store& s, Random& r) { s.choose_spi(r); }
  [[nodiscard]] result<std::uint32_t> choose_spi(Random& random) noexcept {
    struct numbered {
      Random& random;
      std::uint64_t mask, number;
      std::uint64_t next() noexcept { return (random.next() & ~mask) | number; }
    } source{random, mask_, number_};
    return Store::choose_spi(source);
  }

 private:
  friend whole;
  // A handle's slot is number ‖ slot.
  static constexpr unsigned slot_bits = 32 - number_bits;
  [[nodiscard]] static ESPLANADE_INLINE std::uint32_t number_of(handle h) noexcept { return static_cast<std::uint32_t>(std::uint64_t{h.slot} >> slot_bits); }
  [[nodiscard]] static constexpr std::uint32_t owner_of(std::uint32_t spi) noexcept { return spi & static_cast<std::uint32_t>(Shards - 1); }
  // As the store knows it; of another shard: one that names nothing.
  [[nodiscard]] ESPLANADE_INLINE handle inside(handle h) const noexcept {
    return number_of(h) == number_ ? handle{static_cast<std::uint32_t>(h.slot & ((std::uint64_t{1} << slot_bits) - 1)), h.generation} : handle{};
  }

  std::uint32_t number_ = 0, mask_ = 0;
};

/// All shards, as the control plane sees them.
///   Shape    shard(k)  what lane k's datapath is given
///            add       puts an SA into the shard that owns its SPI; an outbound one, which any lane may send on, goes to
///                      another lane by shard(k).add()
///   Cost     as Store; reclaim visits every shard
///   Errors   as Store; in add, a full store means that this shard is full
///   Threads  as Store, each shard for itself: under single_core a shard is changed by its lane's core only
template <class Store, std::size_t Shards> class sharded {
 public:
  using shard_type = esplanade::shard<Store, Shards>;
  using sa_type = typename Store::sa_type;
  using handle = typename shard_type::handle;
  static constexpr const char* name = "sharded_store";

  sharded() noexcept {
    for (std::uint32_t k = 0; k < Shards; ++k) {
      shards_[k].number_ = k;
      shards_[k].mask_ = static_cast<std::uint32_t>(Shards - 1);
    }
  }

  [[nodiscard]] shard_type& shard(std::size_t k) noexcept { return shards_[k & (Shards - 1)]; }
  /// Which shard owns an SPI: its lowest bits.
  [[nodiscard]] static constexpr std::size_t shard_of(std::uint32_t spi) noexcept { return shard_type::owner_of(spi); }
  [[nodiscard]] static constexpr std::size_t shard_of(handle h) noexcept { return shard_type::number_of(h); }
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t all = 0;
    for (const shard_type& one : shards_) all += one.size();
    return all;
  }

  template <class Crypto> [[nodiscard]] result<handle> add(Crypto& crypto, const sa_parameters& p) noexcept { return shard(shard_of(p.spi)).add(crypto, p); }
  [[nodiscard]] result<void> remove(handle h) noexcept { return shard(shard_of(h)).remove(h); }
  [[nodiscard]] sa_type* at(handle h) noexcept { return shard(shard_of(h)).at(h); }
  /// Up to `max` in all; the next call begins with the next shard, so that none has to wait for ever.
  template <class Crypto> std::size_t reclaim(Crypto& crypto, std::size_t max = ~std::size_t{0}) noexcept {
    std::size_t done = 0;
    ++first_;
    for (std::size_t k = 0; k < Shards && done < max; ++k) done += shard(first_ + k).reclaim(crypto, max - done);
    return done;
  }

 private:
  shard_type shards_[Shards];
  std::size_t first_ = 0;
};

/// One `Store` for each of `Shards` lanes, both ways. A datapath is given a shard.
template <class Store, std::size_t Shards> struct sharded_store {
  template <class Sa> using inbound = shard<typename Store::template inbound<Sa>, Shards>;
  template <class Sa> using outbound = shard<typename Store::template outbound<Sa>, Shards>;
};

}  // namespace v0
}  // namespace esplanade
