// A store whose SAs are named by more or less of the packet, and the longest match wins (RFC 4301 4.1).
//
//   Available         longest_match_store<Capacity, Reclaim>
//   When to use       multicast beside unicast: an SPI that a group controller chose may be one of ours too. An SPI with
//                     unicast SAs only costs what it costs in flat_store.
//   Not provided      the protocol as part of the key: ESP is all there is; a source without a destination: RFC 4301 has no such
//                     identifier.
#pragma once

#include <esplanade/sa/bucket_index.hpp>
#include <esplanade/sa/flat_store.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// From the first `length` addresses of a key to well-mixed bits.
struct identifier_hash {
  template <class Key> [[nodiscard]] static std::uint64_t of(const Key& key, std::uint32_t length) noexcept {
    std::uint64_t h = static_cast<std::uint64_t>(key.spi) << 32 | length << 8 | static_cast<std::uint64_t>(key.version);
    const std::size_t size = address::octets_of(key.version);
    for (std::size_t i = 0; i < size; i += 4) h = stirred(h, load_be32(key.destination + i));
    for (std::size_t i = 0; length == 2 && i < size; i += 4) h = stirred(h, load_be32(key.source + i));
    return h;
  }

 private:
  [[nodiscard]] static std::uint64_t stirred(std::uint64_t h, std::uint32_t with) noexcept {
    h = (h ^ with) * 0xff51afd7ed558ccdu;
    return h ^ h >> 29;
  }
};
}  // namespace detail

/// Inbound SAD with three lengths of identifiers, as `sa_parameters::identifier` says for each SA.
///
///     SPI ► by SPI: slot of the SA keyed on it alone, if any, and which longer ones exist ──none──► done, one probe
///                    └─ some ─► by SPI ‖ destination ‖ source, else by SPI ‖ destination, else the slot
///
///   Shape    two indexes of 16 octets per SA, counts of 16, and 1
///   Cost     one index line and the SA's own lines; where an SPI has longer identifiers, one more index line for each length
///            of them, and the SA's line with the addresses. Loads of a batch overlap
///   Errors   add: the key is taken, the SPI reserved, or an address is missing that the identifier needs
///   Threads  as Reclaim says: one writer, and under epoch any number of readers
///   Source   RFC 4301 4.1
///   Bring    a struct of yours around inbound_sa as `Record`
template <class Record, std::size_t Capacity, ReclaimPolicy Reclaim = single_core, class Hash = detail::identifier_hash> class longest_match_sad : public detail::members_of<Reclaim> {
  static_assert(Capacity >= 1 && Capacity < std::size_t{1} << 30, "longest_match_store: 1 to 2^30 - 1 SAs");
  // Values of the index by SPI: place ‖ which longer identifiers exist. Of the index of longer ones: place ‖ length, 1 or 2.
  // A place is 0 for none, else slot + 1.
  static constexpr std::uint32_t longest = 2;
  static constexpr std::uint32_t value_of(std::uint32_t place, std::uint32_t low) noexcept { return place << 2 | low; }

 public:
  using sa_type = Record;
  using reclaim_policy = Reclaim;
  struct key_type {
    std::uint32_t spi;
    family version;
    octet destination[16], source[16];  // IPv4: the first four, the others are zero
  };
  static constexpr const char* name = "longest_match_store";

  [[nodiscard]] static ESPLANADE_INLINE key_type key_of(const outer_view& outer) noexcept {
    key_type key{outer.spi, outer.version, {}, {}};
    if (outer.version == family::ipv4) {
      std::memcpy(key.destination, outer.destination, 4);
      std::memcpy(key.source, outer.source, 4);
    } else {
      std::memcpy(key.destination, outer.destination, 16);
      std::memcpy(key.source, outer.source, 16);
    }
    return key;
  }
  [[nodiscard]] auto enter(auto&... lane) noexcept requires requires(Reclaim& r) { r.enter(lane...); } { return slab_.reclaimer().enter(lane...); }
  /// The reclaim policy, for lanes that become members.
  [[nodiscard]] Reclaim& reclaimer() noexcept { return slab_.reclaimer(); }
  [[nodiscard]] std::size_t size() const noexcept { return slab_.size(); }
  /// Removed SAs that are not reclaimed yet.
  [[nodiscard]] std::size_t retired() const noexcept { return slab_.retired(); }

  void find(std::span<const key_type> keys, std::span<Record*> found) noexcept {
    std::size_t at[256];
    std::uint32_t longer_exist = 0;
    const std::size_t count = keys.size() < 256 ? keys.size() : 256;
    for (std::size_t i = 0; i < count; ++i) {
      at[i] = by_spi_.home_of(keys[i].spi);
      by_spi_.prefetch_home(at[i]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const auto value = static_cast<std::uint32_t>(by_spi_.find(at[i], keys[i].spi));
      found[i] = record_of(value);
      if (found[i] != nullptr) association_t<Record>::prefetch_hot(&association(*found[i]));
      at[i] = value & 3;
      longer_exist |= value & 3;
    }
    if (longer_exist != 0) find_longer(keys, found, {at, count});
  }

  template <class Crypto> [[nodiscard]] result<inbound_handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    if (p.spi <= spi_reserved_max) return detail::reserved_spi;
    const std::uint32_t length = length_of(p.identifier);
    if (length >= 1 && p.destination.unspecified()) return fault{fault_kind::invalid_value, "destination", "the SA is keyed on it", "an address that is not unspecified"};
    if (length == 2 && (p.source.unspecified() || p.source.version != p.destination.version))
      return fault{fault_kind::invalid_value, "source", "the SA is keyed on it", "an address of the destination's family that is not unspecified"};
    const key_type key = key_of({p.spi, p.destination.version, p.source.value, p.destination.value});
    const place_type at = place_of(key, length);
    const std::uint64_t of_spi = by_spi_.find(by_spi_.home_of(p.spi), p.spi);
    if (length == 0 ? of_spi != 0 && static_cast<std::uint32_t>(of_spi) >> 2 != 0 : match(key, at, length) != 0) return detail::same_key_twice;
    const std::uint32_t slot = slab_.take();
    if (slot == slab_.none_free()) return detail::store_is_full;
    if (auto done = association(slab_.record(slot)).install(crypto, p); !done) {
      slab_.give_back(slot);
      return done.why();
    }
    lengths_[slot] = static_cast<std::uint8_t>(length);
    slab_.publish(slot);
    if (length != 0) longer_.insert(at.home, longer_.word_of(at.tag, value_of(slot + 1, length)));
    change_spi(p.spi, length, slot + 1, 1);
    return inbound_handle{slot, slab_.generation(slot)};
  }

  [[nodiscard]] result<void> remove(inbound_handle h) noexcept {
    Record* const record = at(h);
    if (record == nullptr) return detail::handle_of_nothing;
    const auto& sa = association(*record);
    const std::uint32_t spi = sa.core().spi, length = lengths_[h.slot];
    if (length != 0) {
      const place_type at = place_of(key_of({spi, sa.destination().version, sa.source().value, sa.destination().value}), length);
      longer_.erase(at.home, longer_.place_of(at.home, longer_.word_of(at.tag, value_of(h.slot + 1, length))));
    }
    change_spi(spi, length, 0, ~std::uint32_t{0});
    slab_.retire(h.slot);
    return {};
  }

  [[nodiscard]] Record* at(inbound_handle h) noexcept { return slab_.live(h.slot, h.generation); }
  template <class Crypto> std::size_t reclaim(Crypto& crypto, std::size_t max = Capacity) noexcept {
    return slab_.reclaim(max, [&crypto](Record& record) noexcept { association(record).uninstall(crypto); });
  }

 private:
  struct place_type {
    std::size_t home = 0;
    std::uint32_t tag = 0;
  };
  // A key whose SPI has longer identifiers, and where those may stand.
  struct question {
    std::uint32_t key = 0, exist = 0;
    place_type at[longest]{};  // [0] with the destination, [1] with the source too
    // The longest first, until `use` says that it was it.
    template <class Use> void each_length(Use use) noexcept {
      for (std::uint32_t length = longest; length != 0; --length)
        if ((exist & length) != 0 && use(length, at[length - 1])) return;
    }
  };
  static constexpr std::size_t at_once = 32;

  [[nodiscard]] static constexpr std::uint32_t length_of(sa_identifier i) noexcept { return i <= sa_identifier::spi ? 0 : i == sa_identifier::spi_and_destination ? 1 : 2; }
  [[nodiscard]] ESPLANADE_INLINE Record* record_of(std::uint32_t value) noexcept { return value < value_of(1, 0) ? nullptr : &slab_.record((value >> 2) - 1); }

  // Where the key's first `length` addresses stand in the index of longer identifiers.
  [[nodiscard]] static place_type place_of(const key_type& key, std::uint32_t length) noexcept {
    if (length == 0) return {};
    const std::uint64_t h = Hash::of(key, length);
    return {decltype(longer_)::home_of(h), static_cast<std::uint32_t>(h) | 1};
  }
  // The value under which an SA of this very identifier stands, 0 when there is none.
  [[nodiscard]] std::uint64_t match(const key_type& key, const place_type& at, std::uint32_t length) noexcept {
    return longer_.find_if(at.home, at.tag, [&](std::uint32_t value) noexcept {
      const auto& sa = association(*record_of(value));
      const address& destination = sa.destination();
      const address& source = sa.source();
      return (value & 3) == length && sa.core().spi == key.spi && destination.version == key.version && std::memcmp(destination.value, key.destination, 16) == 0 &&
             (length == 1 || std::memcmp(source.value, key.source, 16) == 0);
    });
  }

  // `exist` says for each key which longer identifiers its SPI has.
  ESPLANADE_COLD void find_longer(std::span<const key_type> keys, std::span<Record*> found, std::span<const std::size_t> exist) noexcept {
    question questions[at_once];
    std::size_t count = 0;
    for (std::size_t i = 0; i < exist.size(); ++i) {
      if (exist[i] != 0) questions[count++] = {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(exist[i]), {}};
      if (count == 0 || (count < at_once && i + 1 < exist.size())) continue;
      answer(keys, found, {questions, count});
      count = 0;
    }
  }
  // In three rounds, each of which starts the loads of the next: index lines, records, answers.
  void answer(std::span<const key_type> keys, std::span<Record*> found, std::span<question> questions) noexcept {
    for (question& q : questions) {
      q.each_length([&](std::uint32_t length, place_type& at) noexcept {
        at = place_of(keys[q.key], length);
        longer_.prefetch_home(at.home);
        return false;
      });
    }
    for (question& q : questions)
      q.each_length([&](std::uint32_t, const place_type& at) noexcept {
        Record* const candidate = record_of(static_cast<std::uint32_t>(longer_.find(at.home, at.tag)));
        if (candidate == nullptr) return false;
        const auto& sa = association(*candidate);
        association_t<Record>::prefetch_hot(&sa);
        prefetch(&sa.source());
        prefetch(&sa.destination());
        return false;
      });
    for (question& q : questions)
      q.each_length([&](std::uint32_t length, const place_type& at) noexcept {
        Record* const record = record_of(static_cast<std::uint32_t>(match(keys[q.key], at, length)));
        if (record != nullptr) found[q.key] = record;
        return record != nullptr;
      });
  }

  // An SA of this SPI and length comes (by 1) to `place`, or goes (by -1) and leaves 0; readers see either state and no other.
  void change_spi(std::uint32_t spi, std::uint32_t length, std::uint32_t place, std::uint32_t by) noexcept {
    const std::size_t home = by_spi_.home_of(spi);
    const std::uint64_t before = by_spi_.find(home, spi);
    const std::size_t at = before != 0 ? by_spi_.place_of(home, before) : by_spi_.insert(home, by_spi_.word_of(spi, 0));
    std::uint32_t value = 0;
    if (length == 0) {
      value = value_of(place, static_cast<std::uint32_t>(before) & 3);
    } else {
      counts_[at].of[length - 1] += by;
      value = (static_cast<std::uint32_t>(before) & ~std::uint32_t{3}) | (counts_[at].of[0] != 0 ? 1u : 0u) | (counts_[at].of[1] != 0 ? 2u : 0u);
    }
    if (value == 0) by_spi_.erase(home, at);
    else by_spi_.replace(at, by_spi_.word_of(spi, value));
  }

  bucket_index<Capacity, typename Reclaim::atomics> by_spi_{}, longer_{};
  struct longer_count {
    std::uint32_t of[2]{};  // SAs of one SPI that are keyed on the destination, and on both
  };
  longer_count counts_[decltype(by_spi_)::places]{};
  std::uint8_t lengths_[Capacity]{};
  slab<Record, Capacity, Reclaim> slab_;
};

/// Inbound SAs by longest match, outbound SAs by handle: `Capacity` each way.
template <std::size_t Capacity, ReclaimPolicy Reclaim = single_core> struct longest_match_store {
  template <class Sa> using inbound = longest_match_sad<Sa, Capacity, Reclaim>;
  template <class Sa> using outbound = slot_table<Sa, Capacity, Reclaim>;
};

}  // namespace v0
}  // namespace esplanade
