// The headers of a large send: read once from the template, written for each segment with its own lengths, numbers, flags and checksums.
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/buffer/nbl_words.hpp>
#include <esplanade/net/ah.hpp>
#include <esplanade/net/esp.hpp>
#include <esplanade/net/udp.hpp>
#include <esplanade/sa/association.hpp>

namespace esplanade {
inline namespace v0 {

inline constexpr std::size_t large_header_max = 256;  ///< link header to TCP options

/// What segmentation needs to know of an SA.
struct large_send_element {
  bool there = false;
  bool esn = false;
  std::uint8_t iv = 0, icv = 0, alignment = 4;
  std::uint32_t high = 0;   ///< plumbed, when the NIC accepted the send

  [[nodiscard]] static large_send_element of(const detail::sa_core& sa, std::uint32_t high) noexcept {
    return sa.installed ? large_send_element{true, sa.esn, sa.iv_octets, sa.icv_octets, sa.alignment, high} : large_send_element{};
  }
};

/// What a large send is told beside its frame.
struct large_send_order {
  send_large large{};
  send_headers headers{};
  large_send_element esp{}, ah{};
  std::uint8_t link = 0;   ///< octets in front of IP
  bool in_udp = false;     ///< UDP stands in front of ESP
};

/// What stands beside a segment, for the stages that seal it.
struct large_segment {
  send_headers headers{};
  std::uint32_t esp_high = 0, ah_high = 0;  ///< the high words of its numbers, which run on over 2^32 within a burst (U-13)
};

/// One of the segments.
struct large_place {
  std::uint32_t index = 0, at = 0, size = 0;  ///< how many before it; its first octet of payload; how many octets
  bool last = false;
};

/// The template of a large send.
///   Source   ipsecov2.md 4.5; RFC 9293 3.1; RFC 3168 6.1.2 (CWR)
class large_send_header {
 public:
  template <Packet P> [[nodiscard]] verdict read(const P& frame, const large_send_order& order) noexcept {
    const std::size_t length = packet_traits<P>::length(frame), tcp = order.large.tcp_offset, ip = order.link;
    if (order.large.mss == 0 || tcp < ip + ipv4_header_octets || length < tcp + tcp_octets) return verdict::bad_header;
    copy_out(frame, ip, header_, ipv4_header_octets);
    v6_ = header_[0] >> 4 == 6;
    ip_octets_ = static_cast<std::uint8_t>(v6_ ? ipv6_header_octets : (header_[0] & 15u) * 4u);
    if (!v6_ && header_[0] >> 4 != 4) return verdict::not_ip;
    if (order.large.ipv6 != v6_) return verdict::bad_header;  // version 1 knows IPv4 alone
    if (ip_octets_ < ipv4_header_octets || ip + ip_octets_ > tcp) return verdict::bad_header;  // what its first octet says is summed up for each segment
    if (!v6_ && (load_be16(header_ + 6) & 0x3fff) != 0) return verdict::ip_fragment;
    // Version 1 says its length in the IP header; version 2 writes 0 there.
    const std::size_t said = order.large.version_2 ? 0u : v6_ ? load_be16(header_ + 4) : load_be16(header_ + 2);
    const std::size_t end = said == 0 ? length : ip + said + (v6_ ? ipv6_header_octets : 0u);
    octet offset = 0;
    copy_out(frame, tcp + 12, &offset, 1);
    const std::size_t head = tcp + static_cast<std::size_t>(offset >> 4) * 4;
    if (offset >> 4 < 5 || head > large_header_max || end > length || end < head + order.headers.pad_length) return verdict::bad_header;
    copy_out(frame, 0, header_, head);
    order_ = order;
    octets_ = static_cast<std::uint16_t>(head);
    payload_ = static_cast<std::uint32_t>(end - head - order.headers.pad_length);
    segments_ = payload_ == 0 ? 1 : (payload_ + mss() - 1) / mss();
    const std::uint32_t largest = payload_ < mss() ? payload_ : mss();
    if (head - ip + largest + behind(largest) > (v6_ ? 0xffffu + ipv6_header_octets : 0xffffu)) return verdict::too_long;
    return sound();
  }

  [[nodiscard]] std::size_t octets() const noexcept { return octets_; }
  [[nodiscard]] std::uint32_t payload() const noexcept { return payload_; }
  [[nodiscard]] std::uint32_t segments() const noexcept { return segments_; }
  [[nodiscard]] std::uint32_t mss() const noexcept { return order_.large.mss; }
  /// Pad octets of a segment with so much payload, and all that stands behind the payload.
  [[nodiscard]] std::size_t padding(std::uint32_t size) const noexcept { return order_.esp.there ? esp_padding(protected_octets(size), order_.esp.alignment) : 0; }
  [[nodiscard]] std::size_t behind(std::uint32_t size) const noexcept { return order_.esp.there ? padding(size) + esp_trailer_octets + order_.esp.icv : 0; }

  /// Writes the headers of a segment whose payload has this checksum sum.
  void write(octet* to, const large_place& p, std::uint64_t payload_sum) const noexcept {
    std::memcpy(to, header_, octets_);
    octet* const ip = to + order_.link;
    octet* const tcp = to + order_.large.tcp_offset;
    const std::size_t total = octets_ - order_.link + p.size + behind(p.size);
    if (order_.esp.there) {
      octet* const esp = ip + order_.headers.esp_offset;
      store_be32(esp + 4, load_be32(esp + 4) + p.index);
      if (order_.in_udp) {
        store_be16(esp - udp_header_octets + 4, static_cast<std::uint16_t>(total - order_.headers.esp_offset + udp_header_octets));
        store_be16(esp - udp_header_octets + 6, 0);  // IPv4: RFC 3948 2.1; IPv6: it was 0
      }
    }
    if (order_.ah.there) {
      octet* const ah = ip + order_.headers.ah_offset;
      store_be32(ah + 8, load_be32(ah + 8) + p.index);
    }
    store_be32(tcp + 4, load_be32(tcp + 4) + p.at);
    if (!p.last) tcp[13] = static_cast<octet>(tcp[13] & ~(fin | push));
    if (p.index != 0) tcp[13] = static_cast<octet>(tcp[13] & ~congestion_window_reduced);
    // Its field holds the sum of the pseudo header without the length.
    const std::size_t tcp_size = octets_ - order_.large.tcp_offset;
    const std::uint64_t sum = checksum_sum({tcp, tcp_size}) + tcp_size + p.size + payload_sum;
    store_be16(tcp + 16, static_cast<std::uint16_t>(~fold_checksum(sum) & 0xffff));
    if (v6_) {
      store_be16(ip + 4, static_cast<std::uint16_t>(total - ipv6_header_octets));
      return;
    }
    store_be16(ip + 2, static_cast<std::uint16_t>(total));
    const std::uint32_t id = load_be16(ip + 4), next = id + p.index;
    store_be16(ip + 4, static_cast<std::uint16_t>(order_.large.version_2 ? (id & 0x8000) | (next & 0x7fff) : next & 0xffff));
    store_be16(ip + 10, 0);
    store_be16(ip + 10, internet_checksum({ip, ip_octets_}));
  }

  /// What stands beside the segment of this index, but for its padding.
  [[nodiscard]] large_segment beside(std::uint32_t index) const noexcept {
    large_segment b;
    b.headers = order_.headers;
    b.headers.pad_length = 0;
    if (order_.esp.there) b.esp_high = static_cast<std::uint32_t>(number_of(order_.headers.esp_offset + 4u, order_.esp, index) >> 32);
    if (order_.ah.there) b.ah_high = static_cast<std::uint32_t>(number_of(order_.headers.ah_offset + 8u, order_.ah, index) >> 32);
    return b;
  }

 private:
  static constexpr std::size_t tcp_octets = 20;
  static constexpr unsigned fin = 0x01, push = 0x08, congestion_window_reduced = 0x80;

  [[nodiscard]] std::size_t protected_octets(std::uint32_t size) const noexcept { return octets_ - order_.large.tcp_offset + size; }
  [[nodiscard]] std::uint64_t number_of(std::size_t at, const large_send_element& of, std::uint32_t index) const noexcept {
    return (std::uint64_t{of.high} << 32 | load_be32(header_ + order_.link + at)) + index;
  }

  /// TCP right behind the security headers, these inside the template, and numbers for all segments.
  [[nodiscard]] verdict sound() const noexcept {
    const std::size_t tcp = static_cast<std::size_t>(order_.large.tcp_offset) - order_.link, esp = order_.headers.esp_offset, ah = order_.headers.ah_offset;
    const std::size_t ip = ip_octets_;
    if (order_.esp.there != (esp != 0) || order_.ah.there != (ah != 0)) return verdict::bad_header;
    if (order_.esp.there && (esp < ip + (order_.in_udp ? udp_header_octets : 0) || esp + esp_header_octets + order_.esp.iv != tcp || order_.headers.next_header != protocol_number::tcp)) return verdict::bad_header;
    if (order_.ah.there && (ah < ip || ah + ah_fixed_octets > (esp != 0 ? esp : tcp) || (esp == 0 && header_[order_.link + ah] != protocol_number::tcp))) return verdict::bad_header;
    // Over IPv6 a datagram has a checksum unless the host's port is in zero-checksum mode (RFC 6935 5), and one that covers what only
    // this NIC will have sealed the host cannot have meant to be kept.
    if (order_.esp.there && order_.in_udp && v6_ && load_be16(header_ + order_.link + esp - 2) != 0) return verdict::beyond_device;
    const auto wraps = [&](std::size_t at, const large_send_element& of) { return of.there && !of.esn && number_of(at, of, segments_ - 1) >> 32 != of.high; };
    return wraps(esp + 4, order_.esp) || wraps(ah + 8, order_.ah) ? verdict::sequence_exhausted : verdict::forwarded;
  }

  large_send_order order_{};
  std::uint32_t payload_ = 0, segments_ = 0;
  std::uint16_t octets_ = 0;
  std::uint8_t ip_octets_ = 0;  ///< options included, extension headers not
  bool v6_ = false;
  octet header_[large_header_max]{};
};

}  // namespace v0
}  // namespace esplanade
