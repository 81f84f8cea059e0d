// Which UDP ports a NIC of version 1 looks for ESP behind: entries that UDP-ESP SAs share, made and removed with them.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/offload/v1_records.hpp>

namespace esplanade {
inline namespace v0 {

/// Up to `N` parser entries. The host counts who uses one and says with a delete when it goes (ipsecov2.md 7.1, V1-19, V1-20).
///
///     acquire   no handle: the entry like it, else a new one     a handle: that one
///     give_up   the SA was not added: a new one goes again, an old one stays
///     remove    it goes          condemn   it cannot go yet: nothing is received through it from here on
///
///   Units    ports in host order
///   Cost     O(N)
///   Errors   acquire: not_supported for another type or port, not_found for a handle of nothing, no_space
///   Threads  `listens` any; the others one at a time, as requests come
///   Source   ipsecov2.md 7.1
template <std::size_t N, class Atomics = real_atomics> class v1_parser_entries {
  using word = typename Atomics::template word<std::uint32_t>;
  struct place {
    v1_parser_entry entry{};
    std::uint32_t generation = 0;
    bool used = false, condemned = false;
    word heard{0};  // the port while packets are taken through it, else 0
  };

 public:
  static constexpr std::size_t capacity = N;
  struct acquired {
    offload_handle handle{};
    bool made = false;
  };

  [[nodiscard]] result<acquired> acquire(offload_handle given, const v1_parser_entry& like) noexcept {
    if (given) {
      if (find(given) == nullptr) return fault{fault_kind::not_found, "entry_handle", "names no entry, or one that is to go", "none, or the handle of an entry"};
      return acquired{given, false};
    }
    if (like.type != v1_udp_type::other) return fault{fault_kind::not_supported, "entry.type", "IKE's own port was reserved and never used", "other"};
    if (like.port != 4500) return fault{fault_kind::not_supported, "entry.port", "ESP behind another port", "4500"};
    for (std::size_t i = 0; i < N; ++i)
      if (places_[i].used && !places_[i].condemned && places_[i].entry == like) return acquired{handle_of(i), false};
    for (std::size_t i = 0; i < N; ++i)
      if (place& p = places_[i]; !p.used) {
        p.entry = like, p.used = true, p.condemned = false, ++p.generation;
        p.heard.store(like.port, order::release);
        return acquired{handle_of(i), true};
      }
    return fault{fault_kind::no_space, "entry", "the NIC holds as many parser entries as it can", "an entry that is there already"};
  }
  void give_up(const acquired& a) noexcept {
    if (a.made) (void)remove(a.handle);
  }
  [[nodiscard]] result<void> remove(offload_handle h) noexcept {
    place* const p = find(h, true);
    if (p == nullptr) return fault{fault_kind::not_found, "entry_handle", "names no entry", "the handle of an entry"};
    p->heard.store(0, order::release);
    p->used = false;
    return {};
  }
  void condemn(offload_handle h) noexcept {
    if (place* const p = find(h)) {
      p->condemned = true;
      p->heard.store(0, order::release);
    }
  }
  /// Whether ESP is looked for in packets to this UDP port.
  [[nodiscard]] bool listens(std::uint16_t port) const noexcept {
    if (port == 0) return false;
    for (const place& p : places_)
      if (p.heard.load(order::acquire) == port) return true;
    return false;
  }
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t n = 0;
    for (const place& p : places_) n += p.used;
    return n;
  }

 private:
  static_assert(N >= 1 && N <= 255, "v1_parser_entries: 1 to 255 of them");
  [[nodiscard]] offload_handle handle_of(std::size_t i) const noexcept { return {static_cast<std::uintptr_t>(places_[i].generation & 0xffffffu) << 8 | static_cast<std::uintptr_t>(i + 1)}; }
  [[nodiscard]] place* find(offload_handle h, bool condemned_too = false) noexcept {
    const std::size_t i = (h.word & 0xff) - 1;
    if (i >= N || !(handle_of(i) == h)) return nullptr;
    place& p = places_[i];
    return p.used && (condemned_too || !p.condemned) ? &p : nullptr;
  }

  place places_[N]{};
};

}  // namespace v0
}  // namespace esplanade
