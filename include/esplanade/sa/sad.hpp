// The inbound SAD over a slab and an index: what the stores that look SAs up by key have in common.
#pragma once

#include <esplanade/sa/key.hpp>
#include <esplanade/sa/slab.hpp>
#include <esplanade/sa/spi_index.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Adds, finds and removes SAs by key. `Slab` keeps the records, `Arrays` the index (spi_index.hpp).
template <class Record, class Key, class Slab, class Arrays, ReclaimPolicy Reclaim> class sad : public members_of<Reclaim> {
  using array = typename Arrays::array;

 public:
  using sa_type = Record;
  using key_type = typename Key::key_type;
  using reclaim_policy = Reclaim;

  [[nodiscard]] static ESPLANADE_INLINE key_type key_of(const outer_view& outer) noexcept { return Key::of(outer); }
  [[nodiscard]] auto enter(auto&... lane) noexcept requires requires(Reclaim& r) { r.enter(lane...); } { return slab_.reclaimer().enter(lane...); }
  /// The reclaim policy, for lanes that become members.
  [[nodiscard]] Reclaim& reclaimer() noexcept { return slab_.reclaimer(); }
  [[nodiscard]] std::size_t size() const noexcept { return slab_.size(); }
  /// Removed SAs that are not reclaimed yet.
  [[nodiscard]] std::size_t retired() const noexcept { return slab_.retired(); }

  void find(std::span<const key_type> keys, std::span<Record*> found) noexcept {
    std::size_t at[256];
    const std::size_t count = keys.size() < 256 ? keys.size() : 256;
    const array index = arrays_.reading();
    for (std::size_t i = 0; i < count; ++i) {
      at[i] = index.place(Key::hash(keys[i]));
      prefetch(&index.words[at[i]]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      found[i] = probe(index, keys[i], at[i]);
      if (found[i] != nullptr) association_t<Record>::prefetch_hot(&association(*found[i]));
    }
  }

  template <class Crypto> [[nodiscard]] result<inbound_handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    if (p.identifier != sa_identifier::of_store && p.identifier != Key::identifier) return not_keyed_like_that;
    const key_type key = Key::of(p);
    const std::uint64_t hash = Key::hash(key);
    array index = arrays_.reading();
    if (probe(index, key, index.place(hash)) != nullptr) return fault{fault_kind::already_exists, "spi", "another SA of this store has the same key", "an SPI that is not in use"};
    const std::uint32_t slot = slab_.take();
    if (slot == slab_.none_free()) return fault{fault_kind::no_space, "sa", "the store is full", slab_.more};
    std::size_t at = index.vacancy(hash);
    if (index.at(at) == array::empty && slab_.size() + tombstones_ >= most(index)) {
      if (!rebuild()) {
        slab_.give_back(slot);
        return fault{fault_kind::busy, "sa", "removed SAs fill the index, and a lane may still read the array that shall replace it", "reclaim(), and add() again when the lanes have gone on"};
      }
      index = arrays_.reading();
      at = index.vacancy(hash);
    }
    Record& record = slab_.record(slot);
    if (auto done = association(record).install(crypto, p); !done) {
      slab_.give_back(slot);
      return done.why();
    }
    if (index.at(at) == array::removed) --tombstones_;
    slab_.publish(slot);
    index.put(at, array::entry_of(p.spi, slot));
    return inbound_handle{slot, slab_.generation(slot)};
  }

  [[nodiscard]] result<void> remove(inbound_handle h) noexcept {
    Record* record = at(h);
    if (record == nullptr) return fault{fault_kind::not_found, "handle", "names no SA, or one that was removed", "a handle that add() returned"};
    tombstones_ += static_cast<std::size_t>(arrays_.reading().take(hash_of(*record), entry_of(*record, h.slot)));
    slab_.retire(h.slot);
    tidy();
    return {};
  }

  [[nodiscard]] Record* at(inbound_handle h) noexcept { return slab_.live(h.slot, h.generation); }

  template <class Crypto> std::size_t reclaim(Crypto& crypto, std::size_t max = ~std::size_t{0}) noexcept {
    tidy();
    return slab_.reclaim(max, [&crypto](Record& record) noexcept { association(record).uninstall(crypto); });
  }

 protected:
  [[nodiscard]] static std::uint64_t hash_of(Record& record) noexcept { return Key::hash(Key::of_sa(association(record))); }
  [[nodiscard]] static std::uint64_t entry_of(Record& record, std::uint32_t slot) noexcept { return array::entry_of(association(record).core().spi, slot); }
  // An eighth stays empty, and always one entry, so that the way of a miss ends soon.
  [[nodiscard]] static std::size_t most(const array& index) noexcept { return index.mask - index.mask / 8; }
  [[nodiscard]] ESPLANADE_INLINE Record* probe(const array& index, const key_type& key, std::size_t i) noexcept {
    return index.find(Key::spi(key), i, [&](std::uint32_t slot) ESPLANADE_INLINE_LAMBDA -> Record* {
      Record& record = slab_.record(slot);
      return Key::names(key, association(record)) ? &record : nullptr;
    });
  }
  // Frees the index of removed entries, so that a miss stays as short as the live ones allow.
  void tidy() noexcept {
    if (tombstones_ > (arrays_.reading().mask + 1) / 4) static_cast<void>(rebuild());
  }
  bool rebuild() noexcept {
    if (!arrays_.spare_is_free(slab_.reclaimer())) return false;
    const array fresh = arrays_.spare();
    fresh.clear();
    slab_.for_each_live([&fresh](std::uint32_t slot, Record& record) noexcept { fresh.put(fresh.vacancy(hash_of(record)), entry_of(record, slot)); });
    arrays_.publish_spare(slab_.reclaimer());
    tombstones_ = 0;
    return true;
  }

  Arrays arrays_;
  std::size_t tombstones_ = 0;
  Slab slab_;
};

/// Keeps outbound SAs by handle. `Slab` keeps the records.
template <class Record, class Slab, ReclaimPolicy Reclaim> class outbound_table : public members_of<Reclaim> {
 public:
  using sa_type = Record;
  using key_type = outbound_handle;
  using reclaim_policy = Reclaim;

  [[nodiscard]] auto enter(auto&... lane) noexcept requires requires(Reclaim& r) { r.enter(lane...); } { return slab_.reclaimer().enter(lane...); }
  /// The reclaim policy, for lanes that become members.
  [[nodiscard]] Reclaim& reclaimer() noexcept { return slab_.reclaimer(); }
  [[nodiscard]] std::size_t size() const noexcept { return slab_.size(); }
  /// Removed SAs that are not reclaimed yet.
  [[nodiscard]] std::size_t retired() const noexcept { return slab_.retired(); }

  void find(std::span<const outbound_handle> handles, std::span<Record*> found) noexcept {
    for (const outbound_handle& h : handles) slab_.prefetch_slot(h.slot);
    for (std::size_t i = 0; i < handles.size(); ++i) found[i] = at(handles[i]);
  }

  template <class Crypto> [[nodiscard]] result<outbound_handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    const std::uint32_t slot = slab_.take();
    if (slot == slab_.none_free()) return fault{fault_kind::no_space, "sa", "the store is full", slab_.more};
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
  template <class Crypto> std::size_t reclaim(Crypto& crypto, std::size_t max = ~std::size_t{0}) noexcept {
    return slab_.reclaim(max, [&crypto](Record& record) noexcept { association(record).uninstall(crypto); });
  }

 protected:
  Slab slab_;
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
