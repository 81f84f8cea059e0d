// Whose list it is: a whole datapath, the host of an offload split, or its device; and what each side may say of a packet.
//
//                     outbound                                      inbound
//   whole datapath    … esp_seal · write_outer_header               find_sa · check_replay · esp_open · update_replay …
//   host              … frame_or_seal · write_outer_header  ──┐  ┌──► from_device · find_sa · check_replay · take_device_result · update_replay …
//   device            from_host · find · seal  ◄──────────────┘  └─── find · open
//
// A device has no window, no policy and no selectors, so that its lists need none; what they yield goes to a host's list.
#pragma once

#include <esplanade/sa/policies.hpp>
#include <esplanade/transform/ah_open.hpp>
#include <esplanade/transform/ah_seal.hpp>
#include <esplanade/transform/esp_open.hpp>
#include <esplanade/transform/esp_seal.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// Whose list it is, and which way it goes.
enum class list_kind : std::uint8_t { inbound, outbound, host_inbound, host_outbound, device_inbound, device_outbound };

namespace detail {

[[nodiscard]] constexpr bool sends(list_kind k) noexcept { return k == list_kind::outbound || k == list_kind::host_outbound || k == list_kind::device_outbound; }
[[nodiscard]] constexpr bool on_host(list_kind k) noexcept { return k == list_kind::host_inbound || k == list_kind::host_outbound; }
[[nodiscard]] constexpr bool on_device(list_kind k) noexcept { return k == list_kind::device_inbound || k == list_kind::device_outbound; }

/// A host's packet is sealed here, or framed for the device; for the stages around that it comes to the same.
[[nodiscard]] constexpr fact as_host_says(list_kind k, fact f) noexcept {
  if (k != list_kind::host_outbound) return f;
  fact said = without(f, fact::sealed | fact::ah_sealed);
  if ((f & fact::sealed) != fact::none) said = said | fact::framed;
  if ((f & fact::ah_sealed) != fact::none) said = said | fact::ah_framed;
  return said;
}

/// Facts that came in over the boundary belong to the packet, not to one of its SAs.
[[nodiscard]] constexpr fact kept_between_levels(list_kind k) noexcept {
  if (k == list_kind::device_outbound) return fact::framed | fact::ah_framed;
  return k == list_kind::host_inbound ? fact::device_result : fact::none;
}

template <class S> inline constexpr bool of_device = std::is_base_of_v<device_stage, S>;
template <class S> inline constexpr bool of_host_alone = std::is_base_of_v<host_stage, S>;
/// Ours, and not a device's: policy, numbers, windows, headers, lifetimes.
template <class S> inline constexpr bool of_host = std::is_base_of_v<transform_stage, S> && !of_device<S>;
template <class S> inline constexpr bool seals_alone = std::is_same_v<S, esp_seal_stage> || std::is_same_v<S, ah_seal_stage>;
template <class S> inline constexpr bool opens_alone = std::is_same_v<S, esp_open_stage> || std::is_same_v<S, ah_open_stage>;

template <list_kind Kind, class S> consteval bool stands_on_its_side() {
  if (on_device(Kind)) return !of_host<S>;
  if (of_device<S>) return false;
  if (!on_host(Kind)) return !of_host_alone<S>;
  return !(Kind == list_kind::host_outbound && seals_alone<S>) && !(Kind == list_kind::host_inbound && opens_alone<S>);
}

template <list_kind Kind, class S> struct must_stand_on_its_side {
  static_assert(!on_device(Kind) || !of_host<S>,
                "this stage is the host's work, and a device has no policy, numbers, window or selectors (ipsecov2.md 1.1): move it to the host's list");
  static_assert(on_device(Kind) || !of_device<S>, "this stage works on what a device knows of a packet: put it in device_inbound or device_outbound");
  static_assert(on_host(Kind) || on_device(Kind) || !of_host_alone<S>,
                "this stage divides work with a device, and this is a whole datapath: write esp_seal or esp_open here, or make it host_outbound or host_inbound");
  static_assert(Kind != list_kind::host_outbound || !seals_alone<S>, "this stage leaves the device nothing to seal: put frame_or_seal, for AH frame_or_seal_ah, in its place");
  static_assert(Kind != list_kind::host_inbound || !opens_alone<S>, "this stage would open again what the device has opened: put take_device_result in its place");
  static constexpr bool reported = true;
};

/// What a stage needs because of the side that it stands on.
template <list_kind Kind, class S> consteval fact needs_on_side(bool has_ah, bool has_esp) {
  const fact gives = gives_of<S>();
  fact needs = fact::none;
  if (Kind == list_kind::device_outbound && (gives & (fact::device_sealed | fact::device_ah_sealed)) != fact::none) needs = needs | fact::framed;
  // A bundle is sealed from inside and opened from outside (ipsecov2.md 4.4).
  if (Kind == list_kind::device_outbound && has_esp && holds(gives, fact::device_ah_sealed) && !holds(gives, fact::device_sealed)) needs = needs | fact::device_sealed;
  if (Kind == list_kind::device_inbound && has_ah && holds(gives, fact::device_opened) && !holds(gives, fact::device_ah_opened)) needs = needs | fact::device_ah_opened;
  if (Kind == list_kind::host_inbound && (gives & (fact::authenticated | fact::ah_authenticated)) != fact::none) needs = needs | fact::device_result;
  return needs;
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
