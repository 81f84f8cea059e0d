// Whether a host's SA may go to a device: what the device has to do, what the host has to be able to do again, and who has it now.
#pragma once

#include <esplanade/capability/offload_configuration.hpp>
#include <esplanade/capability/offload_gates.hpp>
#include <esplanade/offload/hosted_sa.hpp>
#include <esplanade/offload/placement_request.hpp>
#include <esplanade/offload/placement_table.hpp>
#include <esplanade/sa/store.hpp>
#include <esplanade/transform/iv.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// The part of an offloader (offload/placement.hpp) that judges: its table, its device, and what both say of an SA.
///   Errors   faults, which name the field; nothing has changed then
///   Threads  one control thread
template <class Host, OffloadDevice Device, std::size_t Capacity> class placement_admission {
 protected:
  using inbound_store = typename Host::inbound_store;
  using outbound_store = typename Host::outbound_store;
  using config = typename Host::profile;
  using entry = placement_entry;
  using phase = placement_phase;

  placement_admission(inbound_store& inbound, outbound_store& outbound, Device& device, std::uint8_t number) noexcept
      : inbound_(inbound), outbound_(outbound), device_(device), adapter_(number) {}

  template <class Store, class Handle> [[nodiscard]] static auto* sa_of(Store& store, Handle h) noexcept {
    auto* const record = store.at(h);
    return record == nullptr ? nullptr : &association(*record);
  }
  /// Calls `each(sa, k)` for the SAs of a bundle that are still in their store; another device may have them by now.
  template <class Each> void each_sa(const entry& e, Each each) noexcept {
    for (std::size_t k = 0; k < e.count; ++k) {
      if (e.inbound) {
        if (auto* sa = sa_of(inbound_, e.template name<inbound_direction>(k))) each(*sa, k);
      } else {
        if (auto* sa = sa_of(outbound_, e.template name<outbound_direction>(k))) each(*sa, k);
      }
    }
  }

  template <class Handle> [[nodiscard]] result<void> not_here(Handle h) noexcept {
    const entry* const e = table_.find(h);
    if (e == nullptr) return {};
    if (e->now == phase::placed || e->now == phase::updating) return fault{fault_kind::already_exists, "sa", "the device has this SA", "withdraw() first"};
    return fault{fault_kind::busy, "sa", "the device still has this SA", "another try when tend() has taken it back"};
  }
  /// What this host may use of the device at present: what its own switches leave of the configuration.
  [[nodiscard]] device_capabilities usable_now() const noexcept {
    offload_report report;
    report.ipsec = device_.capabilities();
    return usable(report, switches_).ipsec;
  }
  // What both directions ask before the device is.
  template <class Sa> [[nodiscard]] result<void> admit(const Sa* sa, const sa_parameters& p) noexcept {
    if (adapter_ >= adapters_max) return fault{fault_kind::invalid_value, "adapter", "a host has 64 adapters at most", "0 to 63 as the offloader's number"};
    if (sa == nullptr) return fault{fault_kind::not_found, "handle", "names no SA, or one that was removed", "a handle of this host's store"};
    if (sa->core().spi != p.spi || sa->core().protocol != p.suite.protocol || sa->core().esn != p.esn) return fault{fault_kind::invalid_value, "parameters", "not those of this SA", "the parameters that it was added with"};
    if (sa->place().now().where == placement::offloaded) return fault{fault_kind::already_exists, "sa", "a device has this SA", "withdraw() first"};
    const device_capabilities can = usable_now();
    if (!(device_.capabilities() == can)) return fault{fault_kind::not_supported, "host_offload_switches", "this host offloads no IPsec", "software until its switches say so"};
    if (!can.any()) return fault{fault_kind::not_supported, "tunnel", "the device does no IPsec at present", "software until its configuration changes"};
    if (!(p.mode == mode::tunnel ? can.tunnel : can.transport)) return fault{fault_kind::not_supported, "mode", "the device does not do this mode", "an SA of another mode, or in software"};
    if (table_.size() >= can.sa_capacity) return fault{fault_kind::no_space, "sa_capacity", "the device holds as many SAs as it said", "an SA in software, or withdraw() of another"};
    return {};
  }
  // Of an SA of transport mode the request says the version: its parameters may say any.
  [[nodiscard]] result<void> active_for(family version) const noexcept {
    if (device_.active(version)) return {};
    return fault{fault_kind::not_supported, "OID_OFFLOAD_ENCAPSULATION", "offloads are not active for this IP version: the device would fail what is framed for it", "software until they are turned on, and reconfigured() then"};
  }
  [[nodiscard]] entry* begin_entry(const sa_parameters& p, const sa_request& r) noexcept {
    entry* const e = table_.take();
    if (e == nullptr) return nullptr;
    e->inbound = r.inbound;
    e->count = r.count;
    e->version = r.version;
    e->settled = true;
    e->tunnel = p.mode == mode::tunnel;
    e->esn = p.esn;
    e->source = p.source;
    e->destination = p.destination;
    for (std::size_t k = 0; k < r.count; ++k) {
      e->protocol[k] = r.elements[k].transform.protocol;
      e->transform[k] = r.elements[k].transform;
      e->spi[k] = r.elements[k].spi;
      e->high[k] = r.elements[k].high;
    }
    e->udp_esp = r.udp_esp;
    look_at(*e, usable_now());
    return e;
  }
  /// What the device's configuration lets it do for this bundle.
  void look_at(entry& e, const device_capabilities& can) const noexcept {
    e.limits = {};
    if (!e.inbound && !e.tunnel && can.large_send) {
      if constexpr (requires { { device_.large_sends(e.version) } noexcept -> std::same_as<large_limits>; }) e.limits = device_.large_sends(e.version);
      else e.limits = large_limits_of(can, e.version);
    }
    e.options = can.ipv4_options;
    e.extensions = can.ipv6_extension_headers;
    e.inside_tunnel = can.transport_in_tunnel;
    e.tcp_checksum = can.tcp_checksum, e.udp_checksum = can.udp_checksum;
    offload_need need;
    need.udp_esp = e.udp_esp;
    need.features = set_of<offload_feature>(e.tunnel ? offload_feature::tunnel : offload_feature::transport);
    if (e.version == family::ipv6) need.features = need.features | set_of<offload_feature>(offload_feature::ipv6);
    if (e.esn) need.features = need.features | set_of<offload_feature>(offload_feature::esn);
    for (std::size_t k = 0; k < e.count; ++k) {
      need.features = need.features | set_of<offload_feature>(e.protocol[k] == protocol_kind::ah ? offload_feature::ah : offload_feature::esp);
      need.integrity = need.integrity | e.transform[k].integrity;
      need.encryption = need.encryption | e.transform[k].encryption;
    }
    e.closed = !device_.active(e.version) || !check_gates(can, need);
  }

  /// A handle that names nothing, or another bundle as well, would let frames and results of one pass for the other's.
  [[nodiscard]] result<offload_handle> of_its_own(const entry& mine, const result<offload_handle>& said) noexcept {
    if (!said) return said.why();
    bool taken = false, live = false;
    table_.for_each([&](const entry& e) noexcept {
      if (&e == &mine || !(e.handle == *said)) return;
      taken = true;
      live = live || e.now != phase::gone;
    });
    if (*said && !taken) return *said;
    if (*said && !live) static_cast<void>(static_cast<bool>(device_.delete_sa(*said)));
    return fault{fault_kind::invalid_value, "handle", "the device gave none, or one that another bundle has, or had until now", "a handle of each bundle's own, which is not 0"};
  }
  /// What an adapter that was left says of an SA is told from what this one says by their numbers. Of a bundle
  /// that is not enough, nor of one SA of it: what it says is then verified in software, and software could not verify AH around
  /// what a device has opened.
  template <class Sa> [[nodiscard]] result<void> left_behind(const Sa& sa, bool bundled) const noexcept {
    if (sa.place().held_by(adapter_)) return fault{fault_kind::busy, "adapter", "an adapter of the same number still has this SA, and nobody could tell whose results are whose", "an offloader with a number of its own, or this one when withdraw() and tend() there have taken it back"};
    if (sa.place().handle() && (bundled || sa.place().now().bundled)) return fault{fault_kind::busy, "sa", "the adapter that this bundle left may still open it, and its AH could not be verified again", "another try when withdraw() and tend() there have taken it back"};
    return {};
  }
  /// An outer SA may have to be verified again, with ESN under another high half, with verify_after always; and then what is
  /// inside must still be ciphertext.
  template <class Sa> [[nodiscard]] result<void> tell_apart([[maybe_unused]] const Sa& sa, [[maybe_unused]] const sa_parameters& p) noexcept {
    if constexpr (config::levels != 1 && (config::esn != esn_use::off || trust_of<config>::verifies)) {
      bool meets = false, tunnels = false;
      const bool tunnel = p.mode == mode::tunnel;
      table_.for_each([&](const entry& e) noexcept {
        if (!e.inbound) return;
        if (e.tunnel != tunnel) meets = meets || (tunnel ? p.esn : e.esn);
        else if (tunnel && !Device::guarantees.inner_tunnel_as_received) tunnels = tunnels || may_nest(sa, p, e);
      });
      if (meets) return fault{fault_kind::not_supported, "esn", "a tunnel with ESN and a transport portion inside it cannot both be opened by a device: the tunnel could not be verified again", "one of the two in software"};
      if (tunnels)
        return fault{fault_kind::not_supported, "mode", "by its selectors one tunnel may carry another, this device may open both, and then the outer one could not be verified again",
                     "selectors that keep their packets apart, a device that opens the outer one alone, or one of the two in software"};
    }
    return {};
  }
  /// Whether one of two tunnels may carry the other, and is one that may have to be verified again.
  template <class Sa> [[nodiscard]] bool may_nest(const Sa& sa, const sa_parameters& p, const entry& e) noexcept {
    constexpr bool always = trust_of<config>::verifies;
    if ((always || p.esn) && carries(sa.selector(), e.source, e.destination)) return true;
    const auto* const other = sa_of(inbound_, e.template name<inbound_direction>(0));
    return other != nullptr && (always || e.esn) && carries(other->selector(), p.source, p.destination);
  }
  /// Whether packets of a tunnel between these addresses match; its ports are a NAT's, and match any.
  [[nodiscard]] static bool carries(const traffic_selector& selector, const address& source, const address& destination) noexcept {
    if (source.unspecified() || destination.unspecified() || selector.asks_ports()) return true;
    flow f;
    f.version = destination.version;
    if (f.version == family::ipv4) {
      f.words[0] = std::uint64_t{load_be32(source.value)} << 32 | load_be32(destination.value);
    } else {
      for (std::size_t k = 0; k < 2; ++k) f.words[k] = load_be64(source.value + 8 * k), f.words[2 + k] = load_be64(destination.value + 8 * k);
    }
    for (const octet protocol : {protocol_number::esp, protocol_number::ah, protocol_number::udp}) {
      f.protocol = protocol;
      if (selector.matches(f)) return true;
    }
    return false;
  }
  static fault table_full() noexcept { return {fault_kind::no_space, "sa", "this host's table of placed SAs is full", "an offloader of larger Capacity, or withdraw() of another"}; }


  inbound_store& inbound_;
  outbound_store& outbound_;
  Device& device_;
  placement_table<Capacity> table_{};
  offload_activity activity_{};
  atomic_word<std::uint32_t> attention_{0};
  host_offload_switches switches_{};
  bool suspended_ = false;
  const std::uint8_t adapter_;
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
