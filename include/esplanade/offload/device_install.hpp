// A bundle's keys and sizes put in place on a NIC: what a request says, as far as the NIC was built for it.
#pragma once

#include <esplanade/offload/device_sa.hpp>
#include <esplanade/sa/install.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// The keys of one element as a provider takes them: cipher key ‖ MAC key in one piece, and the salt.
///   Threads  one call's; wiped when it ends
class gathered_key {
 public:
  gathered_key() noexcept = default;
  gathered_key(const gathered_key&) = delete;
  gathered_key& operator=(const gathered_key&) = delete;
  ~gathered_key() { wipe(both_, sizeof both_); }

  [[nodiscard]] result<void> gather(const offload_element& e, const suite_sizes& suite) noexcept {
    const bool by_integrity = suite.family == cipher_family::aes_gmac || suite.mac == mac_family::aes_gmac;
    if (suite.salt != 0) {
      // U-5: AES key ‖ salt, 20, 28 or 36 octets; without the salt nobody says where it would come from.
      const const_octets blob = by_integrity ? e.integrity_key : e.encryption_key;
      if (blob.size() != static_cast<std::size_t>(suite.key) + suite.salt)
        return fault{fault_kind::invalid_value, by_integrity ? "integrity_key" : "encryption_key", "its size does not suit the algorithm", "the AES key and 4 octets of salt: 20, 28 or 36 octets"};
      key = blob.first(suite.key);
      salt = blob.last(suite.salt);
      return {};
    }
    if (e.encryption_key.size() != suite.cipher_key()) return fault{fault_kind::invalid_value, "encryption_key", "its size does not suit the algorithm", "as many octets as the algorithm's key; none for NULL"};
    if (e.integrity_key.size() != suite.mac_key) return fault{fault_kind::invalid_value, "integrity_key", "its size does not suit the algorithm", "as many octets as the algorithm's key"};
    if (!e.encryption_key.empty()) std::memcpy(both_, e.encryption_key.data(), e.encryption_key.size());
    if (!e.integrity_key.empty()) std::memcpy(both_ + e.encryption_key.size(), e.integrity_key.data(), e.integrity_key.size());
    key = {both_, suite.key};
    return {};
  }

  const_octets key{}, salt{};

 private:
  octet both_[255]{};  // as long as a suite can say
};

template <class P, class Crypto> [[nodiscard]] result<void> install_element(device_element& into, Crypto& crypto, const sa_request& r, const offload_element& e) noexcept {
  const suite_sizes* const suite = suite_named(e.transform);
  if (suite == nullptr) return fault{fault_kind::not_supported, "transform", "these algorithms and this ICV make no suite", "algorithms that belong together; AES-GCM with an ICV of 8, 12 or 16 octets"};
  if (!P::suites.has(*suite)) return fault{fault_kind::not_supported, "transform", "this NIC was built without it", "a suite of the device profile"};
  gathered_key keys;
  if (auto gathered = keys.gather(e, *suite); !gathered) return gathered;
  sa_parameters p;
  p.spi = e.spi;
  p.suite = *suite;
  p.key = keys.key;
  p.salt = keys.salt;
  p.esn = e.esn;
  p.mode = modes_of<P>.has(mode::transport) ? mode::transport : mode::tunnel;  // which one it is, packets say (U-17)
  p.destination.version = r.version;
  p.encapsulation = set_of<encapsulation>::from_bits(encapsulations_of<P>.bits & ~(encapsulations_of<P>.bits - 1));
  if (e.transform.protocol == protocol_kind::ah) p.encapsulation = encapsulation::none;
  if (auto done = install_core<P>(into.sizes, crypto, p); !done) return done;
  into.sizes.encapsulation = static_cast<std::uint8_t>(r.udp_esp.empty() ? encapsulation::none : encapsulation::udp);
  into.high.store(e.esn ? e.high : 0, order::relaxed);
  return {};
}

}  // namespace detail

/// Puts the bundle of a request in place that `accepts` let pass; changes nothing when it returns a fault. Keys are copied:
/// nothing points into the request afterwards (F61).
///   Errors   not_supported: the NIC was built without the suite; invalid_value: a key's size; what the provider refuses
template <class P, class Crypto> [[nodiscard]] result<void> install_bundle(device_sa<P, Crypto>& into, Crypto& crypto, const sa_request& r) noexcept {
  for (std::size_t i = 0; i < r.count; ++i) {
    const offload_element& e = r.elements[i];
    auto done = detail::install_element<P>(e.transform.protocol == protocol_kind::ah ? into.ah : into.esp, crypto, r, e);
    if (done) continue;
    detail::uninstall_core(into.esp.sizes, crypto);
    detail::uninstall_core(into.ah.sizes, crypto);
    return done;
  }
  into.inbound = r.inbound;
  into.version = r.version;
  into.udp_esp = r.udp_esp;
  into.tunnel_layout = r.udp_esp.has(udp_esp_layout::tunnel) || r.udp_esp.has(udp_esp_layout::transport_over_udp_tunnel);
  into.source = r.source;
  into.destination = r.destination;
  into.source.version = into.destination.version = r.version;  // an unspecified one may have come as of either family
  into.esp_reached.store(0, order::relaxed);
  into.ah_reached.store(0, order::relaxed);
  into.carries_packets.store(0, order::relaxed);
  into.asked_to_go.store(0, order::relaxed);
  return {};
}
/// Removes and wipes its keys. Nothing may be in flight.
///   Threads  one control thread, when the store says that nobody holds the bundle
template <class P, class Crypto> void uninstall_bundle(device_sa<P, Crypto>& of, Crypto& crypto) noexcept {
  detail::uninstall_core(of.esp.sizes, crypto);
  detail::uninstall_core(of.ah.sizes, crypto);
}

}  // namespace v0
}  // namespace esplanade
