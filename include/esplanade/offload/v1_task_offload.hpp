// How offloads were switched before there was a current configuration: one request that lists tasks, of which a protocol enables
// some.
#pragma once

#include <esplanade/offload/record_octets.hpp>
#include <esplanade/offload/v1_report.hpp>

namespace esplanade {
inline namespace v0 {

/// Tasks by their numbers in the record.
enum class v1_task : std::uint32_t { checksum = 0, ipsec = 1, large_send = 2 };

/// OID_TCP_TASK_OFFLOAD: a header, then tasks chained by offsets; enabled are the tasks that a set lists, and none when its first offset is 0.
///   Shape    query → what the hardware can; set → what is enabled, by one protocol at a time
///   Units    octets, little-endian
///   Errors   query: too_short. set: too_short, invalid_value; not_supported for what the hardware lacks, and for IPsec together with
///            large sends (V1-30); busy while another protocol has them
///   Threads  requests come one at a time
///   Source   ipsecov2.md V1-30, V1-31
class v1_task_offload {
 public:
  static constexpr std::size_t header_octets = 28, task_octets = 24, ipsec_octets = 24, query_octets = header_octets + 20 + ipsec_octets;

  constexpr explicit v1_task_offload(const v1_report& hardware, bool large_send = false) noexcept : hardware_(hardware), has_large_send_(large_send) {}

  [[nodiscard]] constexpr const v1_report& enabled() const noexcept { return enabled_; }
  [[nodiscard]] constexpr bool large_send() const noexcept { return large_send_; }

  /// The list with the one task that this file is about; → octets written.
  [[nodiscard]] constexpr result<std::size_t> query(octets into) const noexcept {
    if (into.size() < query_octets) return fault{fault_kind::too_short, "buffer", "shorter than the answer", "72 octets or more"};
    record_writer out{into, native_layout};
    out.clear(0, query_octets);
    out.u32(0, 1), out.u32(4, header_octets);
    out.u32(12, header_octets);  // of the first task
    out.u32(16, 2), out.u32(20, 1), out.u32(24, 14);  // IEEE 802.3, a header of a fixed size
    write_ipsec(hardware_, out, header_octets);
    return query_octets;
  }
  /// What `protocol` wants from now on.
  [[nodiscard]] constexpr result<void> set(const_octets given, std::uintptr_t protocol) noexcept {
    record_reader in{given, native_layout};
    const std::uint32_t version = in.u32(0), first = in.u32(12);
    if (given.size() < header_octets) return fault{fault_kind::too_short, "header", "the buffer ends inside the header", "28 octets or more"};
    if (version != 1 || in.u32(4) < header_octets) return fault{fault_kind::invalid_value, "header", "another version or size", "version 1 and its size"};
    if (owner_ != 0 && owner_ != protocol) return fault{fault_kind::busy, "protocol", "another protocol has enabled tasks", "the same one, until it disables them"};
    v1_report wanted;
    bool ipsec = false, large = false;
    std::size_t at = first;
    for (std::uint32_t next = first; next != 0;) {
      const std::uint32_t task = in.u32(at + 8), length = in.u32(at + 16);
      next = in.u32(at + 12);
      const const_octets buffer = in.bytes(at + 20, length);
      if (!in.complete()) return fault{fault_kind::invalid_value, "task", "reaches beyond the buffer", "tasks inside it"};
      if (task == static_cast<std::uint32_t>(v1_task::ipsec)) {
        if (buffer.size() < ipsec_octets) return fault{fault_kind::invalid_value, "task.length", "shorter than its record", "24 octets or more"};
        ipsec = true;
        wanted = read_ipsec(buffer);
      } else if (task == static_cast<std::uint32_t>(v1_task::large_send)) {
        large = true;
      }
      if (next != 0 && next < task_octets) return fault{fault_kind::invalid_value, "task.next", "inside its own task", "0, or behind it"};  // and so the list ends
      at += next;
    }
    wanted.framings = hardware_.framings;
    if (ipsec && !hardware_.covers(wanted)) return fault{fault_kind::not_supported, "task", "more than the hardware can", "what a query answers"};
    if (large && !has_large_send_) return fault{fault_kind::not_supported, "task", "the hardware has no large sends", "tasks that it has"};
    if (ipsec && large) return fault{fault_kind::not_supported, "task", "IPsec and large sends together (V1-30)", "one of them"};
    enabled_ = ipsec ? wanted : v1_report{};
    large_send_ = large;
    owner_ = first == 0 ? 0 : protocol;
    return {};
  }

 private:
  static constexpr void write_ipsec(const v1_report& r, record_writer& out, std::size_t at) noexcept {
    out.u32(at, 1), out.u32(at + 4, task_octets), out.u32(at + 8, static_cast<std::uint32_t>(v1_task::ipsec)), out.u32(at + 16, ipsec_octets);
    const std::size_t b = at + 20;
    out.u32(b, r.ah_and_esp), out.u32(b + 4, r.transport_in_tunnel), out.u32(b + 8, r.ipv4_options);
    std::uint32_t bits = 0;
    unsigned shift = 0;
    const auto bit = [&](const bool& field) { bits |= std::uint32_t{field} << shift++; };
    detail::v1_ah_fields(r.ah, bit);
    out.u32(b + 16, bits);
    bits = 0, shift = 0;
    bool reserved = false;
    detail::v1_esp_fields(r.esp, reserved, bit);
    out.u32(b + 20, bits);
  }
  [[nodiscard]] static constexpr v1_report read_ipsec(const_octets from) noexcept {
    record_reader in{from, native_layout};
    v1_report r;
    r.ah_and_esp = in.u32(0) != 0, r.transport_in_tunnel = in.u32(4) != 0, r.ipv4_options = in.u32(8) != 0;
    std::uint32_t bits = in.u32(16);
    const auto bit = [&](bool& field) {
      field = (bits & 1u) != 0;
      bits >>= 1;
    };
    detail::v1_ah_fields(r.ah, bit);
    bits = in.u32(20);
    bool reserved = false;
    detail::v1_esp_fields(r.esp, reserved, bit);
    return r;
  }

  v1_report hardware_, enabled_{};
  bool has_large_send_ = false, large_send_ = false;
  std::uintptr_t owner_ = 0;
};

}  // namespace v0
}  // namespace esplanade
