// Segments of large sends are what a plain reading of the template says, and templates that contradict themselves make none.
//
//   1  what is taken has an IP header that ends before what follows it, and TCP right behind the security headers
//   2  every segment has the template's octets but for lengths, numbers, flags and checksums, and those are its own
//   3  their payload is the frame's, in order, with padding and trailer behind it under ESP
//
//   input   what (1; 1 version 2, 2 said to be IPv6, 4 ESP, 8 AH, 16 in UDP, 32 ESN, 64 alignment of 16) · link (1; modulo 32) ·
//           mss (2) · TCP offset (2; modulo 1024) · octets to drop (1) · ESP offset, AH offset (1 each; in units of 4) ·
//           IV (1; modulo 17) · ICV (1; modulo 33) · high word (1) · octets of the frame (2; modulo 2001) · cut · the frame
#pragma once

#include <esplanade/offload/large_send.hpp>
#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/input.hpp>
#include <esplanade/testing/net_buffers.hpp>

#include <string>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// The cutter that is judged; a configuration may name another as `large_sends`.
struct plain_large_sends {
  /// The first segments of a frame, and whether these are all; false: it was refused.
  static bool cut(const net_buffer& frame, const large_send_order& order, std::vector<bytes>& into, bool& all) {
    large_send_cutter<net_buffer> cutter;
    if (cutter.begin(frame, order) != verdict::forwarded) return false;
    while (cutter.left() && into.size() < 64) {
      owned_net_buffer segment(packet_form{.tailroom = 4096});
      large_segment beside;
      if (cutter.next(segment, beside) != verdict::forwarded) break;
      into.push_back(octets_of(segment));
    }
    all = !cutter.left();
    return true;
  }
};

namespace detail {

/// One large send, read the slow way.
class plain_large_send {
 public:
  plain_large_send(const bytes& frame, const large_send_order& order) : frame_(frame), order_(order) {}

  void judge(const std::vector<bytes>& segments, bool all) {
    const std::size_t link = order_.link, tcp = order_.large.tcp_offset, esp = link + order_.headers.esp_offset, ah = link + order_.headers.ah_offset;
    if (frame_.size() < tcp + 20 || tcp < link + 20) fail("was taken that ends inside TCP");
    v4_ = frame_[link] >> 4 == 4;
    header_ = v4_ ? (frame_[link] & 15u) * 4u : 40u;
    const std::size_t behind = order_.ah.there ? ah : order_.esp.there ? esp - (order_.in_udp ? 8 : 0) : tcp;
    if (header_ < 20 || link + header_ > behind) fail("was taken whose IP header reaches into what follows it");
    if (order_.esp.there && esp + 8 + order_.esp.iv != tcp) fail("was taken whose TCP is not right behind ESP");
    head_ = tcp + (frame_[tcp + 12] >> 4) * 4u;
    if (head_ < tcp + 20 || head_ > frame_.size()) fail("was taken whose TCP header does not end in it");
    std::size_t at = head_;
    for (std::size_t k = 0; k < segments.size(); ++k) at += one(segments[k], k, at, all && k + 1 == segments.size());
    if (at + order_.headers.pad_length > frame_.size()) fail("gave more payload than it had");
  }

 private:
  // How many octets of payload it has.
  std::size_t one(const bytes& s, std::size_t k, std::size_t from, bool last) {
    const std::size_t link = order_.link, tcp = order_.large.tcp_offset, esp = link + order_.headers.esp_offset, ah = link + order_.headers.ah_offset;
    if (s.size() < head_) fail("gave a segment without headers");
    std::size_t end = s.size();
    if (order_.esp.there) {
      if (end < head_ + 2 + order_.esp.icv) fail("gave a segment without a trailer");
      end -= order_.esp.icv;
      const std::size_t pad = s[end - 2];
      if (s[end - 1] != 6 || pad + 2 > end - head_ || (end - tcp) % order_.esp.alignment != 0) fail("gave a segment with another trailer");
      for (std::size_t i = 0; i < pad; ++i)
        if (s[end - 2 - pad + i] != i + 1) fail("gave a segment with another padding");
      end -= 2 + pad;
    }
    const std::size_t size = end - head_;
    if (size > order_.large.mss || (!last && size != order_.large.mss)) fail("gave a segment of another size");
    if (from + size > frame_.size() || !std::equal(s.begin() + at(head_), s.begin() + at(end), frame_.begin() + at(from))) fail("gave another payload");

    bytes wanted(frame_.begin(), frame_.begin() + at(head_));
    const std::size_t total = s.size() - link;
    put(wanted, link + (v4_ ? 2 : 4), v4_ ? total : total - 40, 2);
    if (v4_) {
      const std::uint64_t id = get(wanted, link + 4, 2);
      put(wanted, link + 4, order_.large.version_2 ? (id & 0x8000) | ((id + k) & 0x7fff) : id + k, 2);
    }
    if (order_.esp.there) {
      put(wanted, esp + 4, get(wanted, esp + 4, 4) + k, 4);
      if (order_.in_udp) put(wanted, esp - 4, s.size() - esp + 8, 2), put(wanted, esp - 2, 0, 2);
    }
    if (order_.ah.there) put(wanted, ah + 8, get(wanted, ah + 8, 4) + k, 4);
    put(wanted, tcp + 4, get(wanted, tcp + 4, 4) + (from - head_), 4);
    if (!last) wanted[tcp + 13] &= 0xf6;
    if (k != 0) wanted[tcp + 13] &= 0x7f;
    bytes summed(wanted.begin() + at(tcp), wanted.end());
    summed.insert(summed.end(), s.begin() + at(head_), s.begin() + at(end));
    put(wanted, tcp + 16, ~sum(summed, summed.size()) & 0xffff, 2);
    if (v4_) {
      put(wanted, link + 10, 0, 2);
      put(wanted, link + 10, ~sum(bytes(wanted.begin() + at(link), wanted.begin() + at(link + header_)), 0) & 0xffff, 2);
    }
    for (std::size_t i = 0; i < head_; ++i)
      if (s[i] != wanted[i]) fail("gave another header at " + std::to_string(i) + " of segment " + std::to_string(k));
    return size;
  }

  static std::ptrdiff_t at(std::size_t n) { return static_cast<std::ptrdiff_t>(n); }
  static std::uint64_t get(const bytes& b, std::size_t where, std::size_t n) {
    std::uint64_t v = 0;
    for (std::size_t i = 0; i < n; ++i) v = v << 8 | b[where + i];
    return v;
  }
  static void put(bytes& b, std::size_t where, std::uint64_t v, std::size_t n) {
    for (std::size_t i = n; i-- > 0; v >>= 8) b[where + i] = static_cast<octet>(v & 0xff);
  }
  static std::uint64_t sum(const bytes& b, std::uint64_t so_far) {
    for (std::size_t i = 0; i < b.size(); i += 2) so_far += static_cast<unsigned>(b[i]) << 8 | (i + 1 < b.size() ? b[i + 1] : 0u);
    while (so_far > 0xffff) so_far = (so_far & 0xffff) + (so_far >> 16);
    return so_far;
  }
  static void fail(const std::string& how) { failed("large_sends", "a template " + how); }

  const bytes& frame_;
  const large_send_order& order_;
  bool v4_ = true;
  std::size_t header_ = 0, head_ = 0;
};

template <class Configuration> struct large_sends_of { using type = plain_large_sends; };
template <class Configuration>
  requires requires { typename Configuration::large_sends; }
struct large_sends_of<Configuration> {
  using type = typename Configuration::large_sends;
};

}  // namespace detail

/// A configuration may name `large_sends` of its own to be judged.
template <class Configuration> int large_sends(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  const unsigned what = in.take_octet();
  large_send_order order;
  order.link = in.take_octet() % 32;
  order.large = {in.take_be16(), static_cast<std::uint16_t>(in.take_be16() % 1024u), (what & 1) != 0, (what & 2) != 0};
  order.headers = {6, in.take_octet(), 0, 0};
  order.headers.esp_offset = static_cast<std::uint16_t>(in.take_octet() * 4u);
  order.headers.ah_offset = static_cast<std::uint16_t>(in.take_octet() * 4u);
  order.in_udp = (what & 16) != 0;
  order.esp = {(what & 4) != 0, (what & 32) != 0, static_cast<std::uint8_t>(in.take_octet() % 17), static_cast<std::uint8_t>(in.take_octet() % 33), static_cast<std::uint8_t>((what & 64) != 0 ? 16 : 4), in.take_octet()};
  order.ah = {(what & 8) != 0, (what & 32) != 0, 0, 0, 4, order.esp.high};
  const std::size_t octets_of_frame = in.take_be16() % 2001u;
  const cut pieces = in.take_cut(octets_of_frame, 7);
  const bytes frame = in.take_exactly(octets_of_frame);
  const owned_net_buffer packet(packet_form{.content = frame, .segments = pieces});
  std::vector<bytes> segments;
  bool all = false;
  if (detail::large_sends_of<Configuration>::type::cut(packet, order, segments, all)) detail::plain_large_send(frame, order).judge(segments, all);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
