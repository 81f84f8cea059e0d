#include <doctest/doctest.h>

#include <esplanade/buffer/access.hpp>
#include <esplanade/buffer/batch.hpp>
#include <esplanade/testing/archetypes.hpp>

using namespace esplanade;
namespace archetype = esplanade::testing::archetype;

namespace {

// One member less than the archetype, or one promise less: no longer a model.

struct packet_without_first : archetype::packet { void first() = delete; };
struct packet_without_length : archetype::packet { void length() = delete; };
struct packet_without_retreat : archetype::packet { void retreat(std::size_t) = delete; };
struct packet_without_advance : archetype::packet { void advance(std::size_t) = delete; };
struct packet_without_extend : archetype::packet { void extend(std::size_t) = delete; };
struct packet_without_trim : archetype::packet { void trim(std::size_t) = delete; };
static_assert(!Packet<packet_without_first>);
static_assert(!Packet<packet_without_length>);
static_assert(!Packet<packet_without_retreat>);
static_assert(!Packet<packet_without_advance>);
static_assert(!Packet<packet_without_extend>);
static_assert(!Packet<packet_without_trim>);

struct packet_without_const_first : archetype::packet { archetype::cursor<octet> first() noexcept { return archetype::packet::first(); } };
struct packet_with_const_octets : archetype::packet { archetype::cursor<const octet> first() const noexcept { return archetype::packet::first(); } };
struct packet_whose_first_throws : archetype::packet { archetype::cursor<octet> first(); archetype::cursor<const octet> first() const; };
struct packet_whose_length_throws : archetype::packet { std::size_t length() const; };
struct packet_whose_retreat_throws : archetype::packet { bool retreat(std::size_t); };
struct packet_whose_advance_throws : archetype::packet { void advance(std::size_t); };
struct packet_whose_extend_throws : archetype::packet { bool extend(std::size_t); };
struct packet_whose_trim_throws : archetype::packet { void trim(std::size_t); };
struct packet_whose_retreat_says_nothing : archetype::packet { void retreat(std::size_t) noexcept; };
struct packet_whose_extend_says_nothing : archetype::packet { void extend(std::size_t) noexcept; };
static_assert(!Packet<packet_without_const_first>);
static_assert(!Packet<packet_with_const_octets>);
static_assert(!Packet<packet_whose_first_throws>);
static_assert(!Packet<packet_whose_length_throws>);
static_assert(!Packet<packet_whose_retreat_throws>);
static_assert(!Packet<packet_whose_advance_throws>);
static_assert(!Packet<packet_whose_extend_throws>);
static_assert(!Packet<packet_whose_trim_throws>);
static_assert(!Packet<packet_whose_retreat_says_nothing>);
static_assert(!Packet<packet_whose_extend_says_nothing>);

// `writable` is optional; but in a form that cannot be asked it would be taken for absent.
struct packet_with_writable : archetype::packet { bool writable() const noexcept { return false; } };
struct packet_with_writable_number : archetype::packet { int writable() const noexcept { return 0; } };
struct packet_whose_writable_throws : archetype::packet { bool writable() const; };
struct packet_whose_writable_is_not_const : archetype::packet { bool writable() noexcept; };
struct packet_whose_writable_is_no_answer : archetype::packet { void writable() const noexcept; };
static_assert(Packet<packet_with_writable>);
static_assert(Packet<packet_with_writable_number>);
static_assert(!Packet<packet_whose_writable_throws>);
static_assert(!Packet<packet_whose_writable_is_not_const>);
static_assert(!Packet<packet_whose_writable_is_no_answer>);

struct packet_of_one_segment : archetype::packet {
  using archetype::packet::packet;
  static constexpr int segments_max = 1;
};
static_assert(segments_max_of<archetype::packet> == 8);
static_assert(!ContiguousPacket<archetype::packet>);
static_assert(ContiguousPacket<packet_of_one_segment>);

using sound_cursor = archetype::cursor<octet>;
struct cursor_without_octets : sound_cursor { void operator*() const = delete; };
struct cursor_without_step : sound_cursor { void operator++() = delete; };
struct cursor_without_end : sound_cursor { explicit operator bool() const = delete; };
struct cursor_of_numbers : sound_cursor { int operator*() const noexcept; };
struct cursor_that_throws : sound_cursor { archetype::piece<octet> operator*() const; };
struct cursor_that_cannot_be_copied : sound_cursor {
  cursor_that_cannot_be_copied(const cursor_that_cannot_be_copied&) = delete;
  cursor_that_cannot_be_copied& operator=(const cursor_that_cannot_be_copied&) = delete;
};
static_assert(SegmentCursor<sound_cursor>);
static_assert(!SegmentCursor<cursor_without_octets>);
static_assert(!SegmentCursor<cursor_without_step>);
static_assert(!SegmentCursor<cursor_without_end>);
static_assert(!SegmentCursor<cursor_of_numbers>);
static_assert(!SegmentCursor<cursor_that_throws>);
static_assert(!SegmentCursor<cursor_that_cannot_be_copied>);

struct pool_without_take : archetype::pool { void take() = delete; };
struct pool_without_give : archetype::pool { void give(archetype::packet*) = delete; };
struct pool_whose_take_throws : archetype::pool { archetype::packet* take(); };
struct pool_whose_give_throws : archetype::pool { void give(archetype::packet*); };
struct pool_of_others : archetype::pool { int* take() noexcept; };
static_assert(PacketPool<archetype::pool, archetype::packet>);
static_assert(!PacketPool<pool_without_take, archetype::packet>);
static_assert(!PacketPool<pool_without_give, archetype::packet>);
static_assert(!PacketPool<pool_whose_take_throws, archetype::packet>);
static_assert(!PacketPool<pool_whose_give_throws, archetype::packet>);
static_assert(!PacketPool<pool_of_others, archetype::packet>);
static_assert(!PacketPool<no_pool, archetype::packet>);

struct reader_without_call : archetype::octet_reader { void operator()(std::size_t, std::size_t) = delete; };
struct reader_that_throws : archetype::octet_reader { const octet* operator()(std::size_t, std::size_t); };
struct reader_that_lets_write : archetype::octet_reader { octet* operator()(std::size_t, std::size_t) noexcept; };
static_assert(OctetReader<archetype::octet_reader>);
static_assert(!OctetReader<reader_without_call>);
static_assert(!OctetReader<reader_that_throws>);
static_assert(!OctetReader<reader_that_lets_write>);

// Everything that the room offers for a packet, so that it compiles with the least one.
template <class P> void use_all(P& p, octet* content) {
  octet scratch[40]{};
  copy_out(p, 1, scratch, 3);
  CHECK(scratch[0] == content[1]);
  CHECK(scratch[2] == content[3]);
  scratch[0] = 0xee;
  copy_in(p, 2, scratch, 1);
  CHECK(content[2] == 0xee);
  CHECK(peek(p, 1, 2, scratch) == content + 1);
  segment list[2];
  CHECK(list_segments(p, 1, 4, list, 2) == 1);
  CHECK(list[0].data == content + 1);
  CHECK(list[0].size == 4);
  move_to_front(p, 2, 1);
  CHECK(content[0] == 0xee);
  move_from_front(p, 3, 1);
  CHECK(content[3] == 0xee);
  packet_reader<P> reader(p);
  CHECK(reader(5, 1) == content + 5);
  CHECK(reader(5, 2) == nullptr);
  CHECK(walk_ip(reader, 6).status == verdict::runt);
  CHECK(is_writable(p));
}

}  // namespace

TEST_CASE("archetype: access to packets asks for no more than the concept promises") {
  octet content[6] = {1, 2, 3, 4, 5, 6};
  archetype::packet p(content, 6);
  use_all(p, content);
  octet others[6] = {1, 2, 3, 4, 5, 6};
  packet_of_one_segment flat(others, 6);
  use_all(flat, others);
}

TEST_CASE("archetype: a batch asks for no more of its packets than the concept promises") {
  octet content[2] = {1, 2};
  archetype::packet a(content, 1), b(content + 1, 1);
  archetype::packet* packets[] = {&a, &b};
  verdict verdicts[] = {verdict::no_sa, verdict::forwarded};
  batch_view<archetype::packet> batch{packets, verdicts};
  CHECK(partition_survivors<archetype::packet>(batch.packets, batch.verdicts) == 1);
  CHECK(packets[0] == &b);
}

TEST_CASE("archetype: a header walk asks for no more of its reader than the concept promises") {
  archetype::octet_reader reader;
  CHECK(walk_ip(reader, 40).status == verdict::runt);
}

TEST_CASE("packet: what its type says about writing is believed") {
  octet content[1] = {0};
  const archetype::packet silent(content, 1);
  CHECK(is_writable(silent));
  struct locked : archetype::packet {
    using archetype::packet::packet;
    bool writable() const noexcept { return false; }
  };
  const locked p(content, 1);
  CHECK_FALSE(is_writable(p));
}
