#include <doctest/doctest.h>

#include <esplanade/buffer/nbl_slots.hpp>

using namespace esplanade;

namespace {
struct nobodys_word {};
static_assert(OobWord<send_checksum> && OobWord<receive_ipsec> && OobWord<completed_large> && !OobWord<nobodys_word>);

/// Each word in its slot, and nothing of it in any other direction or slot.
template <class Word> void stands_alone(const Word& word) {
  oob_slots slots;
  slots.set(word);
  for (std::size_t i = 0; i < oob_slot_count; ++i) {
    const oob_entry entry = slots.entry(static_cast<oob_slot>(i));
    CHECK(entry == (static_cast<oob_slot>(i) == oob_place<Word>::slot ? entry_of(word) : oob_entry{}));
  }
  CHECK(slots.get<Word>().pack() == word.pack());
  for (const oob_direction other : {oob_direction::none, oob_direction::send, oob_direction::receive, oob_direction::completed}) {
    slots.put(oob_place<Word>::slot, {word.pack(), other});
    CHECK((slots.get<Word>().pack() == word.pack()) == (other == oob_place<Word>::direction));
  }
  slots.clear(oob_place<Word>::slot);
  CHECK(slots.get<Word>().pack() == Word{}.pack());
}
}  // namespace

TEST_CASE("nbl_slots: each word stands in its slot alone, and is read in the direction in which it was written alone") {
  stands_alone(send_ipsec{.handle = 0x10003});
  stands_alone(receive_ipsec{.done = true, .status = crypto_status::tunnel_esp_failed});
  stands_alone(send_tunnel{.handle = 0x20005});
  stands_alone(send_headers{.next_header = 6, .pad_length = 2, .ah_offset = 0, .esp_offset = 20});
  stands_alone(receive_headers{17, 3, true});
}

TEST_CASE("nbl_slots: what went out in a slot of two names is no information on the way in, bit for bit") {
  oob_slots slots;
  for (std::uintptr_t bit = 1; bit != 0; bit <<= 1) {
    slots.set(send_ipsec{.handle = bit});
    CHECK(slots.get<receive_ipsec>() == receive_ipsec{});
    CHECK(slots.get<send_ipsec>().handle == bit);
  }
}
