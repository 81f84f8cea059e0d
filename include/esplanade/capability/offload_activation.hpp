// Configured is not active: offloads begin to act when the host says which link headers its packets have.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/capability/offload_report.hpp>

namespace esplanade {
inline namespace v0 {

/// What a host asks for one IP version (ipsecov2.md 1.4).
enum class activation : std::uint32_t { no_change = 0, on = 1, turned_off = 2 };
struct activation_request {
  activation enabled = activation::no_change;
  link_framing framing{};           ///< with `on` only, else 0
  std::uint32_t header_octets = 0;  ///< of the link header; with `on` only, else 0
  friend constexpr bool operator==(const activation_request&, const activation_request&) noexcept = default;
};

/// How packets of one IP version are framed while offloads act on them.
struct active_framing {
  bool on = false;
  link_framing framing = link_framing::ieee_802_3;
  std::uint8_t header_octets = 0;
  friend constexpr bool operator==(const active_framing&, const active_framing&) noexcept = default;
};

/// The link header of a framing has one size; 802.3 with a VLAN tag inside 4 octets more.
[[nodiscard]] constexpr bool is_header_of(link_framing framing, std::uint32_t size) noexcept {
  switch (framing) {
    case link_framing::none: return size == 0;
    case link_framing::ieee_802_3: return size == 14 || size == 18;
    case link_framing::llc_snap_routed: return size == 22;
    case link_framing::vlan_inline: case link_framing::vlan_beside: return false;  // follow from 802.3 where the report has them
  }
  return false;
}

/// Why an activation was refused.
enum class activation_answer : std::uint8_t {
  done,
  no_offload,      ///< the adapter has no offload of any kind
  no_such_framing, ///< no offload of it takes packets that are framed so
  malformed,       ///< a value that there is not, a header size that the framing does not have, or a framing where nothing is turned on
};

/// Which IP versions offloads are active for, and how their packets are framed. Nothing is before the first request (F28).
///   Threads  one control thread
class offload_activation {
 public:
  [[nodiscard]] constexpr const active_framing& of(family version) const noexcept { return version == family::ipv4 ? ipv4_ : ipv6_; }
  /// Whether a request succeeded yet: before that nobody may ask what is active (F30).
  [[nodiscard]] constexpr bool asked() const noexcept { return asked_; }

  /// Turns everything that is configured on or off, for each IP version by itself; what is refused changes nothing (F27, F29).
  ///   Shape    done when some offload of the hardware takes packets of some version that is turned on; what is turned off
  ///            needs none
  [[nodiscard]] constexpr activation_answer request(const offload_report& hardware, const activation_request& ipv4, const activation_request& ipv6) noexcept {
    if (!hardware.any()) return activation_answer::no_offload;
    if (!well_formed(ipv4) || !well_formed(ipv6)) return activation_answer::malformed;
    const bool four = ipv4.enabled == activation::on, six = ipv6.enabled == activation::on;
    if ((four || six) && !(four && takes(hardware.framings_of(family::ipv4), ipv4)) && !(six && takes(hardware.framings_of(family::ipv6), ipv6))) return activation_answer::no_such_framing;
    change(ipv4_, ipv4);
    change(ipv6_, ipv6);
    asked_ = true;
    return activation_answer::done;
  }
  /// Other hardware: what none of its offloads takes is not active any more.
  constexpr void keep_what(const offload_report& hardware) noexcept {
    for (const family version : {family::ipv4, family::ipv6}) {
      active_framing& now = version == family::ipv4 ? ipv4_ : ipv6_;
      if (now.on && !takes(hardware.framings_of(version), {activation::on, now.framing, now.header_octets})) now = {};
    }
  }
  friend constexpr bool operator==(const offload_activation&, const offload_activation&) noexcept = default;

 private:
  static constexpr bool well_formed(const activation_request& r) noexcept {
    if (r.enabled == activation::on) return is_header_of(r.framing, r.header_octets);
    return (r.enabled == activation::no_change || r.enabled == activation::turned_off) && r.framing == link_framing{} && r.header_octets == 0;
  }
  static constexpr bool takes(set_of<link_framing> framings, const activation_request& r) noexcept {
    return framings.has(r.framing) && (r.header_octets != 18 || framings.has(link_framing::vlan_inline));
  }
  static constexpr void change(active_framing& now, const activation_request& r) noexcept {
    if (r.enabled == activation::on) now = {true, r.framing, static_cast<std::uint8_t>(r.header_octets)};
    if (r.enabled == activation::turned_off) now = {};
  }
  active_framing ipv4_{}, ipv6_{};
  bool asked_ = false;
};

/// Whether IPsec work on packets of that version may start: configured, activated, and framed as the configuration takes it.
[[nodiscard]] constexpr bool ipsec_active(const device_capabilities& current, const offload_activation& activation, family version) noexcept {
  const active_framing& a = activation.of(version);
  return a.on && current.any() && (version == family::ipv4 || current.ipv6) && current.framings.has(a.framing);
}

/// Large sends that may be given to the device now.
struct active_large_sends {
  set_of<large_send_kind> kinds{};
  set_of<link_framing> framings{};  ///< how their packets are framed
  friend constexpr bool operator==(const active_large_sends&, const active_large_sends&) noexcept = default;
};
/// Those whose record is there and whose IP version is activated, in a framing that the record takes (F12).
[[nodiscard]] constexpr active_large_sends large_sends_active(const offload_report& current, const offload_activation& activation) noexcept {
  active_large_sends made;
  const auto add = [&](large_send_kind kind, const large_send_limits& limits, family version) {
    const active_framing& a = activation.of(version);
    if (!a.on || !limits.any() || !limits.framings.has(a.framing)) return;
    made.kinds = made.kinds | kind;
    made.framings = made.framings | a.framing;
  };
  add(large_send_kind::v1, current.large_send_v1, family::ipv4);
  add(large_send_kind::v2_ipv4, current.large_send_v2_ipv4, family::ipv4);
  add(large_send_kind::v2_ipv6, current.large_send_v2_ipv6, family::ipv6);
  return made;
}

}  // namespace v0
}  // namespace esplanade
