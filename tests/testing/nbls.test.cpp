#include <algorithm>
#include <list>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/testing/broken/nbls.hpp>
#include <esplanade/testing/foreign_nbl.hpp>
#include <esplanade/testing/nbl_archetypes.hpp>
#include <esplanade/testing/packet_laws.hpp>

using namespace esplanade;
using namespace esplanade::testing;

namespace {
std::string words(const std::vector<broken_law>& broken) {
  std::string all;
  for (const broken_law& one : broken) all += "\n  " + one.law + " — " + one.where;
  return all;
}
template <class F> void keeps_the_laws(F factory = F{}) {
  const std::vector<broken_law> broken = find_broken_nbl_laws(factory);
  CHECK_MESSAGE(broken.empty(), words(broken));
}

std::vector<std::string> laws_seen_broken;
template <class F> void factory_breaks(const char* law) {
  F factory;
  const std::vector<broken_law> broken = find_broken_nbl_laws(factory);
  CHECK_MESSAGE(names_of(broken) == std::vector<std::string>{law}, "expected: " << std::string(law) << words(broken));
  for (const broken_law& one : broken) laws_seen_broken.push_back(one.law);
}
template <broken::nbl_fault Fault> void list_breaks(const char* law) { factory_breaks<owned_lists<broken::faulty_list<Fault>>>(law); }

// An archetype over octets of its own.
template <class List = archetype::net_buffer_list> class archetype_lists {
 public:
  using list_type = List;
  List* make(std::span<const packet_form> frames) {
    archetype::net_buffer* first = nullptr;
    for (std::size_t i = frames.size(); i != 0; --i) {
      content_.emplace_back(frames[i - 1].content.begin(), frames[i - 1].content.end());
      buffers_.emplace_back(content_.back().data(), content_.back().size());
      buffers_.back().follow(first);
      first = &buffers_.back();
    }
    return &lists_.emplace_back(first);
  }
  void release(List*) noexcept {}

 private:
  std::list<std::vector<octet>> content_{};
  std::list<archetype::net_buffer> buffers_{};
  std::list<List> lists_{};
};

// One member less than the archetype, or one promise less: no longer a model.
struct list_without_next : archetype::net_buffer_list { void next() = delete; };
struct list_whose_next_is_another_type : archetype::net_buffer_list {};
struct list_without_buffers : archetype::net_buffer_list { void first_buffer() = delete; };
struct list_whose_put_throws : archetype::net_buffer_list { void put(oob_slot, oob_entry); };
struct list_whose_flags_answer_nothing : archetype::net_buffer_list { void set_flags(nbl_flags) noexcept; };
static_assert(!NetBufferList<list_without_next>);
static_assert(!NetBufferList<list_whose_next_is_another_type>);  // what is behind it would be the archetype
static_assert(!NetBufferList<list_without_buffers>);
static_assert(!NetBufferList<list_whose_put_throws>);
static_assert(!NetBufferList<list_whose_flags_answer_nothing>);
static_assert(!NetBufferList<int> && !NetBufferList<archetype::packet>);

// Optional, of the list's traits or a member of its net buffers.
struct frame_never_mapped : archetype::net_buffer {
  using archetype::net_buffer::net_buffer;
  bool mapped() const noexcept { return false; }
  frame_never_mapped* next() noexcept { return nullptr; }
};
struct list_never_mapped : archetype::net_buffer_list {
  using net_buffer_type = frame_never_mapped;
  list_never_mapped* next() const noexcept { return nullptr; }
  void link(list_never_mapped*) noexcept {}
  frame_never_mapped* first_buffer() noexcept { return nullptr; }
};
}  // namespace

TEST_CASE("nbl_traits: net buffers are mapped, unless the type says otherwise") {
  archetype::net_buffer usual(nullptr, 0);
  CHECK(is_mapped<archetype::net_buffer_list>(usual));
  frame_never_mapped never(nullptr, 0);
  CHECK_FALSE(is_mapped<list_never_mapped>(never));
}

TEST_CASE("nbl laws: net_buffer_list keeps them") {
  keeps_the_laws(owned_lists<>());
  keeps_the_laws(owned_lists<>(4));
}
TEST_CASE("nbl laws: a foreign list keeps them through its traits, and its frames those of packets") {
  keeps_the_laws(foreign_lists());
  foreign_frames frames;
  const std::vector<broken_law> broken = find_broken_packet_laws(frames);
  CHECK_MESSAGE(broken.empty(), words(broken));
}
TEST_CASE("nbl laws: the archetype keeps them") {
  keeps_the_laws(archetype_lists<>());
  keeps_the_laws(archetype_lists<archetype::owned_buffer_list>());
}

TEST_CASE("nbl laws: every broken list is reported under its law and no other") {
  using namespace nbl_law;
  using enum broken::nbl_fault;
  keeps_the_laws(owned_lists<broken::faulty_list<none>>());
  factory_breaks<broken::makes_no_list>(made);
  list_breaks<reversed_frames>(frames);
  list_breaks<links_elsewhere>(linked);
  list_breaks<takes_frames_along>(frames_stay);
  list_breaks<old_words>(new_slots);
  list_breaks<short_words>(nbl_law::words);
  list_breaks<forgets_who>(directions);
  list_breaks<shares_slots>(slots_apart);
  list_breaks<loses_flags>(flags);
  list_breaks<believes_flags>(exclusions);
  list_breaks<writable_when_received>(read_only);
  list_breaks<rounds_status>(status);
  list_breaks<old_scratch>(new_scratch);
  list_breaks<scratch_in_status>(scratch);
  list_breaks<forgets_owner>(ownership);
  list_breaks<shares_status>(lists_apart);

  std::sort(laws_seen_broken.begin(), laws_seen_broken.end());
  laws_seen_broken.erase(std::unique(laws_seen_broken.begin(), laws_seen_broken.end()), laws_seen_broken.end());
  CHECK(laws_seen_broken.size() == 16);  // as many as nbl_law has names
}

TEST_CASE("foreign_nbl: its words are typed by direction like ours") {
  foreign_lists factory;
  foreign_list* const l = factory.make({});
  set_oob(*l, send_ipsec{.handle = 0x10003});
  CHECK(l->words[1] == 0x10003);
  CHECK(get_oob<send_ipsec>(*l).handle == 0x10003);
  CHECK(get_oob<receive_ipsec>(*l) == receive_ipsec{});
  receive_oob(*l).set(receive_headers{.next_header = 4, .set = true});
  CHECK(receive_oob(*l).get<receive_headers>().next_header == 4);
  factory.release(l);
}
