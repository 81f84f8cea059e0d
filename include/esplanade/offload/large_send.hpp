// Large sends under IPsec (LSO v1 and v2): one frame without a trailer becomes segments, each with its own numbers, pad, trailer and room.
//
//   frame     | link | IP | UDP* | AH* | ESP, IV room* | TCP | payload                        | pad_length octets, dropped |
//   segment   | link | IP | UDP* | AH* | ESP, IV room* | TCP | mss octets | padding, trailer* | ICV room* |     × n
#pragma once

#include <esplanade/offload/large_send_header.hpp>

namespace esplanade {
inline namespace v0 {

/// Cuts one frame at a time. The frame stays as it is and outlives the cutting.
///   Units    octets
///   Cost     a copy of the payload into packets of a pool; no allocation
///   Errors   begin: bad_header, runt, ip_fragment, too_long, sequence_exhausted (a segment's number would wrap without ESN),
///            beyond_device (ESP in UDP over IPv6 with a checksum, which a host has whose port is not in zero-checksum mode); next: no_room
///   Threads  one
///   Source   ipsecov2.md 4.5
template <Packet P> class large_send_cutter {
 public:
  [[nodiscard]] verdict begin(const P& frame, const large_send_order& order) noexcept {
    frame_ = nullptr;
    if (const verdict v = header_.read(frame, order); v != verdict::forwarded) return v;
    frame_ = &frame;
    at_ = 0;
    taken_ = 0;
    return verdict::forwarded;
  }

  /// Segments are left to be cut.
  [[nodiscard]] bool left() const noexcept { return frame_ != nullptr && taken_ != header_.segments(); }
  /// What is left is given up.
  void stop() noexcept { frame_ = nullptr; }
  [[nodiscard]] std::uint32_t payload() const noexcept { return header_.payload(); }
  [[nodiscard]] std::uint32_t segments() const noexcept { return header_.segments(); }

  /// Makes the next segment in an empty packet.
  [[nodiscard]] verdict next(P& into, large_segment& beside) noexcept {
    const std::uint32_t rest = header_.payload() - at_;
    const std::uint32_t size = rest < header_.mss() ? rest : header_.mss();
    const std::size_t head = header_.octets(), pad = header_.padding(size), behind = header_.behind(size);
    if (!detail::extend_by(into, head + size + behind)) return verdict::no_room;
    octet header[large_header_max];
    header_.write(header, {.index = taken_, .at = at_, .size = size, .last = taken_ + 1 == header_.segments()}, checksum_sum_of(*frame_, head + at_, size));
    copy_in(into, 0, header, head);
    copy_between(into, head, *frame_, head + at_, size);
    beside = header_.beside(taken_);
    if (behind != 0) {
      octet trailer[esp_pad_max + esp_trailer_octets];
      for (std::size_t k = 0; k < pad; ++k) trailer[k] = static_cast<octet>(k + 1);
      trailer[pad] = beside.headers.pad_length = static_cast<std::uint8_t>(pad);
      trailer[pad + 1] = beside.headers.next_header;
      copy_in(into, head + size, trailer, pad + esp_trailer_octets);
    }
    at_ += size;
    ++taken_;
    return verdict::forwarded;
  }

 private:
  large_send_header header_{};
  const P* frame_ = nullptr;
  std::uint32_t at_ = 0, taken_ = 0;
};

}  // namespace v0
}  // namespace esplanade
