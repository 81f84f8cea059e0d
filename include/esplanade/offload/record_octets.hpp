// Records of octets, as requests carry them: little-endian, with an object header, for 32-bit and 64-bit hosts. Every read and
// write is bounded.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/base/result.hpp>

namespace esplanade {
inline namespace v0 {

/// Whose records: pointers and handles of 4 or 8 octets, and the offsets that follow from them.
enum class record_layout : std::uint8_t { of_32_bits = 4, of_64_bits = 8 };
/// That of records which this host wrote itself.
inline constexpr record_layout native_layout = sizeof(void*) == 8 ? record_layout::of_64_bits : record_layout::of_32_bits;

/// The first four octets of every versioned record (ipsecov2.md 2.0).
struct object_header {
  static constexpr std::size_t octets = 4;
  std::uint8_t type = 0;
  std::uint8_t revision = 0;
  std::uint16_t size = 0;  ///< through the last field of the revision
  friend constexpr bool operator==(const object_header&, const object_header&) noexcept = default;
};

/// What the header of one kind of record must say.
///   Units    octets
struct record_shape {
  std::uint8_t type = 0;
  std::span<const std::uint16_t> sizes{};  ///< the least size of revision 1, of revision 2 …
};

namespace detail {
constexpr std::uint64_t load_le(const octet* at, std::size_t count) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | at[i];
  return value;
}
constexpr void store_le(octet* at, std::size_t count, std::uint64_t value) noexcept {
  for (std::size_t i = 0; i < count; ++i, value >>= 8) at[i] = static_cast<octet>(value);
}
}  // namespace detail

/// Reads fields of a record by their offset.
///   Errors   a field that is not wholly inside the record reads as 0 or as no octets, and `complete()` is false from then on
class record_reader {
 public:
  /// Over a record without an object header, or one whose header was read already.
  constexpr record_reader(const_octets record, record_layout layout) noexcept : record_(record), layout_(layout) {}

  /// A reader of the record in `given`, bounded by the size that its header says and never beyond `given`, when that header is one of `shape`. No other field is read (F4).
  /// A higher revision than `shape` knows is read as the highest it does know.
  [[nodiscard]] static constexpr result<record_reader> open(const_octets given, record_layout layout, const record_shape& shape) noexcept {
    if (given.size() < object_header::octets) return fault{fault_kind::too_short, "header", "the buffer ends inside the object header", "4 octets or more"};
    const object_header said{given[0], given[1], static_cast<std::uint16_t>(detail::load_le(&given[2], 2))};
    if (said.type != shape.type) return fault{fault_kind::invalid_value, "header.type", "another kind of object", "the type of this record"};
    if (said.revision == 0) return fault{fault_kind::invalid_value, "header.revision", "there is no revision 0", "1 or more"};
    const std::size_t known = said.revision < shape.sizes.size() ? said.revision : shape.sizes.size();
    if (said.size < shape.sizes[known - 1]) return fault{fault_kind::too_short, "header.size", "less than this revision has", "the size through its last field, or more"};
    if (given.size() < said.size) return fault{fault_kind::too_short, "size", "the buffer ends before the record", "a buffer of header.size octets or more"};
    record_reader made{given.first(said.size), layout};
    made.revision_ = static_cast<std::uint8_t>(known);
    made.said_ = said;
    return made;
  }

  /// The revision to read it as; 0 when it was not opened by its header.
  [[nodiscard]] constexpr std::uint8_t revision() const noexcept { return revision_; }
  /// As it stands there, revisions that are not known included; zeros when it was not opened by it.
  [[nodiscard]] constexpr const object_header& header() const noexcept { return said_; }
  [[nodiscard]] constexpr record_layout layout() const noexcept { return layout_; }
  /// Octets of the record, by its header when it was opened by it.
  [[nodiscard]] constexpr std::size_t size() const noexcept { return record_.size(); }
  /// Whether everything that was read was there.
  [[nodiscard]] constexpr bool complete() const noexcept { return complete_; }
  /// Of two offsets the one of this layout.
  [[nodiscard]] constexpr std::size_t pick(std::size_t at_64, std::size_t at_32) const noexcept { return layout_ == record_layout::of_64_bits ? at_64 : at_32; }

  /// The number of that many bits at an offset, little-endian; 0 when it is not all inside.
  [[nodiscard]] constexpr std::uint8_t u8(std::size_t at) noexcept { return static_cast<std::uint8_t>(number(at, 1)); }
  [[nodiscard]] constexpr std::uint16_t u16(std::size_t at) noexcept { return static_cast<std::uint16_t>(number(at, 2)); }
  [[nodiscard]] constexpr std::uint32_t u32(std::size_t at) noexcept { return static_cast<std::uint32_t>(number(at, 4)); }
  /// A pointer or handle: 4 octets or 8, by the layout.
  [[nodiscard]] constexpr std::uint64_t word(std::size_t at) noexcept { return number(at, static_cast<std::size_t>(layout_)); }
  /// `count` octets as they stand, e.g. an address or a key; none when they are not all inside.
  [[nodiscard]] constexpr const_octets bytes(std::size_t at, std::size_t count) noexcept {
    if (at > record_.size() || count > record_.size() - at) {
      complete_ = false;
      return {};
    }
    return record_.subspan(at, count);
  }

 private:
  [[nodiscard]] constexpr std::uint64_t number(std::size_t at, std::size_t count) noexcept {
    const const_octets field = bytes(at, count);
    return field.empty() ? 0 : detail::load_le(field.data(), count);
  }

  const_octets record_;
  record_layout layout_;
  bool complete_ = true;
  std::uint8_t revision_ = 0;
  object_header said_{};
};

/// Writes fields of a record by their offset, into memory of the caller.
///   Errors   a field that is not wholly inside the memory is not written, and `complete()` is false from then on
class record_writer {
 public:
  /// Over memory of the caller; nothing is written yet.
  constexpr record_writer(octets record, record_layout layout) noexcept : record_(record), layout_(layout) {}

  [[nodiscard]] constexpr record_layout layout() const noexcept { return layout_; }
  /// Whether everything that was to be written found its place.
  [[nodiscard]] constexpr bool complete() const noexcept { return complete_; }
  /// Of two offsets the one of this layout.
  [[nodiscard]] constexpr std::size_t pick(std::size_t at_64, std::size_t at_32) const noexcept { return layout_ == record_layout::of_64_bits ? at_64 : at_32; }

  /// Zero octets, so that nothing of what stood there remains in padding and reserved fields.
  constexpr void clear(std::size_t at, std::size_t count) noexcept {
    if (fits(at, count))
      for (std::size_t i = 0; i < count; ++i) record_[at + i] = 0;
  }
  /// The first four octets.
  constexpr void header(const object_header& h) noexcept { u8(0, h.type), u8(1, h.revision), u16(2, h.size); }
  /// A number at an offset, little-endian.
  constexpr void u8(std::size_t at, std::uint8_t value) noexcept { number(at, 1, value); }
  constexpr void u16(std::size_t at, std::uint16_t value) noexcept { number(at, 2, value); }
  constexpr void u32(std::size_t at, std::uint32_t value) noexcept { number(at, 4, value); }
  /// A pointer or handle; one that 4 octets cannot hold does not fit a 32-bit record.
  constexpr void word(std::size_t at, std::uint64_t value) noexcept {
    if (layout_ == record_layout::of_32_bits && value > 0xffffffffu) complete_ = false;
    else number(at, static_cast<std::size_t>(layout_), value);
  }
  /// Octets as they stand; all of them or none.
  constexpr void bytes(std::size_t at, const_octets from) noexcept {
    if (fits(at, from.size()))
      for (std::size_t i = 0; i < from.size(); ++i) record_[at + i] = from[i];
  }

 private:
  [[nodiscard]] constexpr bool fits(std::size_t at, std::size_t count) noexcept {
    const bool inside = at <= record_.size() && count <= record_.size() - at;
    complete_ = complete_ && inside;
    return inside;
  }
  constexpr void number(std::size_t at, std::size_t count, std::uint64_t value) noexcept {
    if (fits(at, count)) detail::store_le(record_.data() + at, count, value);
  }

  octets record_;
  record_layout layout_;
  bool complete_ = true;
};

}  // namespace v0
}  // namespace esplanade
