// A store that looks at the slot of a handle and not at its generation.
#pragma once

#include "composed.hpp"

namespace planted {

template <class Record, std::size_t Capacity> class forgetful_table {
 public:
  using sa_type = Record;
  using key_type = outbound_handle;
  struct guard {};
  [[nodiscard]] guard enter() noexcept { return {}; }
  void find(std::span<const outbound_handle> handles, std::span<Record*> found) noexcept {
    for (std::size_t i = 0; i < handles.size(); ++i) {
      const std::uint32_t slot = handles[i].slot;
      found[i] = slot < Capacity && live_[slot] ? &records_[slot] : nullptr;
    }
  }
  template <class Crypto> [[nodiscard]] result<outbound_handle> add(Crypto& crypto, const sa_parameters& p) noexcept {
    std::uint32_t slot = 0;
    while (slot < Capacity && live_[slot]) ++slot;
    if (slot == Capacity) return fault{fault_kind::no_space, "sa", "the store is full", "fewer SAs"};
    if (auto done = association(records_[slot]).install(crypto, p); !done) return done.why();
    live_[slot] = true;
    return outbound_handle{slot, ++generation_[slot]};
  }
  [[nodiscard]] result<void> remove(outbound_handle h) noexcept {
    if (h.slot >= Capacity || !live_[h.slot]) return fault{fault_kind::not_found, "handle", "names no SA", "a handle that add() returned"};
    live_[h.slot] = false;
    return {};
  }
  template <class Crypto> std::size_t reclaim(Crypto& crypto) noexcept {
    std::size_t done = 0;
    for (std::size_t slot = 0; slot < Capacity; ++slot)
      if (!live_[slot]) association(records_[slot]).uninstall(crypto), ++done;
    return done;
  }

 private:
  Record records_[Capacity]{};
  std::uint32_t generation_[Capacity]{};
  bool live_[Capacity]{};
};

struct forgetful_store {
  template <class Sa> using inbound = flat_sad<Sa, 8>;
  template <class Sa> using outbound = forgetful_table<Sa, 8>;
};
struct stale_handle_lists {
  using profile = sound_profile;
  static constexpr auto receiving = sound_receiving<profile>;
  static constexpr auto sending = sound_sending<profile>;
};
using stale_handle = composed<stale_handle_lists, flat_packet, forgetful_store>;

}  // namespace planted
