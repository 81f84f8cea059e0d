// What crosses from host to device and back, by name: the stages that let facts of the other side in, and check them as they come.
#pragma once

#include <esplanade/buffer/nbl_words.hpp>
#include <esplanade/net/ah.hpp>
#include <esplanade/net/esp.hpp>
#include <esplanade/net/ip_header.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <fact... F> struct may_enter_a_device {
  static_assert(((F == fact::framed || F == fact::ah_framed) && ...) && sizeof...(F) != 0,
                "a device is told that a packet is framed and nothing else: write from_host<fact::framed>, for AH from_host<fact::framed, fact::ah_framed>");
  static constexpr bool kept = true;
};
template <fact... F> struct may_enter_a_host {
  static_assert(((F == fact::device_result) && ...) && sizeof...(F) == 1,
                "a host is told that a device has a result and nothing else; whether it believes that is for take_device_result: write from_device<fact::device_result>");
  static constexpr bool kept = true;
};

/// Whether the offsets of a header word can be of a packet of `length` octets.
[[nodiscard]] constexpr bool headers_lie_inside(const send_headers& h, std::size_t length) noexcept {
  if (h.ah_offset == 0 && h.esp_offset == 0) return false;
  const auto inside = [length](std::size_t at, std::size_t size) { return at == 0 || (at >= ipv4_header_octets && at + size <= length); };
  return inside(h.ah_offset, ah_fixed_octets) && inside(h.esp_offset, esp_header_octets) && (h.ah_offset == 0 || h.esp_offset == 0 || h.ah_offset + ah_fixed_octets <= h.esp_offset);
}
/// A result that contradicts itself says nothing: the packet is opened in software.
[[nodiscard]] constexpr receive_ipsec without_contradiction(const receive_ipsec& r) noexcept {
  const bool tunnel_failed = r.status == crypto_status::tunnel_ah_failed || r.status == crypto_status::tunnel_esp_failed;  // then nothing inside was looked at
  const bool sound = (r.done || (!r.next_done && r.status == crypto_status::success)) && !(r.next_done && tunnel_failed) && static_cast<std::size_t>(r.status) < crypto_status_count;
  return sound ? r : receive_ipsec{.delete_requested = r.delete_requested};
}
}  // namespace detail

/// Device, outbound: the host says that the packet is framed. Its word must name headers that the packet has; which SA they
/// are of is for the stage that finds the bundle.
///   Errors   bad_header
template <fact... F> struct from_host_stage final : detail::device_stage {
  static_assert(detail::may_enter_a_device<F...>::kept);
  static constexpr const char* name = "from_host";
  static constexpr const char* because = "a frame is what its words say, or it does not leave";
  static constexpr fact needs = fact::none;
  static constexpr fact gives = (F | ...);

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    return detail::headers_lie_inside(c.state[i].headers, c.state[i].length) ? verdict::forwarded : verdict::bad_header;
  }
};
template <fact... F> inline constexpr from_host_stage<F...> from_host{};

/// Host, inbound: a device says what it did. What contradicts itself counts as nothing done.
template <fact... F> struct from_device_stage final : detail::host_stage {
  static_assert(detail::may_enter_a_host<F...>::kept);
  static constexpr const char* name = "from_device";
  static constexpr const char* because = "a device's words are checked where they enter";
  static constexpr fact needs = fact::none;
  static constexpr fact gives = (F | ...);
  static constexpr fact excludes = (F | ...);

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    c.received[i].ipsec = detail::without_contradiction(c.received[i].ipsec);
    return verdict::forwarded;
  }
};
template <fact... F> inline constexpr from_device_stage<F...> from_device{};

}  // namespace v0
}  // namespace esplanade
