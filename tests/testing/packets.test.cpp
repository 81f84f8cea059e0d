#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/testing/archetypes.hpp>
#include <esplanade/testing/broken/packets.hpp>
#include <esplanade/testing/foreign_mbuf.hpp>
#include <esplanade/testing/packet_laws.hpp>
#include <esplanade/testing/packets.hpp>
#include <esplanade/testing/pool_laws.hpp>

using namespace esplanade;
using namespace esplanade::testing;

namespace {

std::string words(const std::vector<broken_law>& broken) {
  std::string all;
  for (const broken_law& one : broken) all += "\n  " + one.law + " — " + one.where;
  return all;
}

template <class F> void keeps_the_laws() {
  F factory;
  const std::vector<broken_law> broken = find_broken_packet_laws(factory);
  CHECK_MESSAGE(broken.empty(), words(broken));
}

std::vector<std::string> laws_seen_broken;

void breaks_only(const char* law, const std::vector<broken_law>& broken) {
  CHECK_MESSAGE(names_of(broken) == std::vector<std::string>{law}, "expected: " << std::string(law) << words(broken));
  for (const broken_law& one : broken) {
    CHECK(!one.where.empty());
    laws_seen_broken.push_back(one.law);
  }
}
template <class F> void factory_breaks(const char* law) {
  F factory;
  breaks_only(law, find_broken_packet_laws(factory));
}
template <class P> void packet_breaks(const char* law) { factory_breaks<owned_packets<P>>(law); }
template <class L> void pool_breaks(const char* law) {
  breaks_only(law, find_broken_pool_laws([] { return L{}; }, 40));
}

// A span without room, through the archetype: several segments and any room are refused.
class archetype_packets {
 public:
  using packet_type = archetype::packet;
  archetype::packet* make(const packet_form& form) {
    if (form.segments.size() > 1 || form.headroom != 0 || form.tailroom != 0 || !form.writable) return nullptr;
    kept_.emplace_back(new kept{std::vector<octet>(form.content.begin(), form.content.end()), {nullptr, 0}});
    kept& one = *kept_.back();
    std::destroy_at(&one.packet);
    return std::construct_at(&one.packet, one.content.data(), one.content.size());
  }
  void release(archetype::packet* p) {
    kept_.erase(std::find_if(kept_.begin(), kept_.end(), [p](const auto& one) { return &one->packet == p; }));
  }

 private:
  struct kept {
    std::vector<octet> content;
    archetype::packet packet;
  };
  std::vector<std::unique_ptr<kept>> kept_{};
};

}  // namespace

TEST_CASE("packet laws: flat_packet keeps them") { keeps_the_laws<owned_packets<flat_packet>>(); }
TEST_CASE("packet laws: chain_packet keeps them") {
  keeps_the_laws<owned_packets<chain_packet<1>>>();
  keeps_the_laws<owned_packets<chain_packet<2>>>();
  keeps_the_laws<owned_packets<chain_packet<8>>>();
  keeps_the_laws<owned_packets<chain_packet<64>>>();
}
TEST_CASE("packet laws: a foreign struct keeps them through its traits [row 62]") { keeps_the_laws<foreign_mbufs>(); }
TEST_CASE("packet laws: the archetype keeps them") { keeps_the_laws<archetype_packets>(); }

TEST_CASE("packet laws: every broken packet is reported under its law and no other") {
  using namespace packet_law;
  factory_breaks<broken::makes_none>(made);
  packet_breaks<broken::shows_another_octet>(content);
  packet_breaks<broken::miscounts_extend>(length);
  packet_breaks<broken::hides_last_when_const>(const_segments);
  packet_breaks<broken::has_none_when_empty>(first_segment);
  packet_breaks<broken::has_one_more>(segments_max);
  packet_breaks<broken::shares_cursors>(cursors);
  packet_breaks<broken::writable_once_resized>(writable);
  factory_breaks<broken::keeps_its_own_lengths>(own_functions);
  packet_breaks<broken::keeps_all_headroom>(retreat_granted);
  packet_breaks<broken::keeps_all_tailroom>(extend_granted);
  packet_breaks<broken::retreats_in_two_pieces>(retreat_contiguous);
  packet_breaks<broken::extends_in_two_pieces>(extend_contiguous);
  packet_breaks<broken::retreat_touches_content>(retreat_keeps);
  packet_breaks<broken::extend_touches_content>(extend_keeps);
  packet_breaks<broken::refused_retreat_takes_one>(retreat_refused);
  packet_breaks<broken::refused_extend_takes_one>(extend_refused);
  packet_breaks<broken::advance_stops_at_border>(advance);
  packet_breaks<broken::trim_stops_at_border>(trim);
  packet_breaks<broken::advance_takes_one_more>(advance_restores);
  packet_breaks<broken::trim_takes_one_more>(trim_restores);
  packet_breaks<broken::retreats_once>(headroom_again);
  packet_breaks<broken::extends_once>(tailroom_again);
  packet_breaks<broken::extend_spends_headroom>(rooms_apart);
  packet_breaks<broken::moves_to_make_room>(in_place);
  packet_breaks<broken::refuses_nothing>(nothing);
  packet_breaks<broken::loses_octet_to_empty_segment>(empty_segments);
  packet_breaks<broken::remembers_a_used_segment>(any_order);

  std::sort(laws_seen_broken.begin(), laws_seen_broken.end());
  laws_seen_broken.erase(std::unique(laws_seen_broken.begin(), laws_seen_broken.end()), laws_seen_broken.end());
  CHECK(laws_seen_broken.size() == 28);  // as many as packet_law has names
}

TEST_CASE("pool laws: the pools of the toolkit keep them") {
  const auto flat = find_broken_pool_laws([] { return fixed_pool<flat_packet, 16>(128, 256); }, 40);
  CHECK_MESSAGE(flat.empty(), words(flat));
  const auto chain = find_broken_pool_laws([] { return fixed_pool<chain_packet<8>, 16>(128, 256); }, 40);
  CHECK_MESSAGE(chain.empty(), words(chain));
  const auto none = find_broken_pool_laws([] { return fixed_pool<flat_packet, 0>(128, 256); }, 40);
  CHECK_MESSAGE(none.empty(), words(none));
  const auto foreign = find_broken_pool_laws([] { return foreign_mbuf_source(16, 512, 128); }, 40);
  CHECK_MESSAGE(foreign.empty(), words(foreign));
  const auto least = find_broken_pool_laws([] { return archetype::pool(); }, 40);
  CHECK_MESSAGE(least.empty(), words(least));
}

TEST_CASE("pool laws: every broken pool is reported under its law and no other") {
  using namespace pool_law;
  pool_breaks<broken::gives_one_twice>(once);
  pool_breaks<broken::never_says_none>(says_none);
  pool_breaks<broken::keeps_every_fourth>(level);
  pool_breaks<broken::wants_two_back>(after_none);
  pool_breaks<broken::gives_what_came_back>(pool_law::empty);
  pool_breaks<broken::gives_read_only>(pool_law::writable);
  pool_breaks<broken::leaves_room_as_it_is>(as_new);
  pool_breaks<broken::gives_two_of_one>(apart);
}

TEST_CASE("owned_packet: content, room and fill are as asked, and empty() restores the room") {
  const std::vector<octet> content = counted_octets(5);
  owned_packet p(packet_form{.content = content, .headroom = 3, .tailroom = 2, .writable = false, .fill = 0x11});
  CHECK(octets_of(p) == content);
  CHECK(p.headroom() == 3);
  CHECK(p.tailroom() == 2);
  CHECK_FALSE(is_writable(p));
  CHECK(p.data()[-3] == 0x11);
  CHECK(p.data()[6] == 0x11);
  p.advance(4);
  p.empty();
  CHECK(p.length() == 0);
  CHECK(p.headroom() == 3);
  CHECK(p.tailroom() == 7);
  CHECK_FALSE(is_writable(p));
}

TEST_CASE("owned_chain: is cut as asked; headroom stands in front of the first segment and tailroom behind the last") {
  const std::vector<octet> content = counted_octets(9);
  for (const cut& sizes : interesting_cuts(9, 8, 7)) {
    owned_chain<8> p(packet_form{.content = content, .segments = sizes, .headroom = 4, .tailroom = 5});
    CHECK(cut_of(p) == sizes);
    CHECK(octets_of(p) == content);
    CHECK(p.retreat(4));
    CHECK(p.extend(5));
    CHECK(p.length() == 18);
    p.empty();
    CHECK(p.length() == 0);
    CHECK(cut_of(p) == cut(sizes.size(), 0));
  }
}

TEST_CASE("fixed_pool: counts what is given twice or does not belong to it") {
  fixed_pool<flat_packet, 2> pool(8, 8);
  flat_packet* const p = pool.take();
  REQUIRE(p != nullptr);
  CHECK(pool.level() == 1);
  pool.give(p);
  CHECK(pool.level() == 2);
  CHECK(pool.misuses() == 0);
  pool.give(p);
  CHECK(pool.misuses() == 1);
  flat_packet stranger;
  pool.give(&stranger);
  pool.give(nullptr);
  CHECK(pool.misuses() == 3);
  CHECK(pool.level() == 2);
}

TEST_CASE("foreign_mbuf: may not be written while somebody else holds a segment") {
  foreign_mbufs factory;
  const std::vector<octet> content = counted_octets(6);
  foreign_mbuf* const m = factory.make({.content = content, .segments = {2, 2, 2}});
  REQUIRE(m != nullptr);
  CHECK(is_writable(*m));
  m->next->next->refcnt = 2;
  CHECK_FALSE(is_writable(*m));
  factory.release(m);
}

TEST_CASE("foreign_mbuf: a freed packet goes back to its pool, segment by segment") {
  foreign_mbuf_pool* const pool = foreign_mbuf_pool_create(3, 64, 16);
  foreign_mbuf* const first = foreign_mbuf_alloc(pool);
  first->next = foreign_mbuf_alloc(pool);
  first->nb_segs = 2;
  CHECK(pool->level == 1);
  ++first->next->refcnt;
  foreign_mbuf* const held = first->next;
  foreign_mbuf_free(first);
  CHECK(pool->level == 2);
  held->next = nullptr;
  foreign_mbuf_free(held);
  CHECK(pool->level == 3);
  foreign_mbuf_pool_destroy(pool);
}
