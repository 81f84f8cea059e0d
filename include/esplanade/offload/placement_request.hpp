// From the parameters of a host's SA to the request that a device understands; and what keeps an SA in software from the start.
#pragma once

#include <esplanade/base/wipe.hpp>
#include <esplanade/crypto/job.hpp>
#include <esplanade/offload/accepts.hpp>
#include <esplanade/offload/device.hpp>
#include <esplanade/offload/device_trust.hpp>
#include <esplanade/sa/parameters.hpp>

namespace esplanade {
inline namespace v0 {

/// A request that owns the keys it points to, until the device has taken it.
///   Errors   not_supported: the model has no words for such an SA; it stays in software
///   Threads  one; wiped when it ends
class placement_request {
 public:
  placement_request() noexcept = default;
  placement_request(const placement_request&) = delete;
  placement_request& operator=(const placement_request&) = delete;
  ~placement_request() { wipe(keys_, sizeof keys_); }

  /// The first element, or behind ESP its AH. `next`: outbound the number that will be used next, inbound the right edge of
  /// the window; its high half goes to the device.
  [[nodiscard]] result<void> add(bool inbound, const sa_parameters& p, std::uint64_t next) noexcept {
    if (p.mode == mode::beet) return fault{fault_kind::not_supported, "mode", "a device knows tunnels and transport mode", "an SA in software"};
    const offload_transform named = transform_named(p.suite);
    if (named.integrity.empty() && named.encryption.empty()) return fault{fault_kind::not_supported, "suite", "the offload model has no name for this suite", "AES-GCM, AES-GMAC, AES-CBC, DES-CBC, 3DES-CBC or NULL, with its MACs"};
    if (request_.count_known && (request_.value.elements[0].transform.protocol != protocol_kind::esp || named.protocol != protocol_kind::ah))
      return fault{fault_kind::invalid_value, "suite", "a bundle is ESP and then AH", "an SA of AH behind one of ESP"};
    if (auto wrapped = wrap(p); !wrapped) return wrapped;
    sa_request& r = request_.value;
    const std::size_t k = request_.count_known ? 1 : 0;
    if (k == 0) {
      r.inbound = inbound;
      r.version = p.destination.unspecified() && !p.source.unspecified() ? p.source.version : p.destination.version;
      r.source = of_version(p.source, r.version);
      r.destination = of_version(p.destination, r.version);
    }
    r.count = static_cast<std::uint8_t>(k + 1);
    offload_element& e = r.elements[k];
    e.transform = named;
    e.spi = p.spi;
    e.esn = p.esn;
    e.high = p.esn ? static_cast<std::uint32_t>(next >> 32) : 0;
    place_keys(e, p, keys_[k]);
    request_.count_known = true;
    return {};
  }
  [[nodiscard]] const sa_request& get() const noexcept { return request_.value; }

 private:
  static constexpr std::size_t key_octets = 256 + salt_max;
  // An unspecified address of the other family means any of this one.
  [[nodiscard]] static address of_version(const address& a, family version) noexcept {
    if (a.version == version) return a;
    address any{};
    any.version = version;
    return any;
  }
  [[nodiscard]] result<void> wrap(const sa_parameters& p) noexcept {
    if (p.encapsulation == set_of<encapsulation>(encapsulation::none)) return {};
    if (p.encapsulation != set_of<encapsulation>(encapsulation::udp))
      return fault{fault_kind::not_supported, "encapsulation", "a device's SA is wrapped in nothing, or in UDP, and in one way", "encapsulation::none or encapsulation::udp"};
    request_.value.udp_esp = p.mode == mode::tunnel ? udp_esp_layout::tunnel : udp_esp_layout::transport;
    return {};
  }
  // Keys as the model names them: AES-GCM and AES-GMAC with their salt behind (U-5), others apart.
  static void place_keys(offload_element& e, const sa_parameters& p, octet (&into)[key_octets]) noexcept {
    std::memcpy(into, p.key.data(), p.key.size());
    if (!p.salt.empty()) std::memcpy(into + p.key.size(), p.salt.data(), p.salt.size());
    const detail::element_keys sizes = detail::keys_of(p.suite);
    if (p.suite.salt != 0) {
      (sizes.encryption != 0 ? e.encryption_key : e.integrity_key) = {into, p.key.size() + p.salt.size()};
      return;
    }
    e.encryption_key = {into, sizes.encryption};
    e.integrity_key = {into + sizes.encryption, sizes.integrity};
  }
  struct {
    sa_request value{};
    bool count_known = false;
  } request_;
  octet keys_[2][key_octets]{};
};

}  // namespace v0
}  // namespace esplanade
