#include <memory>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/access.hpp>
#include <esplanade/testing/foreign_mbuf.hpp>
#include <esplanade/testing/net_buffers.hpp>
#include <esplanade/testing/packets.hpp>

using namespace esplanade;
using namespace esplanade::testing;

namespace {

using range = std::ptrdiff_t;

// Calls `look(packet, content)` with a fresh packet for every cut of n octets, empty segments included. Each segment is a
// heap block of exactly its size.
template <class F, class Look> void over_cuts(std::size_t n, Look look) {
  std::vector<cut> cuts = every_cut(n);
  for (const cut& two : cuts_at_every_position(n))
    for (const cut& strewn : with_empty_segments(two)) cuts.push_back(strewn);
  F factory;
  const std::vector<octet> content = counted_octets(n);
  int made = 0;
  for (const cut& sizes : cuts) {
    auto* const p = factory.make({.content = content, .segments = sizes});
    if (p == nullptr) continue;
    ++made;
    look(*p, content);
    factory.release(p);
  }
  REQUIRE(made != 0);
}

template <class F, class Look> void over_ranges(std::size_t n, Look look) {
  for (std::size_t offset = 0; offset <= n; ++offset)
    for (std::size_t size = 0; offset + size <= n; ++size)
      over_cuts<F>(n, [&](auto& p, const std::vector<octet>& content) { look(p, content, offset, size); });
}

// A block of exactly `n` octets.
struct exact {
  explicit exact(std::size_t n) : octets_(new octet[n]) { std::fill_n(octets_.get(), n, octet{0xee}); }
  octet* at() const { return octets_.get(); }
  std::unique_ptr<octet[]> octets_;
};

using flats = owned_packets<flat_packet>;
using chains = owned_packets<chain_packet<12>>;

}  // namespace

TEST_CASE_TEMPLATE("copy_out: gives any range, wherever segment borders lie [class 28]", F, flats, chains, foreign_mbufs, owned_net_buffers) {
  over_ranges<F>(7, [](auto& p, const std::vector<octet>& content, std::size_t offset, std::size_t size) {
    const exact to(size);
    copy_out(p, offset, to.at(), size);
    if (!std::equal(to.at(), to.at() + size, content.begin() + static_cast<range>(offset))) FAIL("offset " << offset << ", size " << size);
  });
  CHECK(true);
}

TEST_CASE_TEMPLATE("copy_in: changes the range and nothing else, wherever segment borders lie [class 28]", F, flats, chains, foreign_mbufs, owned_net_buffers) {
  over_ranges<F>(7, [](auto& p, const std::vector<octet>& content, std::size_t offset, std::size_t size) {
    const exact from(size);
    std::vector<octet> model = content;
    std::fill_n(model.begin() + static_cast<range>(offset), size, octet{0xee});
    copy_in(p, offset, from.at(), size);
    if (octets_of(p) != model) FAIL("offset " << offset << ", size " << size);
  });
  CHECK(true);
}

TEST_CASE_TEMPLATE("peek: shows any range, in place where it lies together, else in scratch memory [class 28]", F, flats, chains, foreign_mbufs, owned_net_buffers) {
  int in_place = 0, copied = 0;
  over_ranges<F>(7, [&](auto& p, const std::vector<octet>& content, std::size_t offset, std::size_t size) {
    const exact scratch(size);
    const octet* const seen = peek(p, offset, size, scratch.at());
    if (!std::equal(seen, seen + size, content.begin() + static_cast<range>(offset))) FAIL("offset " << offset << ", size " << size);
    const bool in_front = offset + size <= const_octets(*packet_traits<std::remove_reference_t<decltype(p)>>::first(std::as_const(p))).size();
    if (in_front && seen == scratch.at()) FAIL("copied what lies together");
    ++(seen == scratch.at() ? copied : in_place);
  });
  CHECK(in_place > 0);
  CHECK((copied > 0) == !ContiguousPacket<typename F::packet_type>);
}

TEST_CASE_TEMPLATE("packet_reader: gives what lies inside the packet and nullptr beyond it [class 27, 28]", F, flats, chains, foreign_mbufs, owned_net_buffers) {
  over_cuts<F>(6, [](auto& p, const std::vector<octet>& content) {
    packet_reader read(std::as_const(p));
    for (std::size_t offset = 0; offset <= 8; ++offset)
      for (std::size_t size = 0; size <= 8; ++size) {
        const octet* const seen = read(offset, size);
        const bool inside = offset + size <= 6;
        if ((seen != nullptr) != inside) FAIL("offset " << offset << ", size " << size);
        if (inside && !std::equal(seen, seen + size, content.begin() + static_cast<range>(offset))) FAIL("other octets at " << offset);
      }
    if (read(~std::size_t{0}, 2) != nullptr || read(2, ~std::size_t{0}) != nullptr) FAIL("an offset wrapped");
  });
  F factory;
  const std::vector<octet> content = counted_octets(60);
  auto* const p = factory.make({.content = content});
  packet_reader read(std::as_const(*p));
  CHECK(read(0, 40) != nullptr);
  CHECK(read(0, 41) == nullptr);  // a reader is asked for 40 octets at most
  factory.release(p);
}

TEST_CASE_TEMPLATE("packet_reader: a header walk says the same at every cut [class 7, 28]", F, chains, foreign_mbufs) {
  std::vector<octet> packet(40 + 16 + 8, 0);
  packet[0] = 0x60;
  packet[5] = 24;
  packet[6] = protocol_number::hop_by_hop;
  packet[40] = protocol_number::routing;
  packet[41] = 1;
  packet[56] = protocol_number::tcp;
  F factory;
  for (const cut& sizes : interesting_cuts(packet.size(), 12, 3)) {
    auto* const p = factory.make({.content = packet, .segments = sizes});
    REQUIRE(p != nullptr);
    packet_reader read(std::as_const(*p));
    const ip_layout out = walk_ip(read, packet.size());
    CHECK(out.status == verdict::forwarded);
    CHECK(out.header_length == 64);
    CHECK(out.protocol == protocol_number::tcp);
    CHECK(out.insert_at == 64);
    factory.release(p);
  }
}

TEST_CASE_TEMPLATE("list_segments: lists exactly the octets of a range, without empty segments [class 28]", F, flats, chains, foreign_mbufs, owned_net_buffers) {
  over_ranges<F>(6, [](auto& p, const std::vector<octet>& content, std::size_t offset, std::size_t size) {
    segment list[12];
    const std::size_t count = list_segments(p, offset, size, list, 12);
    std::vector<octet> seen;
    for (std::size_t i = 0; i < count; ++i) {
      if (list[i].size == 0 && size != 0) FAIL("an empty segment");
      seen.insert(seen.end(), list[i].data, list[i].data + list[i].size);
    }
    if (count == 0 || !std::equal(seen.begin(), seen.end(), content.begin() + static_cast<range>(offset), content.begin() + static_cast<range>(offset + size)))
      FAIL("offset " << offset << ", size " << size << ": other octets");
    if (size == 0 && (count != 1 || list[0].size != 0)) FAIL("an empty range is one empty segment");
    // It lists the packet's own memory.
    if (size != 0) {
      list[count - 1].data[list[count - 1].size - 1] = 0x99;
      if (octets_of(p)[offset + size - 1] != 0x99) FAIL("a copy");
    }
  });
  CHECK(true);
}

TEST_CASE("list_segments: says 0 when there are more than it may list, and writes no more [class 28]") {
  const std::vector<octet> content = counted_octets(6);
  owned_chain<8> p(packet_form{.content = content, .segments = {1, 0, 2, 0, 2, 1}});
  for (std::size_t most = 1; most <= 5; ++most) {
    const std::unique_ptr<segment[]> list(new segment[most]);
    CHECK(list_segments(p, 0, 6, list.get(), most) == (most >= 4 ? 4 : 0));
    CHECK(list_segments(p, 1, 4, list.get(), most) == (most >= 2 ? 2 : 0));
    CHECK(list_segments(p, 3, 2, list.get(), most) == 1);
  }
}

TEST_CASE_TEMPLATE("move_to_front: what stood at [by, by + size) stands at the front, the rest stays [class 28]", F, flats, chains, foreign_mbufs, owned_net_buffers) {
  over_ranges<F>(7, [](auto& p, const std::vector<octet>& content, std::size_t by, std::size_t size) {
    std::vector<octet> model = content;
    for (std::size_t i = 0; i < size; ++i) model[i] = content[by + i];
    move_to_front(p, by, size);
    if (octets_of(p) != model) FAIL("by " << by << ", size " << size);
  });
  CHECK(true);
}

TEST_CASE_TEMPLATE("move_from_front: what stood at the front stands at [by, by + size), the rest stays [class 28]", F, flats, chains, foreign_mbufs, owned_net_buffers) {
  over_ranges<F>(7, [](auto& p, const std::vector<octet>& content, std::size_t by, std::size_t size) {
    std::vector<octet> model = content;
    for (std::size_t i = 0; i < size; ++i) model[by + i] = content[i];
    move_from_front(p, by, size);
    if (octets_of(p) != model) FAIL("by " << by << ", size " << size);
  });
  CHECK(true);
}

TEST_CASE_TEMPLATE("move_to_front, move_from_front: long overlapping moves keep their order [class 28]", F, flats, chains, foreign_mbufs) {
  const std::vector<octet> content = seeded_octets(300, 1);
  F factory;
  for (const cut& sizes : random_cuts(300, 12, 12, 8))
    for (const std::size_t by : {std::size_t{1}, std::size_t{20}, std::size_t{63}, std::size_t{64}, std::size_t{65}, std::size_t{130}})
      for (const std::size_t size : {std::size_t{40}, std::size_t{64}, std::size_t{65}, std::size_t{128}, std::size_t{170}}) {
        auto* p = factory.make({.content = content, .segments = ContiguousPacket<typename F::packet_type> ? uncut(300) : sizes});
        std::vector<octet> model = content;
        for (std::size_t i = 0; i < size; ++i) model[i] = content[by + i];
        move_to_front(*p, by, size);
        CHECK(octets_of(*p) == model);
        const std::vector<octet> before = model;
        for (std::size_t i = 0; i < size; ++i) model[by + i] = before[i];
        move_from_front(*p, by, size);
        CHECK(octets_of(*p) == model);
        factory.release(p);
      }
}
