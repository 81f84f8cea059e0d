// The out-of-band slots of a buffer list: one word each, which remembers the direction in which it was written.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/buffer/nbl_words.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

/// The slots by their numbers on 64-bit systems (ipsecov2.md 8.6); a slot with two names means one thing each way.
enum class oob_slot : std::uint8_t {
  checksum = 0,
  ipsec = 1,            ///< of version 1 likewise
  large_send = 2,
  receive_no_push = 2,
  classification = 3,
  vlan = 4,             ///< 802.1Q
  cancel_id = 5,
  media = 6,
  protocol_id = 7,
  frame_type = 7,
  hash_value = 8,
  hash_info = 9,
  filtering_platform = 10,
  ipsec_tunnel = 11,
  ipsec_headers = 12,
  correlation = 13,
  filtering = 14,
  media_ex = 15,
  original_interface = 16,
  bytes_transferred = 17,
  switch_reserved = 18,
  switch_detail = 19,
  virtual_subnet = 20,
  intermediate = 21,
  coalesced = 22,
  timestamp_delta = 23,
  flow_table = 24,
  flow_entry = 25,
};
inline constexpr std::size_t oob_slot_count = 26;

/// Who wrote a word, and so which of a slot's types it has.
enum class oob_direction : std::uint8_t {
  none,       ///< nobody: no information
  send,       ///< the host, on the way out
  receive,    ///< the NIC, on the way in
  completed,  ///< the NIC, when it completed what was sent
};

/// A slot's word and who wrote it.
struct oob_entry {
  oob_word word = 0;
  oob_direction direction = oob_direction::none;
  friend constexpr bool operator==(const oob_entry&, const oob_entry&) noexcept = default;
};

namespace detail {
template <oob_slot Slot, oob_direction Direction> struct oob_place_at {
  static constexpr oob_slot slot = Slot;
  static constexpr oob_direction direction = Direction;
};
}  // namespace detail

/// Where a word of this type stands and which way it goes. Specialise it for words of slots that have no type here.
template <class Word> struct oob_place;
template <> struct oob_place<send_checksum> : detail::oob_place_at<oob_slot::checksum, oob_direction::send> {};
template <> struct oob_place<receive_checksum> : detail::oob_place_at<oob_slot::checksum, oob_direction::receive> {};
template <> struct oob_place<send_ipsec> : detail::oob_place_at<oob_slot::ipsec, oob_direction::send> {};
template <> struct oob_place<receive_ipsec> : detail::oob_place_at<oob_slot::ipsec, oob_direction::receive> {};
template <> struct oob_place<send_large> : detail::oob_place_at<oob_slot::large_send, oob_direction::send> {};
template <> struct oob_place<completed_large> : detail::oob_place_at<oob_slot::large_send, oob_direction::completed> {};
template <> struct oob_place<send_tunnel> : detail::oob_place_at<oob_slot::ipsec_tunnel, oob_direction::send> {};
template <> struct oob_place<send_headers> : detail::oob_place_at<oob_slot::ipsec_headers, oob_direction::send> {};
template <> struct oob_place<receive_headers> : detail::oob_place_at<oob_slot::ipsec_headers, oob_direction::receive> {};

/// A type of word that has a place in the slots.
template <class Word>
concept OobWord = std::copyable<Word> && std::default_initializable<Word> && requires(const Word& word, oob_word packed) {
  { oob_place<Word>::slot } -> std::convertible_to<oob_slot>;
  { oob_place<Word>::direction } -> std::convertible_to<oob_direction>;
  { word.pack() } noexcept -> std::same_as<oob_word>;
  { Word::unpack(packed) } noexcept -> std::same_as<Word>;
};

/// The entry that says `word`.
template <OobWord Word> [[nodiscard]] constexpr oob_entry entry_of(const Word& word) noexcept { return {word.pack(), oob_place<Word>::direction}; }

/// What an entry says as a `Word`; "no information" (a `Word{}`) when it was written as another, so that no handle that went
/// out is ever read as the bits of what came in.
template <OobWord Word> [[nodiscard]] constexpr Word word_of(const oob_entry& entry) noexcept {
  return entry.direction == oob_place<Word>::direction ? Word::unpack(entry.word) : Word{};
}

/// The slots of one list.
///   Cost     O(1), no allocation
///   Threads  whoever owns the list
class oob_slots {
 public:
  [[nodiscard]] constexpr oob_entry entry(oob_slot slot) const noexcept { return {words_[at(slot)], directions_[at(slot)]}; }
  constexpr void put(oob_slot slot, oob_entry entry) noexcept {
    words_[at(slot)] = entry.word;
    directions_[at(slot)] = entry.direction;
  }
  template <OobWord Word> [[nodiscard]] constexpr Word get() const noexcept { return word_of<Word>(entry(oob_place<Word>::slot)); }
  template <OobWord Word> constexpr void set(const Word& word) noexcept { put(oob_place<Word>::slot, entry_of(word)); }
  constexpr void clear(oob_slot slot) noexcept { put(slot, {}); }

 private:
  // What IPsec reads and writes of every packet stands together in front.
  static constexpr std::uint8_t place[oob_slot_count] = {2, 0, 3, 7, 5, 6, 8, 9, 10, 11, 12, 4, 1, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25};
  static constexpr std::size_t at(oob_slot slot) noexcept { return place[static_cast<std::size_t>(slot)]; }

  oob_direction directions_[oob_slot_count]{};
  oob_word words_[oob_slot_count]{};
};

}  // namespace v0
}  // namespace esplanade
