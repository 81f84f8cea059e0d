// Outbound, on a host: a frame for the device with words beside it, or sealed here; each packet by itself, in one list.
//
//   BEFORE   | IP hdr, ext hdrs* |                  payload | trailer | room for ICV |     * transport mode only
//   framed   | IP hdr, ext hdrs* | SPI | seq | 0  | payload | trailer | 0            |     + handle, offsets, next header, pad length
//   sealed   as behind esp_seal                                                            + nothing
//
// Numbers are leased in list order whoever seals, and both make the IV of a counter-type suite of the number: two sealers
// under one key never meet (U-11).
#pragma once

#include <esplanade/offload/complete_checksum.hpp>
#include <esplanade/offload/eligible.hpp>
#include <esplanade/offload/seal_frame.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// Whether the packet in slot i, under its current SA and `number`, may go to the device; `seen` is what that rests on.
template <class Context> [[nodiscard]] ESPLANADE_INLINE bool device_takes(Context& c, std::size_t i, std::uint64_t number, std::size_t at, placed& seen) noexcept {
  using config = typename Context::profile;
  auto& place = c.place(i);
  seen = place.now();
  if (seen.where != placement::offloaded) return false;
  // The device knows one high word, and is told the next when its sends are over (U-20).
  if (uses_esn<config>(c.sa(i).core()) && number >> 32 != seen.high) [[unlikely]] {
    place.ask_update();
    return false;
  }
  return eligible(shape_of(c, i, at), seen);
}

/// Whether an SA wraps ESP in UDP.
template <class P> [[nodiscard]] ESPLANADE_INLINE bool in_udp(const sa_core& sa) noexcept {
  if constexpr (encapsulates<P>) return encapsulation_of<P>(sa) == encapsulation::udp;
  else return false;
}

/// Whether a further frame of this packet suits those before it: AH of one bundle, or one tunnel around a transport portion. An SA
/// in UDP was plumbed as one portion, without word of another: such pairs are sealed here.
template <class Context> [[nodiscard]] ESPLANADE_INLINE bool frames_suit(Context& c, std::size_t i, const placed& seen) noexcept {
  using config = typename Context::profile;
  const bool ah = is_ah<config>(c.sa(i).core());
  const std::uintptr_t handle = c.place(i).handle().word;
  const auto& w = c.sent[i];
  if (c.framed[i] == 0) return !(ah && seen.bundled);
  const auto& last = c.frames[i][c.framed[i] - 1u];
  auto& before = association(*last.record);
  const bool ah_before = is_ah<config>(before.core());
  if (!c.place(i).same_device(before.place())) return false;  // handles of two devices may be equal (U-21)
  if (ah && !ah_before && last.seen.bundled && handle == before.place().handle().word) return !is_tunnel<config>(c.sa(i).core());
  if (last.seen.bundled && !ah_before) return false;  // its AH is missing
  if (in_udp<config>(c.sa(i).core()) || in_udp<config>(before.core())) return false;
  return !(ah && seen.bundled) && is_tunnel<config>(c.sa(i).core()) && !is_tunnel<config>(before.core()) && seen.inside_tunnel && last.seen.inside_tunnel && w.tunnel.handle == 0 && handle != w.ipsec.handle;
}

/// Notes that the device is to do the current SA of slot i, and which handle says so.
template <class Context> ESPLANADE_INLINE typename Context::frame& note_frame(Context& c, std::size_t i, const placed& seen, std::uint64_t number) noexcept {
  auto& w = c.sent[i];
  const std::uintptr_t handle = c.place(i).handle().word;
  if (c.framed[i] == 0) w.ipsec.handle = handle, w.adapter = seen.adapter;
  else if (w.ipsec.handle != handle) w.tunnel.handle = handle;
  auto& f = c.frames[i][c.framed[i]++];
  f = {};
  f.record = c.state[i].record;
  f.seen = seen;
  f.handle = handle;
  f.number = number;
  return f;
}

/// Software it is: then also for what was framed under the SAs inside.
template <class Context> ESPLANADE_INLINE verdict seal_what_was_framed(Context& c, std::size_t i) noexcept {
  if (c.place(i).handle()) c.device->sealed_here.add(1);
  if (checksum_open(c, i)) [[unlikely]] {
    if (const verdict v = complete_l4(c, i, c.checksum[i].tcp_offset); v != verdict::forwarded) return v;
  }
  if constexpr (Context::levels != 1) {
    if (c.framed[i] != 0) return seal_frames(c, i);
  }
  return verdict::forwarded;
}
}  // namespace detail

/// Frames or seals ESP. Consumes the sequence lease and the trailer: neither can serve twice.
///   Errors   those of esp_seal
struct frame_or_seal_stage final : detail::host_stage {
  static constexpr const char* name = "frame_or_seal";
  static constexpr const char* because = "frames for the device what it can seal, and seals the rest (ipsecov2.md 4.1)";
  static constexpr fact needs = fact::sa_selected | fact::sequence_leased | fact::trailer_written;
  static constexpr fact gives = fact::framed;
  static constexpr fact voids = fact::sequence_leased | fact::trailer_written;
  static constexpr fact excludes = fact::framed;
  static constexpr bool suspends = true;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    if (is_ah<config>(c.sa(i).core())) return verdict::forwarded;
    placed seen;
    const bool framed = detail::device_takes(c, i, s.lease.number(), s.esp_at, seen) && (Context::levels == 1 || detail::frames_suit(c, i, seen));
    c.framed_now[i] = framed;
    if (!framed) {
      if (const verdict v = detail::seal_what_was_framed(c, i); v != verdict::forwarded) return v;
      return esp_seal.prepare(c, i);
    }
    return frame(c, i, seen);
  }

  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept { esp_seal.work(c); }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    if (c.framed_now[i]) return verdict::forwarded;
    return esp_seal.finish(c, i);
  }

 private:
  template <class Context> static ESPLANADE_INLINE verdict frame(Context& c, std::size_t i, const placed& seen) noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    auto& p = c.packet(i);
    const auto& sa = c.sa(i).core();
    const std::size_t icv = icv_octets<config>(sa);
    octet side[esp_header_octets + iv_max];
    detail::esp_frame f;
    if (const verdict v = detail::frame_esp(c, i, side, f); v != verdict::forwarded) return v;
    std::memset(f.esp + esp_header_octets, 0, f.head - esp_header_octets);  // what stood there is nobody's
    if (!f.in_packet) copy_in(p, f.at, side, f.head);
    constexpr octet zeros[icv_max]{};
    copy_in(p, f.end, zeros, icv);
    if constexpr (!ContiguousPacket<typename Context::packet_type>) {  // as in software: the same packets are refused
      if (list_segments(p, f.at + f.head, f.end - f.at - f.head, c.text[i], Context::segments_max) == 0) return verdict::too_many_segments;
    }
    auto& noted = detail::note_frame(c, i, seen, f.number);
    noted.at = f.in_packet ? f.esp : detail::octet_at(p, f.at);
    noted.size = static_cast<std::uint32_t>(f.end + icv - f.at);
    if (detail::checksum_open(c, i)) [[unlikely]] noted.l4 = static_cast<std::uint32_t>(c.checksum[i].tcp_offset + f.head - f.at);
    auto& w = c.sent[i];
    if (w.tunnel.handle == 0) {
      const family outer = outer_family<config>(sa, s.version);
      const std::size_t at = detail::header_at(c, i);
      w.headers.next_header = s.next_header;
      w.headers.pad_length = static_cast<std::uint8_t>(s.trailer - esp_trailer_octets - icv);
      w.headers.esp_offset = static_cast<std::uint16_t>(at + detail::wrapping_of(c, i, outer));
    }
    return verdict::forwarded;
  }
};
inline constexpr frame_or_seal_stage frame_or_seal{};

/// Seals what was framed under AH before AH of a further SA comes between that one's IP header and AH: there the header is not
/// found again, and no device does both.
///   Errors   those of ah_seal
struct settle_frames_stage final : detail::host_stage {
  static constexpr const char* name = "settle_frames";
  static constexpr const char* because = "AH around AH moves the IP header that the inner ICV covers";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::none;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    const auto& sa = c.sa(i).core();
    if (c.framed[i] == 0 || !is_ah<config>(sa) || is_tunnel<config>(sa)) return verdict::forwarded;
    if (!is_ah<config>(association(*c.frames[i][c.framed[i] - 1u].record).core())) return verdict::forwarded;
    return detail::seal_frames(c, i);
  }
};
inline constexpr settle_frames_stage settle_frames{};

/// Leaves the ICV of AH, which is zeros so far, to the device, or computes it.
///   Errors   those of ah_seal
struct frame_or_seal_ah_stage final : detail::host_stage {
  static constexpr const char* name = "frame_or_seal_ah";
  static constexpr const char* because = "leaves AH to the device where it can do it, and authenticates the rest (ipsecov2.md 4.1)";
  static constexpr fact needs = fact::sa_selected | fact::ah_header_written | fact::header_written;
  static constexpr fact gives = fact::ah_framed;
  static constexpr fact voids = fact::sequence_leased | fact::ah_header_written;
  static constexpr fact excludes = fact::ah_framed;
  static constexpr bool suspends = true;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    const auto& sa = c.sa(i).core();
    if (!is_ah<config>(sa)) return verdict::forwarded;
    // The job says what software would refuse; who computes its ICV is asked afterwards.
    const std::size_t at = detail::header_at(c, i);
    placed seen;
    const bool framed = detail::device_takes(c, i, s.number, at, seen) && detail::frames_suit(c, i, seen);
    c.framed_now[i] = framed;
    if (!framed) {
      if (const verdict v = detail::seal_what_was_framed(c, i); v != verdict::forwarded) return v;
      return ah_seal.prepare(c, i);
    }
    if (const verdict v = ah_seal.prepare(c, i); v != verdict::forwarded) return v;
    --c.work_count;
    auto& p = c.packet(i);
    const bool joins = c.framed[i] != 0 && c.sent[i].ipsec.handle == c.place(i).handle().word;
    auto& noted = detail::note_frame(c, i, seen, s.number);
    noted.ip = detail::octet_at(p, 0);
    noted.at = detail::octet_at(p, at);
    noted.size = static_cast<std::uint32_t>(ah_octets_of<config>(sa, outer_family<config>(sa, s.version)));
    noted.length = s.length;
    auto& w = c.sent[i];
    if (w.tunnel.handle != 0) return verdict::forwarded;
    w.headers.ah_offset = static_cast<std::uint16_t>(at);
    if (joins) w.headers.esp_offset = static_cast<std::uint16_t>(w.headers.esp_offset + noted.size);
    return verdict::forwarded;
  }

  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept { ah_seal.work(c); }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    if (c.framed_now[i]) return verdict::forwarded;
    return ah_seal.finish(c, i);
  }
};
inline constexpr frame_or_seal_ah_stage frame_or_seal_ah{};

namespace detail {
/// The last word on the packet in slot i: its frames are counted as given while their SAs are as they were seen, or they are
/// sealed here. A bundle goes whole or not at all.
template <class Context> ESPLANADE_INLINE verdict hand_over(Context& c, std::size_t i) noexcept {
  using config = typename Context::profile;
  const std::size_t count = c.framed[i];
  if (count == 0) return verdict::forwarded;
  auto& w = c.sent[i];
  const auto& last = c.frames[i][count - 1];
  bool whole = has_ah<config> || !last.seen.bundled;
  if constexpr (has_ah<config>) whole = !last.seen.bundled || is_ah<config>(association(*last.record).core());
  std::size_t given = 0;
  while (whole && given < count) {
    const auto& f = c.frames[i][given];
    auto& place = association(*f.record).place();
    if (!place.give(f.seen)) break;
    // Between the look and the count it may have left the device and come back: then the words name what is gone, or nothing.
    if (f.handle == 0 || place.handle().word != f.handle) {
      place.take_back();
      break;
    }
    w.given[given++] = place.template self<outbound_direction>();
  }
  const auto& inner = c.frames[i][0];
  if (given == count) [[likely]] {
    if (checksum_open(c, i)) [[unlikely]] {
      send_checksum told = c.checksum[i];
      told.tcp_offset = static_cast<std::uint16_t>(offset_of(c.packet(i), inner.at) + inner.l4);
      w.checksum = static_cast<std::uint32_t>(told.pack());
    }
    c.device->framed.add(1);
    return verdict::forwarded;
  }
  while (given != 0) association(*c.frames[i][--given].record).place().take_back();
  if (checksum_open(c, i)) [[unlikely]] {
    if (const verdict v = complete_l4(c, i, offset_of(c.packet(i), inner.at) + inner.l4); v != verdict::forwarded) return v;
  }
  return seal_frames(c, i);
}
}  // namespace detail

}  // namespace v0
}  // namespace esplanade
