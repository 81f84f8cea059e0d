// What a NIC's version 1 remembers of each SA beside the bundle: its filter, its parser entry, and whether its deletion is owed.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/offload/v1_records.hpp>
#include <esplanade/offload/v1_report.hpp>

namespace esplanade {
inline namespace v0 {

/// One SA of version 1, as packets ask for it.
struct v1_sa {
  v1_filter filter{};
  address destination{};       ///< that the NIC matches; unspecified = any
  std::uint32_t esp_spi = 0, ah_spi = 0;  ///< host order; 0 = no such header
  std::uint8_t esp_iv = 0, esp_icv = 0;   ///< octets
  bool inbound = false, udp = false;
  set_of<offload_integrity> integrity{};    ///< of both elements
  set_of<offload_encryption> encryption{};

  /// Whether packets of it are worked on while this is configured; else it rests, until it is on again or deleted (U-1).
  [[nodiscard]] constexpr bool served_by(const v1_report& now) const noexcept {
    const device_capabilities c = capabilities_of(now, inbound, 1);
    const bool ah = ah_spi != 0, esp = esp_spi != 0;
    return (!ah || c.ah) && (!esp || c.esp) && (!(ah && esp) || c.ah_and_esp) && (!udp || !c.udp_esp.empty()) && c.integrity.covers(integrity) && c.encryption.covers(encryption);
  }
};

/// Up to `N` of them by handle. NICs of version 1 report no capacity and keep few.
///   Shape    insert, erase, clear; owe, each_owed: an SA that the NIC would not delete yet; find, find_inbound
///   Cost     O(N)
///   Errors   none: `full` says when there is no place
///   Threads  `find` and `find_inbound` any; the others one at a time. A handle never names a second SA (U-7), so a copy under the same handle before and after is whole
template <std::size_t N, class Atomics = real_atomics> class v1_sas {
  template <class T> using word = typename Atomics::template word<T>;
  static constexpr std::size_t words = (sizeof(v1_sa) + 7) / 8;
  struct place {
    word<std::uintptr_t> handle{0};  // 0 = free, or owed
    word<std::uint64_t> octets_of[words]{};
    offload_handle owed{}, entry{};
  };

 public:
  [[nodiscard]] bool full() const noexcept { return free_place() == N; }
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t n = 0;
    for (const place& p : places_) n += taken(p);
    return n;
  }
  void insert(offload_handle h, const v1_sa& sa, offload_handle entry) noexcept {
    place& p = places_[free_place()];
    std::uint64_t as_words[words]{};
    std::memcpy(as_words, &sa, sizeof sa);
    for (std::size_t i = 0; i < words; ++i) p.octets_of[i].store(as_words[i], order::release);  // after the 0 that `erase` left: who reads it sees that too
    p.entry = entry;
    p.handle.store(h.word, order::release);
  }
  void erase(offload_handle h) noexcept {
    for (place& p : places_)
      if (h && p.handle.load(order::relaxed) == h.word) p.handle.store(0, order::release);
  }
  void clear() noexcept {
    for (place& p : places_) {
      p.handle.store(0, order::release);
      p.owed = {};
    }
  }
  void owe(offload_handle h, offload_handle entry) noexcept {
    for (place& p : places_)
      if (h && p.handle.load(order::relaxed) == h.word) {
        p.handle.store(0, order::release);
        p.owed = h, p.entry = entry;
      }
  }
  /// `pay(handle, entry)` → whether it is paid; → how many are not.
  template <class Pay> std::size_t each_owed(Pay pay) noexcept {
    std::size_t left = 0;
    for (place& p : places_)
      if (p.owed) {
        if (pay(p.owed, p.entry)) p.owed = {};
        else ++left;
      }
    return left;
  }
  [[nodiscard]] bool find(offload_handle h, v1_sa& into) const noexcept {
    for (const place& p : places_)
      if (h && copy(p, into) == h.word) return true;
    return false;
  }
  [[nodiscard]] bool has(offload_handle h) const noexcept {
    v1_sa unused;
    return find(h, unused);
  }
  /// The inbound SA with this SPI whose addresses a packet of these is for.
  [[nodiscard]] bool find_inbound(std::uint32_t spi, protocol_kind protocol, const address& from, const address& to, v1_sa& into) const noexcept {
    for (const place& p : places_)
      if (copy(p, into) != 0 && into.inbound && spi != 0 && (protocol == protocol_kind::ah ? into.ah_spi : into.esp_spi) == spi &&
          (into.destination.unspecified() ? into.filter.covers_addresses(from, to) : into.destination == to))
        return true;
    return false;
  }

 private:
  [[nodiscard]] static bool taken(const place& p) noexcept { return p.handle.load(order::relaxed) != 0 || bool{p.owed}; }
  [[nodiscard]] std::size_t free_place() const noexcept {
    std::size_t i = 0;
    while (i < N && taken(places_[i])) ++i;
    return i;
  }
  // The handle of what was copied, 0 when there was none or it went meanwhile. Every load acquires, so the second look at the handle is the last.
  [[nodiscard]] static std::uintptr_t copy(const place& p, v1_sa& into) noexcept {
    const std::uintptr_t handle = p.handle.load(order::acquire);
    if (handle == 0) return 0;
    std::uint64_t as_words[words];
    for (std::size_t i = 0; i < words; ++i) as_words[i] = p.octets_of[i].load(order::acquire);
    if (p.handle.load(order::relaxed) != handle) return 0;
    std::memcpy(&into, as_words, sizeof into);
    return handle;
  }

  place places_[N]{};
};

}  // namespace v0
}  // namespace esplanade
