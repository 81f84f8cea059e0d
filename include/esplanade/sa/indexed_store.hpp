// A store whose SPIs name their slot: whoever receives chooses the SPI, so it may as well be the index.
//
//   Available         indexed_store<Capacity, Reclaim>
//   When to use       the control plane can ask the store for each inbound SPI before it tells the peer, as IKE does. The
//                     fastest lookup there is: no hash, and the SA's lines are on their way before the SPI is verified.
//   Not provided      SPIs that somebody else chose (multicast, snapshots of another store): flat_store, longest_match_store;
//                     a guess-proof SPI: 32 bits are too few, and the ICV is what protects.
//
//     31        31 - s                                0
//     +---------+-------------------------------------+      s = bits that number the slots, at least 1
//     |  slot   |  random                             |      random bits: 32 - s, e.g. 22 at 1024 SAs, 12 at a million
//     +---------+-------------------------------------+
//
// Of a slot an outsider may guess that it is in use; its SPI is one of 2^(32 - s). The random part is the lower one, so that
// a shard can fix the lowest bits.
#pragma once

#include <esplanade/base/random.hpp>
#include <esplanade/sa/flat_store.hpp>

namespace esplanade {
inline namespace v0 {

/// Inbound SAD indexed by the SPI. Two phases, as keys come later than the SPI: choose_spi(), then add() or release_spi().
///   Shape    4 octets per SA that lookups read, 8 that only control does
///   Cost     find: one load from a dense array and the SA's own lines, all independent of each other; all others O(1)
///   Errors   add: an SPI that was not chosen, or is in use; full: also while chosen SPIs wait for their SA
///   Threads  as Reclaim says: one writer, and under epoch any number of readers
///   Bring    a struct of yours around inbound_sa as `Record`
template <class Record, std::size_t Capacity, ReclaimPolicy Reclaim = single_core> class indexed_sad : public detail::members_of<Reclaim> {
  static_assert(Capacity >= 1 && Capacity <= std::size_t{1} << 22, "indexed_store: 1 to 2^22 SAs, so that at least 10 bits of an SPI are random");
  static constexpr std::size_t entries = std::bit_ceil(Capacity < 2 ? std::size_t{2} : Capacity);
  static constexpr unsigned shift = 32 - static_cast<unsigned>(std::countr_zero(entries));

 public:
  using sa_type = Record;
  using reclaim_policy = Reclaim;
  using key_type = std::uint32_t;
  static constexpr const char* name = "indexed_store";
  /// Bits of an SPI that are not its slot's number.
  static constexpr unsigned random_bits = shift;

  indexed_sad() noexcept {
    for (std::uint32_t i = 0; i < entries; ++i) live_[i].store(nobody(i), order::relaxed);
  }

  [[nodiscard]] static ESPLANADE_INLINE key_type key_of(const outer_view& outer) noexcept { return outer.spi; }
  [[nodiscard]] auto enter(auto&... lane) noexcept requires requires(Reclaim& r) { r.enter(lane...); } { return slab_.reclaimer().enter(lane...); }
  /// The reclaim policy, for lanes that become members.
  [[nodiscard]] Reclaim& reclaimer() noexcept { return slab_.reclaimer(); }
  [[nodiscard]] std::size_t size() const noexcept { return slab_.size(); }
  /// Removed SAs that are not reclaimed yet.
  [[nodiscard]] std::size_t retired() const noexcept { return slab_.retired(); }

  void find(std::span<const key_type> keys, std::span<Record*> found) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::uint32_t key = keys[i];
      const std::uint32_t slot = slot_of(key);
      // The record's address needs no load, so its lines come while the entry does; entries beyond Capacity match no key.
      Record* const record = &slab_.record(slot < Capacity ? slot : 0);
      association_t<Record>::prefetch_hot(&association(*record));
      found[i] = live_[slot].load(order::acquire) == key ? record : nullptr;
    }
  }

  /// An SPI for an SA to come: never reserved, in nobody's use, and not the one that its slot had before.
  template <RandomSource Random> [[nodiscard]] result<std::uint32_t> choose_spi(Random& random) noexcept {
    const std::uint32_t slot = slab_.take();
    if (slot == slab_.none_free()) return detail::store_is_full;
    place& p = places_[slot];
    p.spi = differing(slot << shift | static_cast<std::uint32_t>(random.next() & ((std::uint64_t{1} << shift) - 1)), p.spi);
    p.chosen = true;
    return p.spi;
  }
  /// Gives a chosen SPI back whose SA will never be.
  [[nodiscard]] result<void> release_spi(std::uint32_t spi) noexcept {
    if (!is_chosen(spi)) return fault{fault_kind::not_found, "spi", "was not chosen, or an SA was added under it", "an SPI that choose_spi() returned and nobody used"};
    places_[slot_of(spi)].chosen = false;
    slab_.give_back(slot_of(spi));
    return {};
  }

  /// What it refuses leaves the SPI chosen: the peer knows it.
  template <class Crypto> [[nodiscard]] result<inbound_handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    if (p.spi <= spi_reserved_max) return detail::reserved_spi;
    if (p.identifier > sa_identifier::spi) return detail::not_keyed_like_that;
    const std::uint32_t slot = slot_of(p.spi);
    if (live_[slot].load(order::relaxed) == p.spi) return detail::same_key_twice;
    if (!is_chosen(p.spi)) return fault{fault_kind::not_found, "spi", "this store did not choose it, or it was released or removed", "an SPI that choose_spi() returned"};
    if (auto done = association(slab_.record(slot)).install(crypto, p); !done) return done.why();
    places_[slot].chosen = false;
    slab_.publish(slot);
    live_[slot].store(p.spi, order::release);
    return inbound_handle{slot, slab_.generation(slot)};
  }
  [[nodiscard]] result<void> remove(inbound_handle h) noexcept {
    if (at(h) == nullptr) return detail::handle_of_nothing;
    live_[h.slot].store(nobody(h.slot), order::relaxed);
    slab_.retire(h.slot);
    return {};
  }
  [[nodiscard]] Record* at(inbound_handle h) noexcept { return slab_.live(h.slot, h.generation); }
  template <class Crypto> std::size_t reclaim(Crypto& crypto, std::size_t max = Capacity) noexcept {
    return slab_.reclaim(max, [&crypto](Record& record) noexcept { association(record).uninstall(crypto); });
  }

 private:
  struct place {
    std::uint32_t spi = 0;  // the last that was chosen for this slot
    bool chosen = false;    // and has no SA yet
  };

  [[nodiscard]] static ESPLANADE_INLINE std::uint32_t slot_of(std::uint32_t spi) noexcept { return spi >> shift; }
  // What stands in entry i while it has no SA: the slot bits are another entry's, so that no key read here equals it.
  [[nodiscard]] static constexpr std::uint32_t nobody(std::uint32_t i) noexcept { return (i ^ 1) << shift; }
  // `spi`, or where that is reserved or the one `before`, a neighbour that is neither and has the same lowest octet.
  [[nodiscard]] static constexpr std::uint32_t differing(std::uint32_t spi, std::uint32_t before) noexcept {
    if (spi <= spi_reserved_max) spi ^= 0x100;
    if (spi == before) spi ^= 0x200;
    return spi <= spi_reserved_max ? spi ^ 0x100 : spi;
  }
  [[nodiscard]] bool is_chosen(std::uint32_t spi) const noexcept {
    const std::uint32_t slot = slot_of(spi);
    return slot < Capacity && places_[slot].chosen && places_[slot].spi == spi;
  }

  typename Reclaim::atomics::template word<std::uint32_t> live_[entries]{};
  place places_[Capacity]{};
  slab<Record, Capacity, Reclaim> slab_;
};

/// Inbound SAs by index, outbound SAs by handle: `Capacity` each way.
template <std::size_t Capacity, ReclaimPolicy Reclaim = single_core> struct indexed_store {
  template <class Sa> using inbound = indexed_sad<Sa, Capacity, Reclaim>;
  template <class Sa> using outbound = slot_table<Sa, Capacity, Reclaim>;
};

}  // namespace v0
}  // namespace esplanade
