// What is known of the MTU of an SA's path: learned from routers, forgotten after a while (RFC 4301 8.2.2, RFC 1191, RFC 8201)
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/net/icmp.hpp>

namespace esplanade {
inline namespace v0 {

/// The path MTU of one SA, beside it in the caller's record (`path_mtu()` of the record is what check_path_mtu asks).
///   Shape    octets(now)       what the path carries: what was learned, or the link's MTU
///            learn(mtu, now)   a router says so; true when the path has become smaller
///   Units    octets; seconds of any clock
///   Cost     a load; `learn` is a control call
///   Errors   none: what would be less than every path carries, or more than is known, is no news (RFC 1191 3, RFC 8201 4)
///   Threads  one learns, any number ask
template <class Atomics = real_atomics> class path_mtu_of {
 public:
  static constexpr std::uint64_t remembered = 600;  ///< seconds (RFC 1191 6.3, RFC 8201 5.2)

  path_mtu_of() noexcept = default;
  /// `link` is the MTU of the first link; nothing larger is believed.
  explicit path_mtu_of(family outer, std::uint32_t link) noexcept : link_(link), floor_(static_cast<std::uint32_t>(outer == family::ipv4 ? 576 : mtu_least(outer))) {}

  [[nodiscard]] std::uint32_t octets(std::uint64_t now) const noexcept {
    const std::uint64_t learned = learned_.load(order::relaxed);
    return learned == 0 || now >= (learned >> 17) + remembered ? link_ : static_cast<std::uint32_t>(learned & 0x1ffff);
  }
  /// RFC 4301 8.2.1: a report is not authenticated. It can make the path no smaller than 576 octets (IPv6: 1280) and no larger.
  bool learn(std::uint32_t mtu, std::uint64_t now) noexcept {
    if (mtu < floor_) mtu = floor_;
    if (mtu >= octets(now)) return false;
    learned_.store(now << 17 | mtu, order::relaxed);
    return true;
  }
  void forget() noexcept { learned_.store(0, order::relaxed); }

 private:
  std::uint32_t link_ = 1500, floor_ = 576;
  typename Atomics::template word<std::uint64_t> learned_{};  // seconds, then 17 bits of octets
};
using path_mtu = path_mtu_of<>;

}  // namespace v0
}  // namespace esplanade
