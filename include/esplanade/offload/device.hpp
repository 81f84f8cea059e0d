// What a host asks of a NIC, whoever made it: the concept that our NIC, a lying one and a driver's adapter model.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/base/text.hpp>
#include <esplanade/capability/device_capabilities.hpp>
#include <esplanade/offload/sa_request.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

/// What a NIC promises beyond its report.
struct device_guarantees {
  bool failed_as_received = true;  ///< a packet whose ICV is wrong comes up octet for octet as it came in; false: in any state
  bool inner_tunnel_as_received = false;  ///< of a tunnel inside a tunnel it opens the outer one alone; false: perhaps both
  bool counter_ivs = true;         ///< IVs of counter-type suites are the 64-bit sequence number; false: an SA that is sealed
                                   ///< there has one sealer for life (U-11)
  bool large_crosses = true;       ///< numbers of a large send run on over 2^32 within it (U-13); false: hosts keep them on one side
};

namespace detail {
template <class D>
concept ReportsWhatItCan = requires(const D& d) {
  { d.capabilities() } noexcept -> std::same_as<device_capabilities>;
  { D::guarantees } -> std::convertible_to<device_guarantees>;
} || unmet<"OffloadDevice: say what it does at present, device_capabilities capabilities() const noexcept, and what it promises, static constexpr device_guarantees guarantees{…};", D>();
template <class D>
concept SaysWhatIsActive = requires(const D& d, family version) {
  { d.active(version) } noexcept -> std::same_as<bool>;
} || unmet<"OffloadDevice: say whether what is configured is active for an IP version, bool active(family) const noexcept", D>();
template <class D>
concept KeepsBundles = requires(D& d, const sa_request& request, const sa_update& update, offload_handle handle) {
  { d.add_sa(request) } noexcept -> std::same_as<result<offload_handle>>;
  { d.update_sa(update) } noexcept -> std::same_as<result<void>>;
  { d.delete_sa(handle) } noexcept -> std::same_as<result<void>>;
} || unmet<"OffloadDevice: SAs are plumbed by result<offload_handle> add_sa(request), result<void> update_sa(update) and result<void> delete_sa(handle), all noexcept", D>();
}  // namespace detail

/// The control side of a NIC as a host sees it; packets pass through its queues (offload/nic.hpp), which belong to cores.
///   Shape    d.capabilities()   the current configuration, never more than the hardware can
///            d.active(v)        whether it was activated for packets of IP version v: before that, and when it is switched off
///                               again, the device does nothing for them, whatever is configured (F27)
///            d.add_sa(r)        → handle, usable at once; or a fault that names the field: the SA stays in software
///            d.update_sa(u)     the high word of packets accepted from here on
///            d.delete_sa(h)     no later packet is worked on under it; what is in flight finishes (F52)
///            d.large_sends(v)   optionally: large_limits for packets of version v. Absent: as the report's bit says, without limits
///            D::guarantees      what becomes of failed packets, and whose IVs it writes
///   Cost     control: bounded, no wait
///   Errors   faults; a handle of a deleted SA is not_found
///   Threads  any, beside the queues
///   Models   nic, testing::lying_nic. Archetype: testing::archetype::device. Laws: testing/device_laws.hpp
template <class D>
concept OffloadDevice = detail::ReportsWhatItCan<D> && detail::SaysWhatIsActive<D> && detail::KeepsBundles<D>;

}  // namespace v0
}  // namespace esplanade
