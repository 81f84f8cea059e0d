// The headers of a large send on a host: the packet's own and those of its SAs, built beside it before it is touched.
//
//   begin     | IP, ext hdrs* | TCP |                                        as in the packet
//   insert    | IP, ext hdrs* | AH, 0* | UDP* | ESP, room for the IV* | TCP |   innermost SA first; numbers come last
#pragma once

#include <esplanade/net/ah.hpp>
#include <esplanade/net/ip_walk.hpp>
#include <esplanade/offload/large_send_header.hpp>

namespace esplanade {
inline namespace v0 {

/// What a device reads once and writes in front of each segment.
///   Units    octets
///   Cost     copies of headers
///   Threads  one
///   Source   ipsecov2.md 4.1, 4.5
class large_template {
 public:
  static constexpr std::size_t octets_max = 128;  ///< from IP to the end of TCP: the most of a large send (ipsecov2.md 2.12)

  /// The first `octets` ≤ large_header_max of a packet.
  template <Packet P> large_template(const P& frame, std::size_t octets) noexcept : size_(octets) {
    copy_out(frame, 0, head_, octets);
    v6_ = head_[0] >> 4 == 6;
  }

  [[nodiscard]] std::size_t octets() const noexcept { return size_; }
  [[nodiscard]] const octet* data() const noexcept { return head_; }
  [[nodiscard]] const send_headers& headers() const noexcept { return headers_; }
  [[nodiscard]] span_reader reader() const noexcept { return {{head_, size_}}; }
  /// Where its parts lie, as of a packet without payload.
  [[nodiscard]] ip_layout layout() noexcept {
    say_length(size_);
    span_reader read = reader();
    return walk_ip(read, size_);
  }

  /// ESP with room for an IV, behind UDP when there are ports, in front of what is protected. False when it does not fit; nothing
  /// changed then.
  [[nodiscard]] bool insert_esp(const ip_layout& at, std::uint32_t spi, std::size_t iv, bool in_udp, std::uint16_t source, std::uint16_t destination) noexcept {
    const std::size_t udp = in_udp ? udp_header_octets : 0;
    octet* esp = insert(at, udp + esp_header_octets + iv, in_udp ? protocol_number::udp : protocol_number::esp);
    if (esp == nullptr) return false;
    headers_.next_header = at.insert_protocol;
    headers_.esp_offset = static_cast<std::uint16_t>(at.insert_at + udp);
    std::memset(esp, 0, udp + esp_header_octets + iv);
    if (in_udp) {  // its length is each segment's own (U-10)
      store_be16(esp, source);
      store_be16(esp + 2, destination);
    }
    store_be32(esp + udp, spi);
    return true;
  }
  /// AH of `size` octets, its ICV zero.
  [[nodiscard]] bool insert_ah(const ip_layout& at, std::uint32_t spi, std::size_t size) noexcept {
    octet* const ah = insert(at, size, protocol_number::ah);
    if (ah == nullptr) return false;
    headers_.ah_offset = at.insert_at;
    if (headers_.esp_offset != 0) headers_.esp_offset = static_cast<std::uint16_t>(headers_.esp_offset + size);
    std::memset(ah, 0, size);
    write_ah(ah, at.insert_protocol, size, spi, 0);
    return true;
  }

  void put_esp_number(std::uint64_t first) noexcept { store_be32(head_ + headers_.esp_offset + 4, static_cast<std::uint32_t>(first & 0xffff'ffff)); }
  void put_ah_number(std::uint64_t first) noexcept { store_be32(head_ + headers_.ah_offset + 8, static_cast<std::uint32_t>(first & 0xffff'ffff)); }
  /// Version 1 says the frame's length in the IP header, version 2 says 0 there. False when it does not fit.
  [[nodiscard]] bool finish(std::size_t frame, bool version_2) noexcept {
    if (!version_2 && frame > 0xffff) return false;
    if (version_2) store_be16(head_ + (v6_ ? 4 : 2), 0);
    else say_length(frame);
    return true;
  }

 private:
  void say_length(std::size_t octets) noexcept {
    if (v6_) store_be16(head_ + 4, static_cast<std::uint16_t>(octets - ipv6_header_octets));
    else store_be16(head_ + 2, static_cast<std::uint16_t>(octets));
  }
  [[nodiscard]] octet* insert(const ip_layout& at, std::size_t size, octet protocol) noexcept {
    if (size_ + size > octets_max) return nullptr;
    octet* const there = head_ + at.insert_at;
    std::memmove(there + size, there, size_ - at.insert_at);
    head_[at.insert_protocol_at] = protocol;
    size_ += size;
    return there;
  }

  octet head_[large_header_max]{};
  std::size_t size_;
  send_headers headers_{};
  bool v6_ = false;
};

}  // namespace v0
}  // namespace esplanade
