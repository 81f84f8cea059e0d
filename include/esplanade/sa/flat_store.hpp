// The default stores: an open-addressed inbound SAD and a slot table for outbound SAs, both of fixed size and in place.
#pragma once

#include <esplanade/sa/slab.hpp>
#include <esplanade/sa/store.hpp>

namespace esplanade {
inline namespace v0 {

// Inbound keys
//   Available            by_spi: we choose inbound SPIs, so an SPI alone names the SA (RFC 4301 4.1, unicast).
//                        by_spi_and_destination: several addresses of ours, each with SPIs of its own.
//   When to use          by_spi unless SPIs are chosen per address.

/// Keys on the SPI.
struct by_spi {
  using key_type = std::uint32_t;
  static ESPLANADE_INLINE key_type of(const outer_view& outer) noexcept { return outer.spi; }
  static key_type of(const sa_parameters& p) noexcept { return p.spi; }
  static ESPLANADE_INLINE std::uint32_t spi(const key_type& key) noexcept { return key; }
  template <class Sa> static ESPLANADE_INLINE bool names(const key_type&, const Sa&) noexcept { return true; }
};

/// Keys on the SPI and the outer destination address.
struct by_spi_and_destination {
  struct key_type {
    std::uint32_t spi = 0;
    address destination{};
  };
  static key_type of(const outer_view& outer) noexcept { return {outer.spi, address::from(outer.version, outer.destination)}; }
  static key_type of(const sa_parameters& p) noexcept { return {p.spi, p.destination}; }
  static std::uint32_t spi(const key_type& key) noexcept { return key.spi; }
  template <class Sa> static bool names(const key_type& key, const Sa& sa) noexcept { return sa.destination() == key.destination; }
};

/// Inbound SAD: a table of SPIs over a slab of SAs.
///   Shape    index: 2 × Capacity entries (power of two) of 8 octets, probed linearly; at most half full
///   Cost     one index line and the SA's own lines per key; loads of a batch overlap
///   Threads  one core (single_core)
///   Bring    a struct of yours around inbound_sa as `Record`
template <class Record, std::size_t Capacity, class Key = by_spi, ReclaimPolicy Reclaim = single_core> class flat_sad : public detail::members_of<Reclaim> {
  static_assert(!Reclaim::concurrent);
  static constexpr std::size_t entries = std::bit_ceil(2 * Capacity);
  static constexpr std::uint64_t empty = 0, removed = 1;  // no SPI below 256 is ever stored
  static constexpr unsigned shift = 64 - static_cast<unsigned>(std::countr_zero(entries));

 public:
  using sa_type = Record;
  using key_type = typename Key::key_type;
  static constexpr const char* name = "flat_store";

  [[nodiscard]] static ESPLANADE_INLINE key_type key_of(const outer_view& outer) noexcept { return Key::of(outer); }
  [[nodiscard]] auto enter(auto&... lane) noexcept requires requires(Reclaim& r) { r.enter(lane...); } { return slab_.reclaimer().enter(lane...); }
  [[nodiscard]] Reclaim& reclaimer() noexcept { return slab_.reclaimer(); }
  [[nodiscard]] std::size_t size() const noexcept { return slab_.size(); }

  void find(std::span<const key_type> keys, std::span<Record*> found) noexcept {
    std::size_t at[256];
    const std::size_t count = keys.size() < 256 ? keys.size() : 256;
    for (std::size_t i = 0; i < count; ++i) {
      at[i] = place(Key::spi(keys[i]));
      prefetch(&index_[at[i]]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      found[i] = probe(keys[i], at[i]);
      if (found[i] != nullptr) association_t<Record>::prefetch_hot(&association(*found[i]));
    }
  }

  template <class Crypto> [[nodiscard]] result<inbound_handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    const key_type key = Key::of(p);
    if (probe(key, place(p.spi)) != nullptr) return fault{fault_kind::already_exists, "spi", "another SA of this store has the same key", "an SPI that is not in use"};
    const std::uint32_t slot = slab_.take();
    if (slot == slab_.none_free()) return fault{fault_kind::no_space, "sa", "the store is full", "a store of larger capacity, or reclaim() after removing SAs"};
    Record& record = slab_.record(slot);
    if (auto done = association(record).install(crypto, p); !done) {
      slab_.give_back(slot);
      return done.why();
    }
    std::size_t i = place(p.spi);
    while (index_[i] > removed) i = (i + 1) & (entries - 1);
    if (index_[i] == removed) --tombstones_;
    index_[i] = (static_cast<std::uint64_t>(p.spi) << 32) | slot;
    slab_.publish(slot);
    return inbound_handle{slot, slab_.generation(slot)};
  }

  [[nodiscard]] result<void> remove(inbound_handle h) noexcept {
    Record* record = at(h);
    if (record == nullptr) return fault{fault_kind::not_found, "handle", "names no SA, or one that was removed", "a handle that add() returned"};
    const std::uint64_t entry = (static_cast<std::uint64_t>(association(*record).core().spi) << 32) | h.slot;
    std::size_t i = place(association(*record).core().spi);
    while (index_[i] != entry) i = (i + 1) & (entries - 1);
    index_[i] = removed;
    ++tombstones_;
    slab_.retire(h.slot);
    if (tombstones_ > entries / 4) rebuild();
    return {};
  }

  [[nodiscard]] Record* at(inbound_handle h) noexcept { return slab_.live(h.slot, h.generation); }

  template <class Crypto> std::size_t reclaim(Crypto& crypto, std::size_t max = Capacity) noexcept {
    return slab_.reclaim(max, [&crypto](Record& record) noexcept { association(record).uninstall(crypto); });
  }

 private:
  [[nodiscard]] static ESPLANADE_INLINE std::size_t place(std::uint32_t spi) noexcept {
    return static_cast<std::size_t>((spi * 0x9e3779b97f4a7c15u) >> shift);
  }
  [[nodiscard]] ESPLANADE_INLINE Record* probe(const key_type& key, std::size_t i) noexcept {
    for (;; i = (i + 1) & (entries - 1)) {
      const std::uint64_t entry = index_[i];
      if (entry == empty) return nullptr;
      if ((entry >> 32) != Key::spi(key) || entry == removed) continue;
      Record& record = slab_.record(static_cast<std::uint32_t>(entry));
      if (Key::names(key, association(record))) return &record;
    }
  }
  // Empties the index of tombstones, so that a miss stays as short as the live entries allow.
  void rebuild() noexcept {
    for (std::uint64_t& entry : index_) entry = empty;
    tombstones_ = 0;
    for (std::uint32_t slot = 0; slot < Capacity; ++slot) {
      if (slab_.live(slot, slab_.generation(slot)) == nullptr) continue;
      const std::uint32_t spi = association(slab_.record(slot)).core().spi;
      std::size_t i = place(spi);
      while (index_[i] != empty) i = (i + 1) & (entries - 1);
      index_[i] = (static_cast<std::uint64_t>(spi) << 32) | slot;
    }
  }

  std::uint64_t index_[entries]{};
  std::size_t tombstones_ = 0;
  slab<Record, Capacity, Reclaim> slab_;
};

/// Outbound SAs by handle.
///   Cost     the SA's own lines per handle, and one for its generation
///   Threads  one core (single_core)
template <class Record, std::size_t Capacity, ReclaimPolicy Reclaim = single_core> class slot_table : public detail::members_of<Reclaim> {
 public:
  using sa_type = Record;
  using key_type = outbound_handle;
  static constexpr const char* name = "slot_table";

  [[nodiscard]] auto enter(auto&... lane) noexcept requires requires(Reclaim& r) { r.enter(lane...); } { return slab_.reclaimer().enter(lane...); }
  [[nodiscard]] Reclaim& reclaimer() noexcept { return slab_.reclaimer(); }
  [[nodiscard]] std::size_t size() const noexcept { return slab_.size(); }

  void find(std::span<const outbound_handle> handles, std::span<Record*> found) noexcept {
    for (const outbound_handle& h : handles) slab_.prefetch_slot(h.slot);
    for (std::size_t i = 0; i < handles.size(); ++i) found[i] = at(handles[i]);
  }

  template <class Crypto> [[nodiscard]] result<outbound_handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    const std::uint32_t slot = slab_.take();
    if (slot == slab_.none_free()) return fault{fault_kind::no_space, "sa", "the store is full", "a store of larger capacity, or reclaim() after removing SAs"};
    if (auto done = association(slab_.record(slot)).install(crypto, p); !done) {
      slab_.give_back(slot);
      return done.why();
    }
    slab_.publish(slot);
    return outbound_handle{slot, slab_.generation(slot)};
  }
  [[nodiscard]] result<void> remove(outbound_handle h) noexcept {
    if (at(h) == nullptr) return fault{fault_kind::not_found, "handle", "names no SA, or one that was removed", "a handle that add() returned"};
    slab_.retire(h.slot);
    return {};
  }
  [[nodiscard]] ESPLANADE_INLINE Record* at(outbound_handle h) noexcept { return slab_.live(h.slot, h.generation); }
  template <class Crypto> std::size_t reclaim(Crypto& crypto, std::size_t max = Capacity) noexcept {
    return slab_.reclaim(max, [&crypto](Record& record) noexcept { association(record).uninstall(crypto); });
  }

 private:
  slab<Record, Capacity, Reclaim> slab_;
};

/// The default store of a datapath: `Capacity` SAs each way.
template <std::size_t Capacity, class Key = by_spi> struct flat_store {
  template <class Sa> using inbound = flat_sad<Sa, Capacity, Key>;
  template <class Sa> using outbound = slot_table<Sa, Capacity>;
};

}  // namespace v0
}  // namespace esplanade
