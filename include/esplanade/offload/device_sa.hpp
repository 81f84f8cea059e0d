// An SA bundle as a NIC keeps it: keys, sizes, addresses and the half of the number that is not on the wire. No window, no
// counter of numbers, no lifetime: those are the host's.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/offload/sa_request.hpp>
#include <esplanade/sa/association.hpp>

namespace esplanade {
inline namespace v0 {

/// The element of a bundle that a packet is under at a time; what the transform stages read of it is `core()`.
struct device_element {
  detail::sa_core sizes;
  atomic_word<std::uint32_t> high{0};  ///< UPDATE_SA writes it while packets read it; one load for each packet (U-20)

  /// The number that the ICV covers, for what stands on the wire.
  [[nodiscard]] ESPLANADE_INLINE std::uint64_t number_of(std::uint32_t wire) const noexcept {
    return sizes.esn ? std::uint64_t{high.load(order::relaxed)} << 32 | wire : wire;
  }
  [[nodiscard]] ESPLANADE_INLINE const detail::sa_core& core() const noexcept { return sizes; }
};

/// Up to two elements that one handle names: ESP, AH, or ESP in AH.
///   Shape    line 0: what every packet reads; then what packets with ESN read; then addresses, which only matching reads
///   Threads  installed and uninstalled by one control thread under the store's reclamation; `high` by any
template <class P, class Crypto> struct alignas(64) device_sa {
  using profile = P;
  using crypto_type = Crypto;

  device_element esp, ah;            ///< `core().installed` says which are there
  bool inbound = false;
  bool tunnel_layout = false;        ///< a UDP layout says that the packet inside is a whole one (U-17)
  family version = family::ipv4;
  set_of<udp_esp_layout> udp_esp{};
  atomic_word<std::uint64_t> esp_reached{0}, ah_reached{0};  ///< with ESN: about how far sends came; 0 when installed (U-20)
  address source{}, destination{};   ///< unspecified = any
  atomic_word<std::uint32_t> carries_packets{0};  ///< inbound: the last one that opened held a whole packet, so that one that does not open counts as such (U-17)
  atomic_word<std::uint32_t> asked_to_go{0};  ///< the NIC wants this place: the next packet up says so (F116)

  device_sa() noexcept = default;
  device_sa(const device_sa&) = delete;
  device_sa& operator=(const device_sa&) = delete;
  ~device_sa() {
    wipe(&esp.sizes, sizeof esp.sizes);
    wipe(&ah.sizes, sizeof ah.sizes);
  }
};

}  // namespace v0
}  // namespace esplanade
