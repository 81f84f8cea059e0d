// A NIC's SA table: bundles by handle for what is sent, by SPI and destination for what arrives.
#pragma once

#include <esplanade/offload/accepts.hpp>
#include <esplanade/offload/device_install.hpp>
#include <esplanade/offload/handle.hpp>
#include <esplanade/sa/bucket_index.hpp>
#include <esplanade/sa/slab.hpp>
#include <esplanade/sa/store.hpp>

namespace esplanade {
inline namespace v0 {

/// Up to `Capacity` bundles in place, inbound and outbound ones together: each counts as one, whatever its elements (U-26).
///
///     send     handle ► place, generation ► bundle
///     receive  SPI ► elements with this SPI ► of this protocol and destination, else of this protocol and any destination
///
///   Shape    add → handle; under a guard by_handle, by_spi; update; remove → reclaim; a ticket of now is settled when every lane
///            has left what it entered before
///   Units    SPIs in host order
///   Cost     by_handle: one slot. by_spi: one index line and one slot for each element with this SPI. add, remove, update O(1)
///   Errors   add: what accepts, the suites built in and the provider refuse; already_exists (U-8), no_space.
///            remove, update: not_found; update: not_supported without ESN (U-19)
///   Threads  as Reclaim says: one control thread, and under epoch any number of lanes that look up
///   Source   ipsecov2.md 2.6, 2.7, 3.2-3.4
template <class P, class Crypto, std::size_t Capacity, ReclaimPolicy Reclaim = single_core, class Form = detail::handle_form<std::uintptr_t, Capacity>>
class device_store : public detail::members_of<Reclaim> {
 public:
  using profile = P;
  using crypto_type = Crypto;
  using bundle_type = device_sa<P, Crypto>;
  using reclaim_policy = Reclaim;
  static constexpr std::size_t capacity = Capacity;

  [[nodiscard]] auto enter(auto&... lane) noexcept requires requires(Reclaim& r) { r.enter(lane...); } { return slab_.reclaimer().enter(lane...); }
  /// The reclaim policy, for lanes that become members.
  [[nodiscard]] Reclaim& reclaimer() noexcept { return slab_.reclaimer(); }
  [[nodiscard]] std::size_t size() const noexcept { return slab_.size(); }
  /// Removed bundles that are not reclaimed yet; they still count as in use.
  [[nodiscard]] std::size_t retired() const noexcept { return slab_.retired(); }

  /// The live bundle that a handle names, else nullptr; any lane's, under a guard.
  [[nodiscard]] ESPLANADE_INLINE bundle_type* by_handle(offload_handle h) noexcept {
    const auto word = static_cast<word_type>(h.word);
    return word == h.word && Form::sound(word) ? slab_.live(Form::place_of(word), Form::generation_of(word)) : nullptr;
  }
  /// The inbound bundle with an element of this SPI and protocol: the one for this very destination, else the one for any of
  /// its family, else nullptr (F44, F94, F95). Any lane's, under a guard.
  [[nodiscard]] ESPLANADE_INLINE bundle_type* by_spi(std::uint32_t spi, protocol_kind protocol, const address& destination) noexcept {
    const std::size_t home = index_.home_of(spi);
    const std::uint64_t first = index_.find(home, spi);
    if (first == 0) return nullptr;
    const auto value = static_cast<std::uint32_t>(first);
    bundle_type& b = slab_.record(place_in(value));
    if (protocol_in(value) == protocol && b.destination == destination) [[likely]] return &b;
    return among(home, spi, protocol, destination);
  }

  /// Takes a bundle that this NIC was built for and that `current` has room and algorithms for (F37).
  [[nodiscard]] result<offload_handle> add(Crypto& crypto, const sa_request& r, const device_capabilities& current) noexcept {
    if (auto taken = accepts(current, r, {static_cast<std::uint32_t>(size() + retired()), lets_encrypt_alone}); !taken) return taken.why();
    if (r.inbound && taken(r)) return fault{fault_kind::already_exists, "spi", "another inbound SA has the same SPI, protocol and destination", "an SPI that is not in use"};
    std::uint32_t place = slab_.take();
    while (place != slab_.none_free() && Form::worn(slab_.generation(place))) place = slab_.take();
    if (place == slab_.none_free()) return full;
    bundle_type& b = slab_.record(place);
    if (auto done = install_bundle(b, crypto, r); !done) {
      slab_.give_back(place);
      return done.why();
    }
    slab_.publish(place);
    if (b.inbound) each_element(b, place, [this](std::uint32_t spi, std::uint32_t value) noexcept { index_.insert(index_.home_of(spi), index_.word_of(spi, value)); });
    return offload_handle{Form::word_of(place, slab_.generation(place))};
  }

  /// As a NIC that is configured for all that there is.
  [[nodiscard]] result<offload_handle> add(Crypto& crypto, const sa_request& r) noexcept { return add(crypto, r, everything); }

  /// From here on its handle and its SPIs find nothing; who holds the bundle may finish with it.
  [[nodiscard]] result<void> remove(offload_handle h) noexcept {
    bundle_type* const b = by_handle(h);
    if (b == nullptr) return detail::handle_of_nothing;
    const std::uint32_t place = Form::place_of(static_cast<word_type>(h.word));
    take_out(*b, place);
    return {};
  }
  /// Every bundle, as when the adapter goes away.
  void remove_all() noexcept {
    slab_.for_each_live([this](std::uint32_t place, bundle_type& b) noexcept { take_out(b, place); });
  }

  /// The half of the number that is not on the wire, for packets that read it from here on.
  [[nodiscard]] result<void> update(const sa_update& u) noexcept {
    bundle_type* const b = by_handle(u.handle);
    if (b == nullptr) return detail::handle_of_nothing;
    device_element& e = u.protocol == protocol_kind::ah ? b->ah : b->esp;
    if (!e.sizes.installed) return fault{fault_kind::not_found, "protocol", "the bundle has no such element", "a protocol that the bundle was added with"};
    if (e.sizes.spi != u.spi) return fault{fault_kind::not_found, "spi", "the element has another SPI", "the SPI that it was added with"};
    if (!e.sizes.esn) return fault{fault_kind::not_supported, "high", "the SA has no extended sequence numbers (U-19)", "an SA that was added with them"};
    e.high.store(u.high, order::release);
    return {};
  }

  /// A moment: what was removed or updated before it. Every lane has left what it entered before that once it is settled.
  [[nodiscard]] std::uint64_t ticket() noexcept { return slab_.reclaimer().retire(); }
  [[nodiscard]] bool settled(std::uint64_t ticket) noexcept { return ticket < slab_.reclaimer().passed(); }

  /// Wipes and frees up to `max` removed bundles that are in nobody's hands; → how many.
  std::size_t reclaim(Crypto& crypto, std::size_t max = Capacity) noexcept {
    return slab_.reclaim(max, [&crypto](bundle_type& b) noexcept { uninstall_bundle(b, crypto); });
  }

 private:
  /// Several elements have this SPI, or the one that has it is for any destination.
  [[nodiscard]] ESPLANADE_COLD bundle_type* among(std::size_t home, std::uint32_t spi, protocol_kind protocol, const address& destination) noexcept {
    bundle_type* any = nullptr;
    const std::uint64_t exact = index_.find_if(home, spi, [&](std::uint32_t value) noexcept {
      if (protocol_in(value) != protocol) return false;
      bundle_type& b = slab_.record(place_in(value));
      if (b.destination == destination) return true;
      if (b.version == destination.version && b.destination.unspecified()) any = &b;
      return false;
    });
    return exact != 0 ? &slab_.record(place_in(static_cast<std::uint32_t>(exact))) : any;
  }

  using word_type = decltype(Form::word_of(0, 0));
  static constexpr fault full{fault_kind::no_space, "sa", "the NIC holds as many bundles as it can", "an SA in software, or a removal that has completed"};

  static constexpr bool lets_encrypt_alone = requires { requires P::encryption_without_integrity; };
  static constexpr device_capabilities everything{.ipv6 = true, .ah = true, .esp = true, .ah_and_esp = true, .transport = true, .tunnel = true, .transport_in_tunnel = true, .esn = true,
                                                  .udp_esp = all_udp_esp_layouts, .integrity = all_offload_integrity, .encryption = all_offload_encryption, .sa_capacity = Capacity};

  // Values of the index: place ‖ protocol.
  [[nodiscard]] static constexpr std::uint32_t value_of(std::uint32_t place, protocol_kind p) noexcept { return place << 1 | (p == protocol_kind::ah ? 1u : 0u); }
  [[nodiscard]] static constexpr std::uint32_t place_in(std::uint32_t value) noexcept { return value >> 1; }
  [[nodiscard]] static constexpr protocol_kind protocol_in(std::uint32_t value) noexcept { return (value & 1) != 0 ? protocol_kind::ah : protocol_kind::esp; }

  template <class Each> static void each_element(const bundle_type& b, std::uint32_t place, Each each) noexcept {
    if (b.esp.sizes.installed) each(b.esp.sizes.spi, value_of(place, protocol_kind::esp));
    if (b.ah.sizes.installed) each(b.ah.sizes.spi, value_of(place, protocol_kind::ah));
  }
  [[nodiscard]] bool taken(const sa_request& r) noexcept {
    address destination = r.destination;
    destination.version = r.version;
    for (std::size_t i = 0; i < r.count; ++i) {
      const offload_element& e = r.elements[i];
      const bool found = index_.find_if(index_.home_of(e.spi), e.spi, [&](std::uint32_t value) noexcept {
        return protocol_in(value) == e.transform.protocol && slab_.record(place_in(value)).destination == destination;
      }) != 0;
      if (found) return true;
    }
    return false;
  }
  // Out of what readers search, and only then retired: so that the tag says who may still have found it.
  void take_out(bundle_type& b, std::uint32_t place) noexcept {
    if (b.inbound) each_element(b, place, [this](std::uint32_t spi, std::uint32_t value) noexcept {
      const std::size_t home = index_.home_of(spi);
      index_.erase(home, index_.place_of(home, index_.word_of(spi, value)));
    });
    slab_.retire(place);
  }

  static_assert(Capacity >= 1 && Capacity < std::size_t{1} << 30, "device_store: 1 to 2^30 - 1 bundles");
  bucket_index<2 * Capacity, typename Reclaim::atomics> index_{};
  slab<bundle_type, Capacity, Reclaim> slab_;
};

}  // namespace v0
}  // namespace esplanade
