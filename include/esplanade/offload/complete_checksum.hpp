// Outbound, on a host: the checksum of TCP or UDP that a packet's sender left open, completed here where the device does not.
//
//   | IP | L4 header, its field holds the sum of the pseudo header | payload |
//
//   in software, or the device computes none beside IPsec (F17)    completed before anything is sealed
//   the device computes it, of a packet that it seals              left open, and its place told beside the frame
//   … and the packet is sealed here after all                      completed then
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/capability/offload_gates.hpp>
#include <esplanade/net/udp.hpp>
#include <esplanade/offload/host_context.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// Completes the checksum of the header at `at`, whose packet ends at `end`.
///   Errors   bad_header: it does not lie inside
template <class P> [[nodiscard]] ESPLANADE_COLD verdict fill_l4_checksum(P& p, std::size_t at, std::size_t end, bool is_udp) noexcept {
  const std::size_t field = at + (is_udp ? 6u : 16u);
  if (at < ipv4_header_octets || field + 2 > end) return verdict::bad_header;
  const std::uint64_t sum = checksum_sum_of(p, at, end - at);
  octet made[2];
  store_be16(made, is_udp ? udp_checksum_of(sum) : static_cast<std::uint16_t>(~fold_checksum(sum) & 0xffff));
  copy_in(p, field, made, 2);
  return verdict::forwarded;
}
template <class Context> [[nodiscard]] ESPLANADE_INLINE bool checksum_open(const Context& c, std::size_t i) noexcept { return c.checksum[i].tcp || c.checksum[i].udp; }
/// Completes what is open still; the L4 header of the packet in slot i stands at `at`.
template <class Context> [[nodiscard]] ESPLANADE_COLD verdict complete_l4(Context& c, std::size_t i, std::size_t at) noexcept {
  const bool is_udp = c.checksum[i].udp;
  c.checksum[i] = {};
  return fill_l4_checksum(c.packet(i), at, at + c.l4_octets[i], is_udp);
}
}  // namespace detail

/// Completes, or leaves open what the device is to complete.
///   Errors   bad_header: TCP and UDP at once, or a header outside the packet
///   Source   ipsecov2.md 2.1, 2.12, 4.4
struct complete_checksum_stage final : detail::host_stage {
  static constexpr const char* name = "complete_checksum";
  static constexpr const char* because = "a checksum that nobody computes under IPsec is computed before it (ipsecov2.md 2.1)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::none;
  static constexpr fact excludes = fact::framed | fact::ah_framed;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    const send_checksum& asked = c.checksum[i];
    if (!asked.tcp && !asked.udp && !asked.ip_header) [[likely]] return verdict::forwarded;
    return complete(c, i);
  }

 private:
  template <class Context> [[nodiscard]] static ESPLANADE_COLD verdict complete(Context& c, std::size_t i) noexcept {
    const send_checksum asked = c.checksum[i];
    auto& p = c.packet(i);
    if (!is_writable(p)) return verdict::not_writable;
    const std::size_t end = c.state[i].length;
    if (asked.ip_header) {
      octet header[60]{};
      copy_out(p, 0, header, 1);
      const std::size_t size = (header[0] & 15u) * std::size_t{4};
      if (header[0] >> 4 != 4 || size < ipv4_header_octets || size > end) return verdict::bad_header;
      copy_out(p, 0, header, size);
      store_be16(header + 10, 0);
      store_be16(header + 10, static_cast<std::uint16_t>(~fold_checksum(checksum_sum({header, size})) & 0xffff));
      copy_in(p, 10, header + 10, 2);
    }
    if (asked.tcp && asked.udp) return verdict::bad_header;
    if (!asked.tcp && !asked.udp) return verdict::forwarded;
    if (asked.tcp_offset + 8u > end) return verdict::bad_header;
    c.l4_octets[i] = static_cast<std::uint32_t>(end - asked.tcp_offset);
    if (left_to_device(c, i, asked)) return verdict::forwarded;
    return detail::complete_l4(c, i, asked.tcp_offset);
  }
  // Of ESP that is the only SA of its packet: where its text begins is known when the frame is given away. Offsets have 10 bits.
  template <class Context> [[nodiscard]] static bool left_to_device(Context& c, std::size_t i, const send_checksum& asked) noexcept {
    if constexpr (Context::levels == 1) {
      if (is_ah<typename Context::profile>(c.sa(i).core()) || asked.tcp_offset > 512) return false;
      const placed now = c.place(i).now();
      const auto does = (now.tcp_checksum ? set_of<offload_feature>(offload_feature::tcp_checksum) : set_of<offload_feature>()) | (now.udp_checksum ? set_of<offload_feature>(offload_feature::udp_checksum) : set_of<offload_feature>());
      return now.where == placement::offloaded && !host_computes_checksum(does, asked.tcp ? offload_feature::tcp_checksum : offload_feature::udp_checksum);
    } else {
      return false;
    }
  }
};
inline constexpr complete_checksum_stage complete_checksum{};

}  // namespace v0
}  // namespace esplanade
