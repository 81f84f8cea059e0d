// A NIC's receive side, step 3: the trailer of what was opened, and the portion inside it.
//
//   tunnel portion      | IP | ESP … | IP | … | pad | length | 4 or 41 | ICV |       Next Header says that a whole packet is inside (U-17)
//   transport portion                | IP | ESP … | payload | pad | length | next | ICV | …
//
// A tunnel inside a tunnel is none of the model's packets (ipsecov2.md 2.2): the inner one goes up as it arrived.
#pragma once

#include <esplanade/offload/receive_open.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// The packet in slot i is not for this NIC, as what was opened shows: it goes up as it came, with words of zeros.
template <class Context> ESPLANADE_COLD verdict pass_as_received(Context& c, std::size_t i, verdict why) noexcept {
  auto& s = c.state[i];
  s.as_received = true;
  ++c.as_received;
  s.result = {};
  s.trailer_recovered = false;
  return why;
}
}  // namespace detail

/// Reads the trailer that was recovered, for slot 12 (F98), and whether the payload is a packet. The padding's octets are not looked at: they are the host's.
///   Errors   bad_padding: longer than the text (F104). The packet will be made again what it was.
///            beyond_device: transport mode, and the configuration has none (F11, F110): the packet too; a tunnel inside a tunnel, which will be; the outer one stays opened, and NextCryptoDone is 0 (F108)
struct read_trailer_stage final : detail::device_stage {
  static constexpr const char* name = "read_trailer";
  static constexpr const char* because = "Next Header and pad length go up beside the packet (ipsecov2.md 2.11)";
  static constexpr fact needs = fact::sa_selected | fact::device_opened;
  static constexpr fact gives = fact::none;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    octet next = s.next_behind_ah;
    std::size_t inner_at = 0, inner_end = s.length;
    if (s.esp_at != 0) {
      const auto& sa = s.bundle->esp.sizes;
      inner_at = s.esp_at + esp_header_octets + iv_octets<config>(sa);
      const std::size_t end = s.length - icv_octets<config>(sa);  // of the text, which holds a trailer
      octet scratch[esp_trailer_octets]{};
      const octet* const trailer = peek(c.packet(i), s.base + end - esp_trailer_octets, esp_trailer_octets, scratch);
      if (trailer[0] + esp_trailer_octets > end - inner_at) [[unlikely]] {
        s.as_received = true;
        ++c.as_received;
        return detail::note_failure(c, i, protocol_kind::esp, verdict::bad_padding);
      }
      if constexpr (Context::levels != 1) {
        if (s.portion == 2 && holds_packet(s, trailer[1])) [[unlikely]] {
          s.as_received = true;
          ++c.as_received;
          return outer_alone(s);
        }
      }
      s.pad_length = trailer[0];
      s.next_header = next = trailer[1];
      s.trailer_recovered = true;
      inner_end = end - esp_trailer_octets - s.pad_length;
    } else if (s.ah_at != 0) {
      if constexpr (Context::levels != 1) {
        if (s.portion == 2 && holds_packet(s, next)) [[unlikely]] return outer_alone(s);
      }
      inner_at = s.ah_at + ah_octets_of<config>(s.bundle->ah.sizes, s.version);
    } else {
      return verdict::forwarded;  // this portion is not there
    }
    s.whole_packet_inside = holds_packet(s, next);
    if (!s.whole_packet_inside && s.esp_at != 0 && !c.gates->has(offload_feature::transport)) [[unlikely]] return detail::pass_as_received(c, i, verdict::beyond_device);
    if (s.portion == 1) {  // one store when an SA changes what it carries, and none otherwise
      auto& carries = s.bundle->carries_packets;
      if (carries.load(order::relaxed) != std::uint32_t{s.whole_packet_inside}) [[unlikely]] carries.store(s.whole_packet_inside, order::relaxed);
    }
    s.inner_at = static_cast<std::uint16_t>(inner_at);
    s.inner_end = static_cast<std::uint32_t>(inner_end);
    return verdict::forwarded;
  }

 private:
  template <class State> [[nodiscard]] static ESPLANADE_INLINE bool holds_packet(const State& s, octet next) noexcept {
    return (next == protocol_number::ipv4 || next == protocol_number::ipv6) && !s.bundle->udp_esp.has(udp_esp_layout::transport);
  }
  template <class State> [[nodiscard]] static ESPLANADE_COLD verdict outer_alone(State& s) noexcept {
    s.result.next_done = false;
    return verdict::beyond_device;
  }
};
inline constexpr read_trailer_stage read_trailer{};

/// Finds the bundle of the transport portion inside a tunnel portion that was opened, where the configuration does both. A packet
/// that has none, or whose bundle is not here, is through already (F109), unless its outer bundle's layout says that both
/// must be here: then it is handed up untouched (F115).
///   Errors   no_sa, runt: as match_bundle; the tunnel portion stays opened
struct find_inner_bundle_stage final : detail::device_stage {
  static constexpr const char* name = "find_inner_bundle";
  static constexpr const char* because = "a transport portion may stand inside a tunnel portion (ipsecov2.md 5.2)";
  static constexpr fact needs = fact::none;
  static constexpr fact gives = fact::sa_selected;
  static constexpr bool begins_level = true;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    auto& s = c.state[i];
    s.esp_at = s.ah_at = 0;
    if (!s.whole_packet_inside || !c.gates->features.covers(offload_feature::transport | offload_feature::transport_in_tunnel)) return verdict::forwarded;
    s.tunnel = s.bundle;
    s.outer_base = s.base;
    s.outer_length = s.length;
    s.base = static_cast<std::uint16_t>(s.base + s.inner_at);
    s.length = s.inner_end - s.inner_at;
    const detail::find_outcome outcome = detail::find_bundle_of(c, i, 2);
    if (outcome.found) {
      s.whole_packet_inside = false;
      return detail::note_portion(c, i, 2, outcome);
    }
    s.base = s.outer_base;  // what checksums are looked at from: the packet inside is `inner_at` octets on
    s.length = s.outer_length;
    if (outcome.why == verdict::no_sa && (s.tunnel->udp_esp.has(udp_esp_layout::transport_over_udp_tunnel) || s.tunnel->udp_esp.has(udp_esp_layout::udp_transport_over_tunnel)))
      return detail::pass_as_received(c, i, verdict::no_sa);
    return verdict::forwarded;
  }
};
inline constexpr find_inner_bundle_stage find_inner_bundle{};

/// Makes packets again what they were when they arrived, whose text was opened before it showed that they are not for this NIC,
/// or not well formed: the same text under the same nonce is the same ciphertext.
struct restore_received_stage final : detail::device_stage {
  static constexpr const char* name = "restore_received";
  static constexpr const char* because = "the host opens these itself, and needs what arrived (ipsecov2.md 5.5)";
  static constexpr fact needs = fact::none;
  static constexpr fact gives = fact::none;

  template <class Context> void operator()(Context& c) const noexcept {
    if (c.as_received == 0) [[likely]] return;
    c.work_count = 0;
    for (std::size_t i = 0; i < c.count; ++i)
      if (c.state[i].as_received) static_cast<void>(c.new_job(i));  // its text, nonce and AAD still stand there
    c.lane->crypto.seal(*c.workspace, c.job_batch());
    for (std::size_t i = 0; i < c.count; ++i) {
      auto& s = c.state[i];
      if (!s.as_received) continue;
      s.as_received = false;
      if (c.job_of(i).status == job_status::done) continue;
      s.result = {.delete_requested = s.result.delete_requested, .done = true, .status = crypto_status::generic_error};
      c.verdicts[i] = verdict::crypto_failed;
    }
    c.as_received = 0;
  }
};
inline constexpr restore_received_stage restore_received{};

}  // namespace v0
}  // namespace esplanade
