// Send: checksums that the host leaves to the NIC, in the plaintext that they are a part of, before it is encrypted.
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/net/udp.hpp>
#include <esplanade/offload/device_context.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// Computes what slot 0 asks for: TCP or UDP in the portion that is worked on, whose field holds the sum of the pseudo header; and
/// the checksum of the outermost IPv4 header. AH covers neither field of the latter.
///   Errors   beyond_device: the current configuration has no such checksum beside IPsec (F80); bad_header: an offset outside
///   Source   ipsecov2.md 2.12, 4.4
struct fill_checksums_stage final : detail::device_stage {
  static constexpr const char* name = "fill_checksums";
  static constexpr const char* because = "checksums are a part of what is encrypted (ipsecov2.md 4.4)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::none;
  static constexpr fact excludes = fact::device_sealed | fact::device_ah_sealed;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    constexpr oob_word any = send_checksum{.tcp = true, .udp = true, .ip_header = true}.pack();
    if ((c.state[i].to_compute & any) == 0) [[likely]] return verdict::forwarded;
    return compute(c, i);
  }

 private:
  template <class Context> [[nodiscard]] static ESPLANADE_COLD verdict compute(Context& c, std::size_t i) noexcept {
    using config = typename Context::profile;
    const auto& s = c.state[i];
    auto& p = c.packet(i);
    const send_checksum asked = send_checksum::unpack(s.to_compute);
    const device_capabilities& can = c.lane->current;
    if (asked.tcp && asked.udp) return verdict::bad_header;
    if ((asked.tcp && !can.tcp_checksum) || (asked.udp && !can.udp_checksum)) return verdict::beyond_device;
    octet field[2];
    if (asked.tcp || asked.udp) {
      std::size_t end = s.base + std::size_t{s.length};
      if (s.esp_at != 0) {
        const std::size_t icv = icv_octets<config>(s.bundle->esp.sizes);
        if (s.length < s.esp_at + esp_header_octets + esp_trailer_octets + icv) return verdict::runt;
        octet pad = 0;  // g++ does not see that a chain fills it
        copy_out(p, end - icv - esp_trailer_octets, &pad, 1);
        const std::size_t behind = icv + esp_trailer_octets + pad;
        if (s.length < s.esp_at + esp_header_octets + behind) return verdict::bad_padding;
        end -= behind;
      }
      const std::size_t at = asked.tcp_offset, place = at + (asked.tcp ? 16u : 6u);
      if (at <= s.base || place + 2 > end) return verdict::bad_header;
      const std::uint64_t sum = checksum_sum_of(p, at, end - at);
      store_be16(field, asked.udp ? udp_checksum_of(sum) : static_cast<std::uint16_t>(~fold_checksum(sum) & 0xffff));
      copy_in(p, place, field, 2);
    }
    if (asked.ip_header) {
      std::size_t ip = s.base;
      if constexpr (Context::levels != 1) ip = s.tunnel != nullptr ? s.outer_base : ip;
      octet first = 0;
      copy_out(p, ip, &first, 1);
      if (first >> 4 != 4) return verdict::bad_header;
      std::memset(field, 0, 2);
      copy_in(p, ip + 10, field, 2);
      const std::size_t header = (first & 15u) * std::size_t{4};
      store_be16(field, static_cast<std::uint16_t>(~fold_checksum(checksum_sum_of(p, ip, header)) & 0xffff));
      copy_in(p, ip + 10, field, 2);
    }
    return verdict::forwarded;
  }
};
inline constexpr fill_checksums_stage fill_checksums{};

}  // namespace v0
}  // namespace esplanade
