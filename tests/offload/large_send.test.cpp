#include "support/sent_lists.hpp"

using namespace support;

namespace {
struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128, esp_null<hmac_sha2_256_128>, ah<hmac_sha2_256_128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};
struct of_nic : profile {
  static constexpr auto suites = of_host::suites;
  static constexpr auto modes = of_host::modes;
  static constexpr std::size_t levels = 2;
  static constexpr std::size_t burst = 4;
};
constexpr suite_sizes ah_suite = ah<hmac_sha2_256_128>::sizes;
const sa_form esp{.mode = mode::transport}, over{.suite = ah_suite, .spi = 0x2002, .mode = mode::transport, .which = 2};

std::size_t folded(const bytes& data, std::size_t sum) {
  for (std::size_t i = 0; i < data.size(); i += 2) sum += static_cast<std::size_t>(data[i]) << 8 | (i + 1 < data.size() ? data[i + 1] : 0u);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

// A large send and the segments that a host would have sent without one, written from RFC 9293 and ipsecov2.md 4.5.
struct large {
  family version = family::ipv4;
  std::size_t payload = 1000, mss = 300, dropped = 0;
  bool version_2 = true;
  octet flags = 0x18 | 0x01 | 0x80;  // ACK, PSH, FIN, CWR
  std::size_t identification = 0x7ffe;
  bytes options{};                   // IPv4
  std::vector<sa_form> elements{esp};
  bool udp = false;
  std::size_t tcp_options = 12;

  std::size_t ip_octets() const { return version == family::ipv4 ? 20 + options.size() : 40; }
  bytes data() const { return counted(payload, 0x21); }
  std::size_t count() const { return payload == 0 ? 1 : (payload + mss - 1) / mss; }
  ip_form ip(bytes inside, std::size_t id) const {
    ip_form form{.protocol = 6, .payload = std::move(inside), .identification = id, .options = options};
    if (version == family::ipv6) form.source = outside_v6(1), form.destination = outside_v6(2);
    return form;
  }
  bytes tcp(std::size_t sequence, octet with, const bytes& part) const {
    bytes out;
    put32(out, 0x04d20050), put32(out, sequence), put32(out, 77);
    put16(out, ((20 + tcp_options) / 4) << 12 | with);
    put16(out, 0x200), put16(out, 0), put16(out, 0);
    put(out, bytes(tcp_options, 1));
    put(out, part);
    return out;
  }
  std::size_t pseudo(const bytes& packet, std::size_t length) const {
    bytes p(packet.begin() + (version == family::ipv4 ? 12 : 8), packet.begin() + (version == family::ipv4 ? 20 : 40));
    put32(p, length), put32(p, 6);
    return folded(p, 0);
  }
  static void store(bytes& packet, std::size_t at, std::size_t value) { packet[at] = static_cast<octet>(value >> 8), packet[at + 1] = static_cast<octet>(value & 0xff); }

  bytes plain_segment(std::size_t k) const {
    const bytes all = data();
    const std::size_t from = k * mss, size = std::min(mss, payload - from);
    octet with = flags;
    if (k + 1 != count()) with = static_cast<octet>(with & ~0x09);
    if (k != 0) with = static_cast<octet>(with & ~0x80);
    const std::size_t id = version_2 ? (identification & 0x8000) | ((identification + k) & 0x7fff) : (identification + k) & 0xffff;
    bytes packet = make_ip(ip(tcp(5000 + from, with, bytes(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(from + size))), id));
    const std::size_t at = ip_octets();
    store(packet, at + 16, ~folded(bytes(packet.begin() + static_cast<std::ptrdiff_t>(at), packet.end()), pseudo(packet, packet.size() - at)) & 0xffff);
    return packet;
  }
  bytes link() const {
    bytes l = counted(12, 0x50);
    put16(l, version == family::ipv4 ? 0x0800 : 0x86dd);
    return l;
  }
  bytes segment(std::size_t k) const {
    bytes packet = plain_segment(k);
    for (sa_form sa : elements) {
      sa.start += k;
      sa.made.encapsulation = udp && sa.suite.protocol == protocol_kind::esp ? encapsulation::udp : encapsulation::none;
      packet = sealed_inline<of_host>(packet, sa);
    }
    bytes out = link();
    put(out, packet);
    return out;
  }
  std::vector<bytes> segments() const {
    std::vector<bytes> all;
    for (std::size_t k = 0; k < count(); ++k) all.push_back(segment(k));
    return all;
  }
  // Headers of the first segment with numbers of the first, all payload, no trailer, and octets that are to be dropped.
  bytes frame(words& beside, std::size_t& tcp_at) const {
    const bytes first = segment(0);
    std::size_t at = 14 + ip_octets();
    beside.headers = {};
    for (auto sa = elements.rbegin(); sa != elements.rend(); ++sa) {
      const auto offset = static_cast<std::uint16_t>(at - 14);
      if (sa->suite.protocol == protocol_kind::ah) {
        beside.headers.ah_offset = offset;
        at += version == family::ipv4 ? 28 : 32;
      } else {
        at += udp ? 8 : 0;
        beside.headers.esp_offset = static_cast<std::uint16_t>(at - 14);
        beside.headers.next_header = 6;
        at += 8u + sa->suite.iv;
      }
    }
    beside.headers.pad_length = static_cast<std::uint8_t>(dropped);
    tcp_at = at;
    bytes out(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(at));
    bytes upper = tcp(5000, flags, data());
    store(upper, 16, pseudo(make_ip(ip({}, 0)), 0));
    put(out, upper);
    put(out, bytes(dropped, 0xdd));
    if (version == family::ipv4) store(out, 16, version_2 ? 0 : out.size() - 14);
    if (version == family::ipv4) out[24] = out[25] = 0x99;
    if (version == family::ipv6) store(out, 18, 0);
    if (udp) out[14 + beside.headers.esp_offset - 8 + 4] = 0x77;
    return out;
  }
};

struct sender : queue_bench<of_nic> {
  using queue_bench<of_nic>::queue_bench;
  lists all{};
  net_buffer_list& send_large(const large& l, set_of<udp_esp_layout> layout = {}, const testing::cut& cut = {}, offload_handle tunnel = {}) {
    words beside;
    std::size_t tcp_at = 0;
    const bytes frame = l.frame(beside, tcp_at);
    if (!l.elements.empty()) beside.handle = add({.elements = l.elements, .version = l.version, .udp_esp = layout});
    beside.tunnel = tunnel;
    net_buffer_list& list = all.add({frame}, beside, cut);
    set_oob(list, esplanade::send_large{static_cast<std::uint32_t>(l.mss), static_cast<std::uint16_t>(tcp_at), l.version_2, l.version == family::ipv6});
    wire.clear();
    completed.clear();
    send(&list);
    return list;
  }
};
}  // namespace

TEST_CASE("F74: a large send has no trailer; PadLength octets are dropped, and each segment gets its own padding, trailer, IV and ICV [row 65]") {
  for (const std::size_t dropped : {0u, 1u, 2u, 3u, 40u})
    for (const std::size_t mss : {299u, 300u, 301u, 302u, 1000u, 1460u}) {
      sender nic;
      const large l{.payload = 1000, .mss = mss, .dropped = dropped};
      const net_buffer_list& list = nic.send_large(l);
      CHECK(nic.wire == l.segments());
      CHECK(list.status() == nbl_status::success);
      CHECK(nic.pool.level() == 200);
    }
}

TEST_CASE("F75: the number goes up by 1 with each segment, from the template's, for ESP and AH") {
  large l{.payload = 2000, .mss = 100};
  l.elements = {esp, over};
  l.elements[0].start = 0x1000;
  l.elements[1].start = 0x2000;
  sender nic;
  nic.send_large(l);
  REQUIRE(nic.wire.size() == 20);
  for (std::size_t k = 0; k < 20; ++k) {
    CHECK(get32(nic.wire[k], 14 + 20 + 8) == 0x2001 + k);
    CHECK(get32(nic.wire[k], 14 + 48 + 4) == 0x1001 + k);
  }
  CHECK(nic.wire == l.segments());
}

TEST_CASE("F75: without ESN a number never wraps within a burst; such a send is refused before anything is made [class 51]") {
  large l{.payload = 1000, .mss = 100};
  l.elements[0].start = 0xffff'fff6 - 1;  // the tenth segment would have the last number
  sender nic;
  CHECK(nic.send_large(l).status() == nbl_status::success);
  CHECK(nic.wire == l.segments());
  sender other;
  words beside;
  std::size_t tcp_at = 0;
  bytes frame = l.frame(beside, tcp_at);
  frame[14 + 20 + 7] = 0xf7;
  beside.handle = other.add({.elements = l.elements});
  net_buffer_list& list = other.all.add({frame}, beside);
  set_oob(list, esplanade::send_large{100, static_cast<std::uint16_t>(tcp_at), true, false});
  other.send(&list);
  CHECK(other.wire.empty());
  CHECK(list.status() == nbl_status::failure);
}

TEST_CASE("U-13: within a burst numbers run on over 2^32 by 64-bit arithmetic, and the SA keeps its plumbed word [class 51]") {
  large l{.payload = 1000, .mss = 100};
  l.elements = {esp, over};
  for (sa_form& sa : l.elements) sa.esn = true, sa.start = 0x3'ffff'fffa;
  sender nic;
  net_buffer_list& list = nic.send_large(l);
  CHECK(nic.wire == l.segments());
  CHECK(nic.store->by_handle({get_oob<send_ipsec>(list).handle})->esp.high.load(order::relaxed) == 3);
}

TEST_CASE("F76: version 1 takes its length from the IP header, version 2 from the frame; each is completed in its own form") {
  large l{.payload = 1000, .mss = 300, .version_2 = false, .identification = 0xfffe};
  sender nic;
  net_buffer_list& one = nic.send_large(l);
  CHECK(nic.wire == l.segments());
  CHECK(get_oob<completed_large>(one).tcp_payload == 1000);
  CHECK_FALSE(get_oob<completed_large>(one).version_2);
  // Octets behind the length that the IP header says are the link's.
  words beside;
  std::size_t tcp_at = 0;
  bytes frame = l.frame(beside, tcp_at);
  put(frame, bytes(9, 0xcc));
  sender padded;
  beside.handle = padded.add({.elements = l.elements});
  net_buffer_list& again = padded.all.add({frame}, beside);
  set_oob(again, esplanade::send_large{300, static_cast<std::uint16_t>(tcp_at), false, false});
  padded.send(&again);
  CHECK(padded.wire == l.segments());

  l.version_2 = true;
  sender other;
  net_buffer_list& two = other.send_large(l);
  CHECK(other.wire == l.segments());
  CHECK(two.entry(oob_slot::large_send) == oob_entry{std::uint32_t{1} << 30, oob_direction::completed});
}

TEST_CASE("F76: a word that asks for segments of no octets is refused, with a handle and without: a large frame never leaves uncut") {
  const large l{.payload = 1000, .mss = 300};
  for (const bool protected_one : {true, false})
    for (const std::uint32_t word : {1u << 30, 1u << 31, 3u << 30, 54u << 20, 1u << 30 | 54u << 20}) {
      sender nic;
      words beside;
      std::size_t tcp_at = 0;
      const bytes frame = l.frame(beside, tcp_at);
      beside.handle = protected_one ? nic.add({.elements = l.elements}) : offload_handle{};
      net_buffer_list& list = nic.all.add({frame}, beside);
      list.put(oob_slot::large_send, {word, oob_direction::send});
      nic.send(&list);
      CHECK(nic.wire.empty());
      CHECK(list.status() == nbl_status::failure);
    }
}

TEST_CASE("F12: a kind of large send that is off is refused, under IPsec and without, and the others go on") {
  const struct {
    large_send_kind kind;
    family version;
    bool version_2;
  } kinds[] = {{large_send_kind::v1, family::ipv4, false}, {large_send_kind::v2_ipv4, family::ipv4, true}, {large_send_kind::v2_ipv6, family::ipv6, true}};
  for (const auto& off : kinds)
    for (const auto& asked : kinds)
      for (const bool protected_one : {true, false}) {
        sender nic;
        nic.now.large.kinds = nic.now.large.kinds.without(off.kind);
        large l{.version = asked.version, .version_2 = asked.version_2};
        if (!protected_one) l.elements = {};
        const bool goes = off.kind != asked.kind;
        CHECK(nic.send_large(l).status() == (goes ? nbl_status::success : nbl_status::failure));
        if (goes) CHECK(nic.wire == l.segments());
        else CHECK(nic.wire.empty());
      }
}

TEST_CASE("F77: a large send with a tunnel handle is refused") {
  sender nic;
  const offload_handle tunnel = nic.add({.elements = {{.spi = 0x4001}}});
  const large l{};
  net_buffer_list& list = nic.send_large(l, {}, {}, tunnel);
  CHECK(nic.wire.empty());
  CHECK(list.status() == nbl_status::failure);
  CHECK(nic.pool.level() == 200);
}

TEST_CASE("F77: a large send whose ESP holds a whole packet is refused too") {
  large l{};
  words beside;
  std::size_t tcp_at = 0;
  const bytes frame = l.frame(beside, tcp_at);
  sender nic;
  beside.handle = nic.add({.elements = l.elements});
  beside.headers.next_header = 4;
  net_buffer_list& list = nic.all.add({frame}, beside);
  set_oob(list, esplanade::send_large{300, static_cast<std::uint16_t>(tcp_at), true, false});
  nic.send(&list);
  CHECK(nic.wire.empty());
  CHECK(list.status() == nbl_status::failure);
}

TEST_CASE("F78: a large send under IPsec is refused while LsoSupported is false") {
  sender nic;
  nic.now.current.large_send = false;
  net_buffer_list& list = nic.send_large({});
  CHECK(nic.wire.empty());
  CHECK(list.status() == nbl_status::failure);
}

TEST_CASE("F79: FIN and PSH on the last segment alone, CWR on the first, IP-ID step by step, lengths and checksums right") {
  for (const family version : {family::ipv4, family::ipv6})
    for (const std::size_t id : {0x1234u, 0x7fffu, 0xffffu})
      for (const bool two : {true, false}) {
        if (version == family::ipv6 && !two) continue;
        large l{.version = version, .payload = 777, .mss = 200, .version_2 = two, .identification = id};
        for (const auto& elements : {std::vector{esp}, std::vector{over}, std::vector{esp, over}}) {
          l.elements = elements;
          sender nic;
          CHECK(nic.send_large(l).status() == nbl_status::success);
          CHECK(nic.wire == l.segments());
        }
      }
}

TEST_CASE("F79: IPv4 options and TCP options stand in every segment; payloads of 0, 1 and whole segments") {
  for (const std::size_t payload : {0u, 1u, 299u, 300u, 301u, 600u})
    for (const std::size_t options : {0u, 40u}) {
      large l{.payload = payload, .options = {148, 4, 0, 0, 1, 1, 1, 0}, .tcp_options = options};
      l.elements = {esp, over};
      sender nic;
      CHECK(nic.send_large(l).status() == nbl_status::success);
      CHECK(nic.wire == l.segments());
    }
}

TEST_CASE("F88: a large frame may be cut anywhere") {
  const large l{.payload = 700, .mss = 256};
  words beside;
  std::size_t tcp_at = 0;
  const std::size_t size = l.frame(beside, tcp_at).size();
  for (const std::size_t at : {std::size_t{1}, std::size_t{14}, tcp_at, tcp_at + 32, tcp_at + 33, size - 1}) {
    sender nic;
    nic.send_large(l, {}, {at, size - at});
    CHECK(nic.wire == l.segments());
  }
}

TEST_CASE("U-10: in UDP-ESP the UDP length is each segment's own, and its checksum 0") {
  const large l{.payload = 1000, .mss = 300, .udp = true};
  sender nic;
  CHECK(nic.send_large(l, udp_esp_layout::transport).status() == nbl_status::success);
  CHECK(nic.wire == l.segments());
  REQUIRE(nic.wire.size() == 4);
  CHECK(get16(nic.wire[0], 14 + 20 + 4) == nic.wire[0].size() - 34);
  CHECK(get16(nic.wire[3], 14 + 20 + 4) == nic.wire[3].size() - 34);
  CHECK(get16(nic.wire[0], 14 + 20 + 6) == 0);
}

TEST_CASE("F87: the frame of a large send keeps its octets") {
  const large l{};
  words beside;
  std::size_t tcp_at = 0;
  const bytes frame = l.frame(beside, tcp_at);
  sender nic;
  net_buffer_list& list = nic.send_large(l);
  CHECK(lists::octets(list)[0] == frame);
}

TEST_CASE("large send: all segments leave or none: too few packets, too many segments, two frames in its list") {
  const large l{.payload = 1000, .mss = 100};
  for (const std::size_t pooled : {0u, 1u, 5u, 9u}) {
    sender nic(pooled);
    net_buffer_list& list = nic.send_large(l);
    CHECK(nic.wire.empty());
    CHECK(list.status() == nbl_status::resources);
    CHECK(nic.pool.level() == pooled);
  }
  sender nic;
  net_buffer_list& list = nic.send_large({.payload = 129 * 10, .mss = 10});  // a queue makes 128
  CHECK(nic.wire.empty());
  CHECK(list.status() == nbl_status::resources);
  CHECK(nic.pool.level() == 200);
  CHECK(nic.send_large({.payload = 128 * 10, .mss = 10, .tcp_options = 0}).status() == nbl_status::success);
  CHECK(nic.wire.size() == 128);

  words beside;
  std::size_t tcp_at = 0;
  const bytes frame = l.frame(beside, tcp_at);
  beside.handle = nic.add({.elements = l.elements});
  net_buffer_list& two = nic.all.add({frame, frame}, beside);
  set_oob(two, esplanade::send_large{100, static_cast<std::uint16_t>(tcp_at), true, false});
  nic.wire.clear();
  nic.send(&two);
  CHECK(nic.wire.empty());
  CHECK(two.status() == nbl_status::failure);
}

TEST_CASE("large send: without a handle the segments are plain TCP") {
  large l{.payload = 1000, .mss = 300};
  l.elements = {};
  sender nic;
  CHECK(nic.send_large(l).status() == nbl_status::success);
  CHECK(nic.wire == l.segments());
}

TEST_CASE("large send: templates that contradict themselves are refused, whatever octet is wrong") {
  const large l{.payload = 100, .mss = 60};
  words beside;
  std::size_t tcp_at = 0;
  const bytes frame = l.frame(beside, tcp_at);
  sender nic;
  beside.handle = nic.add({.elements = l.elements});
  const auto sent = [&](const bytes& f, std::size_t at, send_headers headers) {
    words w = beside;
    w.headers = headers;
    net_buffer_list& list = nic.all.add({f}, w);
    set_oob(list, esplanade::send_large{60, static_cast<std::uint16_t>(at), true, false});
    nic.wire.clear();
    nic.send(&list);
    return list.status();
  };
  CHECK(sent(frame, tcp_at, beside.headers) == nbl_status::success);
  for (std::size_t at = 0; at < 1024; ++at)
    if (at != tcp_at) CHECK(sent(frame, at, beside.headers) != nbl_status::success);
  for (std::size_t size = 0; size < tcp_at + 32; ++size) CHECK(sent(bytes(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size)), tcp_at, beside.headers) != nbl_status::success);
  send_headers far = beside.headers;
  far.pad_length = 101;
  CHECK(sent(frame, tcp_at, far) != nbl_status::success);
  far = beside.headers;
  far.esp_offset = 24;
  CHECK(sent(frame, tcp_at, far) != nbl_status::success);
  bytes offset = frame;
  offset[tcp_at + 12] = 0x40;
  CHECK(sent(offset, tcp_at, beside.headers) != nbl_status::success);
}

TEST_CASE("large send: an IPv4 header that is shorter than its fixed part, or reaches into TCP or ESP, is refused as bad_header [class 7]") {
  const auto sent = [](const large& l, octet first, bool under_sa) {
    sender nic;
    words beside;
    std::size_t tcp_at = 0;
    bytes frame = l.frame(beside, tcp_at);
    frame[14] = first;
    if (under_sa) beside.handle = nic.add({.elements = l.elements});
    net_buffer_list& list = nic.all.add({frame}, beside);
    set_oob(list, esplanade::send_large{60, static_cast<std::uint16_t>(tcp_at), true, false});
    nic.send(&list);
    CHECK(nic.wire.empty() == (list.status() != nbl_status::success));
    return std::pair(list.status(), nic.queue->snapshot()[verdict::bad_header]);
  };
  using fate = std::pair<nbl_status, std::uint64_t>;
  const fate well{nbl_status::success, 0}, refused{nbl_status::failure, 1};
  large plain{.payload = 100, .mss = 60, .elements = {}};
  const large secured{.payload = 100, .mss = 60};
  for (octet words_of_header = 0; words_of_header < 16; ++words_of_header) {
    CAPTURE(int{words_of_header});
    const auto first = static_cast<octet>(0x40 | words_of_header);
    CHECK(sent(plain, first, false) == (words_of_header == 5 ? well : refused));
    CHECK(sent(secured, first, true) == (words_of_header == 5 ? well : refused));
    large with_options = plain;
    with_options.options = bytes(8, 1);
    CHECK(sent(with_options, first, false) == (words_of_header >= 5 && words_of_header <= 7 ? well : refused));
  }
}

TEST_CASE("U-10: over IPv6 the host's template says whether UDP-ESP has a checksum; one that only the NIC could make is refused") {
  const large l{.version = family::ipv6, .payload = 1000, .mss = 300, .udp = true};
  for (const bool zero : {true, false}) {
    sender nic;
    words beside;
    std::size_t tcp_at = 0;
    bytes frame = l.frame(beside, tcp_at);
    const std::size_t udp = 14 + 40;
    REQUIRE(get16(frame, udp + 6) != 0);  // of_host computes it over IPv6
    if (zero) frame[udp + 6] = frame[udp + 7] = 0;
    beside.handle = nic.add({.elements = l.elements, .version = family::ipv6, .udp_esp = udp_esp_layout::transport});
    net_buffer_list& list = nic.all.add({frame}, beside);
    set_oob(list, esplanade::send_large{300, static_cast<std::uint16_t>(tcp_at), true, true});
    nic.send(&list);
    CHECK(list.status() == (zero ? nbl_status::success : nbl_status::failure));
    CHECK(nic.wire.size() == (zero ? 4u : 0u));
    CHECK(nic.queue->snapshot()[verdict::beyond_device] == (zero ? 0 : 1));
    for (std::size_t k = 0; k < nic.wire.size(); ++k) {
      bytes expected = l.segment(k);
      expected[udp + 6] = expected[udp + 7] = 0;
      CHECK(nic.wire[k] == expected);
    }
  }
}
