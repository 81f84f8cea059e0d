// Devices with one fault each, to show that the device laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/device_laws.hpp>
#include <esplanade/testing/offload_archetypes.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class device_fault : std::uint8_t {
  none,
  no_ah,            ///< reports AH and takes none
  any_cipher,       ///< takes ciphers that it does not report
  short_keys,       ///< takes a key of one octet for HMAC-MD5
  one_handle,       ///< gives every bundle the same handle
  stale_handle,     ///< a deleted handle is deleted with success again
  full_early,       ///< takes one bundle less than it reports
  updates_anything, ///< takes a high word for any element
  silent,           ///< refuses without words
};
inline constexpr device_fault device_faults[] = {device_fault::no_ah, device_fault::any_cipher, device_fault::short_keys, device_fault::one_handle, device_fault::stale_handle, device_fault::full_early,
                                                 device_fault::updates_anything, device_fault::silent};

/// The law that a device with this fault breaks, and no other.
constexpr const char* law_broken_by(device_fault fault) {
  switch (fault) {
    case device_fault::no_ah: return device_law::takes;
    case device_fault::any_cipher: return device_law::refuses;
    case device_fault::short_keys: return device_law::malformed;
    case device_fault::one_handle: return device_law::handles;
    case device_fault::stale_handle: return device_law::forgotten;
    case device_fault::full_early: return device_law::capacity;
    case device_fault::updates_anything: return device_law::updates;
    case device_fault::silent: return device_law::words;
    case device_fault::none: return "";
  }
  return "";
}

template <device_fault Fault> class faulty_device {
 public:
  static constexpr device_guarantees guarantees{};
  explicit faulty_device(const device_capabilities& can) noexcept : reported_(can), sound_(real(can)) {}
  device_capabilities capabilities() const noexcept { return reported_; }
  bool active(family) const noexcept { return true; }
  result<offload_handle> add_sa(const sa_request& request) noexcept {
    if (Fault == device_fault::no_ah && request.elements[0].transform.protocol == protocol_kind::ah) return fault{fault_kind::not_supported, "ah", "it does not", "ESP"};
    sa_request changed = request;
    if (Fault == device_fault::short_keys && request.elements[0].integrity_key.size() == 1) changed.elements[0].integrity_key = const_octets(key_).first(16);
    auto added = sound_.add_sa(changed);
    if (Fault == device_fault::silent && !added) return fault{};
    if (Fault == device_fault::one_handle && added) {
      last_ = *added;
      return offload_handle{1};
    }
    return added;
  }
  result<void> update_sa(const sa_update& update) noexcept {
    if (Fault == device_fault::updates_anything && sound_.holds(update.handle)) return {};
    sa_update changed = update;
    changed.handle = inner(update.handle);
    return sound_.update_sa(changed);
  }
  result<void> delete_sa(offload_handle handle) noexcept {
    auto done = sound_.delete_sa(inner(handle));
    if (Fault == device_fault::stale_handle && handle) return {};
    return done;
  }

 private:
  static device_capabilities real(device_capabilities can) noexcept {
    if (Fault == device_fault::any_cipher) can.encryption = all_offload_encryption;
    if (Fault == device_fault::full_early) --can.sa_capacity;
    return can;
  }
  // With one handle for all, the bundle that was added last is meant.
  [[nodiscard]] offload_handle inner(offload_handle handle) const noexcept { return Fault == device_fault::one_handle && handle ? last_ : handle; }
  static constexpr octet key_[32] = {1, 2, 3};
  device_capabilities reported_;
  archetype::device sound_;
  offload_handle last_{};
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
