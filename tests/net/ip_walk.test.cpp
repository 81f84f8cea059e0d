#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/net/ip_walk.hpp>
#include <esplanade/testing/packet_form.hpp>

using namespace esplanade;
using esplanade::testing::seeded;
using esplanade::testing::seeded_octets;
namespace number = protocol_number;

namespace {

// Gives each piece in a heap block of exactly its size and takes the last one back, so that a sanitizer sees every octet
// read beyond what was asked for, and every one read after the next was asked for. Counts the work.
class strict_reader {
 public:
  explicit strict_reader(const_octets packet) : packet_(packet) {}
  const octet* operator()(std::size_t offset, std::size_t n) noexcept {
    ++calls;
    asked += n;
    if (n > 40) too_much = true;
    if (offset > packet_.size() || n > packet_.size() - offset) return nullptr;
    end = std::max(end, offset + n);
    last_.reset(new octet[n]);
    std::copy_n(packet_.begin() + static_cast<std::ptrdiff_t>(offset), n, last_.get());
    return last_.get();
  }
  std::size_t calls = 0, asked = 0, end = 0;
  bool too_much = false;

 private:
  const_octets packet_;
  std::unique_ptr<octet[]> last_{};
};
static_assert(OctetReader<strict_reader> && OctetReader<span_reader>);

ip_layout walk(const_octets packet) {
  strict_reader read(packet);
  const ip_layout out = walk_ip(read, packet.size());
  CHECK_FALSE(read.too_much);
  CHECK(read.end <= packet.size());
  return out;
}

std::vector<octet> ipv4(std::size_t ihl, std::size_t total, std::size_t available) {
  std::vector<octet> packet(std::max<std::size_t>(available, 20), number::none);
  packet[0] = static_cast<octet>(0x40 | ihl);
  packet[1] = 0xb8;
  store_be16(packet.data() + 2, static_cast<std::uint16_t>(total));
  store_be16(packet.data() + 4, 0x1234);
  store_be16(packet.data() + 6, 0x4000);
  packet[8] = 64;
  packet[9] = number::udp;
  std::fill(packet.begin() + 20, packet.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(20, std::min(packet.size(), ihl * 4))), octet{1});
  packet.resize(available);
  return packet;
}

struct extension {
  octet kind;
  std::size_t size = 8;          // octets, a multiple of 8
  std::uint16_t fragment = 0;    // the field of a fragment header
};

// An IPv6 packet with these extension headers, then `last`, then `payload` octets.
std::vector<octet> ipv6(const std::vector<extension>& chain, octet last, std::size_t payload) {
  std::vector<octet> packet(40, 0);
  packet[0] = 0x6b;
  packet[1] = 0x80;
  packet[6] = chain.empty() ? last : chain[0].kind;
  packet[7] = 64;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    std::vector<octet> header(chain[i].size, 0xee);
    header[0] = i + 1 == chain.size() ? last : chain[i + 1].kind;
    if (chain[i].kind == number::fragment) {
      header[1] = 0xff;  // reserved, to be ignored: not a length
      store_be16(header.data() + 2, chain[i].fragment);
    } else {
      header[1] = static_cast<octet>(chain[i].size / 8 - 1);
    }
    packet.insert(packet.end(), header.begin(), header.end());
  }
  packet.insert(packet.end(), payload, 0xdd);
  store_be16(packet.data() + 4, static_cast<std::uint16_t>(packet.size() - 40));
  return packet;
}

constexpr octet hbh = number::hop_by_hop, dst = number::destination_options, rt = number::routing, frag = number::fragment;

std::vector<extension> chain_of(const std::vector<octet>& kinds) {
  std::vector<extension> chain;
  for (const octet kind : kinds) chain.push_back({kind});
  return chain;
}

}  // namespace

TEST_CASE("span_reader: gives what lies inside and nothing else") {
  const octet data[4] = {1, 2, 3, 4};
  span_reader read{data};
  CHECK(read(0, 4) == data);
  CHECK(read(1, 3) == data + 1);
  CHECK(read(4, 0) == data + 4);
  CHECK(read(0, 5) == nullptr);
  CHECK(read(4, 1) == nullptr);
  CHECK(read(5, 0) == nullptr);
  CHECK(read(~std::size_t{0}, 2) == nullptr);
  CHECK(read(2, ~std::size_t{0}) == nullptr);
}

TEST_CASE("walk_ip: what is neither IPv4 nor IPv6 is not_ip") {
  for (unsigned version = 0; version < 16; ++version) {
    std::vector<octet> packet(60, 0);
    packet[0] = static_cast<octet>(version << 4 | 5);
    packet[3] = 60;
    const verdict status = walk(packet).status;
    CHECK((status == verdict::not_ip) == (version != 4 && version != 6));
  }
  CHECK(walk({}).status == verdict::not_ip);
}

TEST_CASE("walk_ip: IPv4 fields are read from where they stand") {
  const ip_layout out = walk(ipv4(6, 40, 44));
  CHECK(out.status == verdict::forwarded);
  CHECK(out.version == family::ipv4);
  CHECK(out.traffic_class == 0xb8);
  CHECK(out.protocol == number::udp);
  CHECK(out.protocol_at == 9);
  CHECK(out.header_length == 24);
  CHECK(out.total_length == 40);
  CHECK(out.insert_at == 24);
  CHECK(out.insert_protocol_at == 9);
  CHECK(out.insert_protocol == number::udp);
  CHECK_FALSE(out.fragment);
  CHECK_FALSE(out.later_fragment);
}

TEST_CASE("walk_ip: every IPv4 header length, total length and truncation [class 1, 7]") {
  for (std::size_t ihl = 0; ihl < 16; ++ihl)
    for (std::size_t available = 0; available <= 70; ++available)
      for (std::size_t total = 0; total <= 75; ++total) {
        const std::vector<octet> packet = ipv4(ihl, total, available);
        strict_reader read(packet);
        const ip_layout out = walk_ip(read, available);
        const verdict expect = available == 0                    ? verdict::not_ip
                               : available < 20                  ? verdict::runt
                               : ihl < 5 || total < ihl * 4      ? verdict::bad_header
                               : total > available               ? verdict::runt
                                                                 : verdict::forwarded;
        if (out.status != expect || read.end > available || read.calls > 2)
          FAIL("ihl " << ihl << ", total " << total << ", available " << available << ": " << describe(out.status));
        if (expect == verdict::forwarded && (out.header_length != ihl * 4 || out.total_length != total || out.insert_at != ihl * 4))
          FAIL("ihl " << ihl << ", total " << total << ", available " << available << ": wrong layout");
      }
  for (std::size_t total = 0; total <= 65535; ++total) {
    const std::vector<octet> packet = ipv4(5, total, 100);
    span_reader read{packet};
    const verdict expect = total < 20 ? verdict::bad_header : total > 100 ? verdict::runt : verdict::forwarded;
    if (walk_ip(read, 100).status != expect) FAIL("total length " << total);
  }
  CHECK(true);
}

TEST_CASE("walk_ip: IPv4 fragment bits, all values [class 11]") {
  for (std::uint32_t field = 0; field <= 0xffff; ++field) {
    std::vector<octet> packet = ipv4(5, 20, 20);
    store_be16(packet.data() + 6, static_cast<std::uint16_t>(field));
    span_reader read{packet};
    const ip_layout out = walk_ip(read, 20);
    const bool more = (field & 0x2000) != 0;
    const std::uint32_t offset = field & 0x1fff;
    if (out.status != verdict::forwarded || out.fragment != (more || offset != 0) || out.later_fragment != (offset != 0)) FAIL("field " << field);
  }
  CHECK(true);
}

TEST_CASE("walk_ip: an IPv4 option is refused when its length is 0, 1 or beyond the header, at every place [class 7]") {
  for (std::size_t ihl = 6; ihl < 16; ++ihl) {
    const std::size_t size = ihl * 4 - 20;
    for (std::size_t at = 0; at < size; ++at)
      for (std::size_t length = 0; length < 256; ++length) {
        std::vector<octet> packet = ipv4(ihl, ihl * 4, ihl * 4);
        packet[20 + at] = 7;
        bool sound = at + 1 < size && length >= 2 && length <= size - at;  // what follows are no-operations, or data
        if (at + 1 < size) packet[20 + at + 1] = static_cast<octet>(length);
        strict_reader read(packet);
        const verdict status = walk_ip(read, packet.size()).status;
        if (status != (sound ? verdict::forwarded : verdict::bad_header) || read.end > packet.size())
          FAIL("ihl " << ihl << ", option at " << at << ", length " << length << ": " << describe(status));
      }
  }
  CHECK(true);
}

TEST_CASE("walk_ip: behind the end of the option list an IPv4 header may hold anything [class 7]") {
  for (std::size_t at = 0; at < 12; ++at) {
    std::vector<octet> packet = ipv4(8, 32, 32);
    std::fill(packet.begin() + 20 + static_cast<std::ptrdiff_t>(at), packet.end(), octet{0xff});
    CHECK(walk(packet).status == verdict::bad_header);
    packet[20 + at] = 0;
    CHECK(walk(packet).status == verdict::forwarded);
  }
}

TEST_CASE("walk_ip: lists of IPv4 options agree with a walk from the back [class 7]") {
  // The list is sound from an octet on when that octet ends it, or leads to one from where it is sound.
  seeded numbers{4};
  int sound_ones = 0;
  for (int i = 0; i < 60000; ++i) {
    const std::size_t ihl = 6 + numbers.below(10), size = ihl * 4 - 20;
    std::vector<octet> packet = ipv4(ihl, ihl * 4, ihl * 4);
    for (std::size_t at = 20; at < packet.size(); ++at) packet[at] = static_cast<octet>(numbers.below(3) == 0 ? numbers.below(2) : numbers.below(8));
    std::vector<bool> sound(size + 1, false);
    sound[size] = true;
    for (std::size_t at = size; at-- > 0;) {
      const octet kind = packet[20 + at];
      const std::size_t length = at + 1 < size ? packet[20 + at + 1] : 0;
      sound[at] = kind == 0 || (kind == 1 ? sound[at + 1] : length >= 2 && at + length <= size && sound[at + length]);
    }
    sound_ones += sound[0];
    span_reader read{packet};
    if ((walk_ip(read, packet.size()).status == verdict::forwarded) != sound[0]) FAIL("case " << i);
  }
  CHECK(sound_ones > 5000);
  CHECK(sound_ones < 55000);
}

TEST_CASE("walk_ip: IPv6 fields are read from where they stand") {
  for (unsigned traffic_class = 0; traffic_class < 256; ++traffic_class) {
    std::vector<octet> packet = ipv6({}, number::tcp, 20);
    packet[0] = static_cast<octet>(0x60 | traffic_class >> 4);
    packet[1] = static_cast<octet>((traffic_class & 15) << 4 | 0x0c);
    const ip_layout out = walk(packet);
    CHECK(out.traffic_class == traffic_class);
    CHECK(out.status == verdict::forwarded);
    CHECK(out.version == family::ipv6);
    CHECK(out.protocol == number::tcp);
    CHECK(out.protocol_at == 6);
    CHECK(out.header_length == 40);
    CHECK(out.total_length == 60);
  }
}

TEST_CASE("walk_ip: link padding behind an IP packet is not part of it [class 6]") {
  std::vector<octet> packet = ipv6(chain_of({hbh}), number::tcp, 4);
  packet.insert(packet.end(), 9, 0);
  CHECK(walk(packet).total_length == 52);
  CHECK(walk(ipv4(5, 24, 60)).total_length == 24);
}

TEST_CASE("walk_ip: 0 to 70 extension headers, at most 64 of them are walked, in linear work [class 7, 43]") {
  for (const octet kind : {dst, rt, frag})
    for (std::size_t count = 0; count <= 70; ++count)
      for (const std::size_t size : {std::size_t{8}, std::size_t{24}}) {
        if (kind == frag && size != 8) continue;
        const std::vector<octet> packet = ipv6(std::vector<extension>(count, {kind, size}), number::udp, 8);
        strict_reader read(packet);
        const ip_layout out = walk_ip(read, packet.size());
        CHECK(out.status == (count <= extension_headers_max ? verdict::forwarded : verdict::bad_header));
        CHECK(read.calls <= 2 + std::min<std::size_t>(count, 64));
        CHECK(read.asked <= 60 + 8 * std::min<std::size_t>(count, 64));
        if (count <= 64) {
          CHECK(out.protocol == number::udp);
          CHECK(out.header_length == 40 + count * size);
        }
      }
  // The longest packet, filled with the shortest headers, costs no more.
  const std::vector<octet> longest = ipv6(std::vector<extension>(8191, {dst}), number::udp, 0);
  strict_reader read(longest);
  CHECK(walk_ip(read, longest.size()).status == verdict::bad_header);
  CHECK(read.calls <= 66);
}

TEST_CASE("walk_ip: hop-by-hop options stand right behind the IPv6 header or nowhere [class 7]") {
  CHECK(walk(ipv6(chain_of({hbh}), number::udp, 8)).status == verdict::forwarded);
  CHECK(walk(ipv6(chain_of({hbh, hbh}), number::udp, 8)).status == verdict::bad_header);
  for (const octet before : {dst, rt, frag}) {
    CHECK(walk(ipv6(chain_of({before, hbh}), number::udp, 8)).status == verdict::bad_header);
    CHECK(walk(ipv6(chain_of({hbh, before}), number::udp, 8)).status == verdict::forwarded);
    CHECK(walk(ipv6(chain_of({hbh, before, hbh}), number::udp, 8)).status == verdict::bad_header);
  }
}

TEST_CASE("walk_ip: an IPv6 packet cut at every octet is a runt [class 1, 7, 27]") {
  const std::vector<octet> whole = ipv6({{hbh, 16}, {dst, 24}, {rt, 8}, {frag, 8}, {dst, 40}}, number::tcp, 5);
  for (std::size_t available = 0; available < whole.size(); ++available) {
    const std::unique_ptr<octet[]> exact(new octet[available]);
    std::copy_n(whole.begin(), available, exact.get());
    span_reader read{{exact.get(), available}};
    CHECK(walk_ip(read, available).status == (available == 0 ? verdict::not_ip : verdict::runt));
  }
  CHECK(walk(whole).status == verdict::forwarded);
}

TEST_CASE("walk_ip: an IPv6 payload length that ends inside the extension headers contradicts them, at every octet [class 1, 7, 27]") {
  const std::vector<octet> whole = ipv6({{hbh, 16}, {dst, 24}, {rt, 8}, {frag, 8}, {dst, 40}}, number::tcp, 5);
  const std::size_t headers = 40 + 16 + 24 + 8 + 8 + 40;
  for (std::size_t total = 40; total <= whole.size(); ++total) {
    std::vector<octet> packet(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(total));
    store_be16(packet.data() + 4, static_cast<std::uint16_t>(total - 40));
    CHECK(walk(packet).status == (total < headers ? verdict::bad_header : verdict::forwarded));
    packet.insert(packet.end(), whole.begin() + static_cast<std::ptrdiff_t>(total), whole.end());  // what follows is not the packet's
    CHECK(walk(packet).status == (total < headers ? verdict::bad_header : verdict::forwarded));
  }
}

TEST_CASE("walk_ip: every length field of an extension header [class 7]") {
  for (unsigned length = 0; length < 256; ++length) {
    std::vector<octet> packet = ipv6({{dst, 80}}, number::tcp, 0);
    packet.insert(packet.end(), 2000, number::tcp);
    store_be16(packet.data() + 4, static_cast<std::uint16_t>(packet.size() - 40 - 900));
    packet[41] = static_cast<octet>(length);
    const ip_layout out = walk(packet);
    const bool fits = 40 + (length + 1) * 8 <= out.total_length;
    CHECK(out.status == (fits ? verdict::forwarded : verdict::bad_header));
    if (fits) CHECK(out.header_length == 40 + (length + 1) * 8);
  }
}

TEST_CASE("walk_ip: extension headers up to offset 65,535 are walked and beyond it refused, without wrapping [class 7, 16]") {
  std::vector<extension> chain(31, {dst, 2048});
  chain.push_back({dst, 2000});
  std::vector<octet> packet = ipv6(chain, number::tcp, 4);
  ip_layout out = walk(packet);
  CHECK(out.status == verdict::forwarded);
  CHECK(out.header_length == 40 + 31 * 2048 + 2000);
  chain.back().size = 2008;  // ends at 65,536
  packet = ipv6(chain, number::tcp, 4);
  CHECK(packet.size() == 65540);
  CHECK(walk(packet).status == verdict::bad_header);
}

TEST_CASE("walk_ip: every value of an IPv6 fragment header: first, later, atomic; reserved bits mean nothing [class 11]") {
  for (std::uint32_t field = 0; field <= 0xffff; ++field) {
    const std::vector<octet> packet = ipv6({{hbh}, {frag, 8, static_cast<std::uint16_t>(field)}, {dst}}, number::udp, 8);
    span_reader read{packet};
    const ip_layout out = walk_ip(read, packet.size());
    const std::uint32_t offset = field >> 3;
    const bool more = (field & 1) != 0;
    const bool right = out.status == verdict::forwarded && out.fragment == (offset != 0 || more) && out.later_fragment == (offset != 0) &&
                       out.protocol == (offset != 0 ? dst : octet{number::udp}) && out.header_length == (offset != 0 ? 56 : 64) && out.insert_at == 56;
    if (!right) FAIL("field " << field);
  }
  CHECK(true);
}

TEST_CASE("walk_ip: in transport mode ESP stands behind hop-by-hop, routing and fragment headers, RFC 4303 3.1.1 [class 7]") {
  const struct {
    std::vector<octet> kinds;
    std::size_t insert_at;
    octet next;
  } table[] = {
      {{}, 40, number::tcp},                                  // 1
      {{hbh}, 48, number::tcp},                               // 2
      {{dst}, 40, dst},                                       // 3  for the destination: protected
      {{rt}, 48, number::tcp},                                // 4
      {{frag}, 48, number::tcp},                              // 5  atomic
      {{hbh, dst}, 48, dst},                                  // 6
      {{dst, rt}, 56, number::tcp},                           // 7  the options are for the nodes on the way
      {{dst, rt, dst}, 56, dst},                              // 8
      {{hbh, dst, rt, dst}, 64, dst},                         // 9
      {{hbh, dst, rt, frag, dst}, 72, dst},                   // 10 the order of RFC 8200 4.1
      {{hbh, rt, frag}, 64, number::tcp},                     // 11
      {{dst, frag}, 56, number::tcp},                         // 12
      {{dst, dst}, 40, dst},                                  // 13
      {{rt, rt, dst, dst}, 56, dst},                          // 14
  };
  int row = 0;
  for (const auto& expect : table) {
    CAPTURE(++row);
    const std::vector<octet> packet = ipv6(chain_of(expect.kinds), number::tcp, 20);
    const ip_layout out = walk(packet);
    CHECK(out.status == verdict::forwarded);
    CHECK(out.insert_at == expect.insert_at);
    CHECK(out.insert_protocol == expect.next);
    CHECK(packet[out.insert_protocol_at] == expect.next);
    CHECK(out.protocol == number::tcp);
    CHECK(out.header_length == 40 + 8 * expect.kinds.size());
  }
}

TEST_CASE("walk_ip: with ESP put where the layout says, the walk ends there, for random chains [class 7]") {
  seeded numbers{11};
  for (int i = 0; i < 4000; ++i) {
    std::vector<extension> chain;
    if (numbers.below(2) == 0) chain.push_back({hbh, 8 + 8 * numbers.below(3)});
    for (std::uint64_t more = numbers.below(6); more != 0; --more) {
      static constexpr octet kinds[] = {dst, rt, frag};
      const octet kind = kinds[numbers.below(3)];
      chain.push_back({kind, kind == frag ? 8 : 8 + 8 * numbers.below(3)});
    }
    std::vector<octet> packet = ipv6(chain, number::sctp, 30);
    const ip_layout before = walk(packet);
    REQUIRE(before.status == verdict::forwarded);

    std::size_t at = 40, insert_at = 40;
    for (const extension& one : chain) {
      at += one.size;
      if (one.kind != dst) insert_at = at;
    }
    CHECK(before.insert_at == insert_at);
    CHECK(before.header_length == at);
    CHECK(before.insert_protocol == packet[before.insert_protocol_at]);
    CHECK(before.protocol == packet[before.protocol_at]);

    packet[before.insert_protocol_at] = number::esp;
    packet.insert(packet.begin() + before.insert_at, 8, octet{0x77});
    store_be16(packet.data() + 4, static_cast<std::uint16_t>(packet.size() - 40));
    const ip_layout after = walk(packet);
    CHECK(after.status == verdict::forwarded);
    CHECK(after.protocol == number::esp);
    CHECK(after.protocol_at == before.insert_protocol_at);
    CHECK(after.header_length == before.insert_at);
  }
}

TEST_CASE("walk_ip: ESP, AH and no next header end the walk") {
  for (const octet last : {number::esp, number::ah, number::none, number::ipv4, number::ipv6, number::icmpv6, octet{255}}) {
    const ip_layout out = walk(ipv6(chain_of({hbh, dst}), last, 0));
    CHECK(out.status == verdict::forwarded);
    CHECK(out.protocol == last);
    CHECK(out.header_length == 56);
  }
}

TEST_CASE("walk_ip: whatever the octets say, the walk is bounded and what it says lies inside the packet [class 7, 27]") {
  seeded numbers{5};
  int forwarded = 0;
  for (int i = 0; i < 120000; ++i) {
    std::vector<octet> packet = seeded_octets(numbers.below(200), numbers.next());
    if (!packet.empty() && numbers.below(8) != 0) packet[0] = static_cast<octet>(numbers.below(2) == 0 ? 0x60 : 0x45 + numbers.below(11));
    if (packet.size() >= 40 && packet[0] == 0x60) {
      static constexpr octet kinds[] = {hbh, dst, rt, frag, number::tcp};
      for (std::size_t at = 40; at + 1 < packet.size(); at += 8) {
        packet[at] = kinds[numbers.below(5)];
        packet[at + 1] = static_cast<octet>(numbers.below(3));
      }
      packet[6] = kinds[numbers.below(5)];
      packet[4] = 0;
      packet[5] = static_cast<octet>(packet.size() - 40 - (numbers.below(4) == 0 ? numbers.below(packet.size() - 39) : 0));
    } else if (packet.size() >= 20 && packet[0] >> 4 == 4) {
      packet[2] = 0;
      packet[3] = static_cast<octet>(packet.size() - numbers.below(3));
    }
    strict_reader read(packet);
    const ip_layout out = walk_ip(read, packet.size());
    bool right = read.calls <= 2 + extension_headers_max && read.end <= packet.size() && !read.too_much;
    right = right && (out.status == verdict::forwarded || out.status == verdict::not_ip || out.status == verdict::runt || out.status == verdict::bad_header);
    if (out.status == verdict::forwarded) {
      ++forwarded;
      right = right && out.header_length <= out.total_length && out.total_length <= packet.size() && out.insert_at <= out.header_length &&
              out.insert_protocol_at < out.insert_at && out.protocol_at < out.header_length && packet[out.protocol_at] == out.protocol &&
              packet[out.insert_protocol_at] == out.insert_protocol && out.header_length >= header_octets(out.version) &&
              (!out.later_fragment || out.fragment);
    }
    if (!right) FAIL("case " << i);
  }
  CHECK(forwarded > 10000);
}
