// The ESP trailer (RFC 4303 2.4 to 2.6), both directions.
//
//   write_trailer    | payload |                        →  | payload | 1 2 3 … | pad length | next header | room for the ICV |
//   remove_trailer   | payload | pad | length | nh | ICV |  →  | payload |
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/transform/context.hpp>
#include <esplanade/transform/policies.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
// RFC 4303 2.4: "The first padding byte appended to the plaintext is numbered 1, with subsequent padding bytes making up a
// monotonically increasing sequence: 1, 2, 3, ..."
struct padding_octets {
  octet value[esp_pad_max]{};
  constexpr padding_octets() noexcept {
    for (std::size_t i = 0; i < esp_pad_max; ++i) value[i] = static_cast<octet>(i + 1);
  }
};
inline constexpr padding_octets padding_sequence{};

// The same for up to six octets, as they stand before pad length and next header in a word that was loaded from the wire.
struct short_padding {
  struct {
    std::uint64_t mask, value;
  } of[7]{};
  constexpr short_padding() noexcept {
    for (unsigned n = 1; n <= 6; ++n) {
      of[n].mask = (std::uint64_t{1} << 8 * n) - 1;
      for (unsigned i = 1; i <= n; ++i) of[n].value = of[n].value << 8 | i;
      of[n] = {of[n].mask << 16, of[n].value << 16};
    }
  }
};
inline constexpr short_padding short_paddings{};
}  // namespace detail

/// Appends padding, pad length and next header, and room for the ICV.
///   Errors   no_room (nothing changed); not_writable
struct write_trailer_stage final : detail::transform_stage {
  static constexpr const char* name = "write_trailer";
  static constexpr const char* because = "padding and next header are part of the text (RFC 4303 2.4)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::trailer_written;
  static constexpr fact excludes = fact::trailer_written | fact::sealed;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    if (is_ah<typename Context::profile>(c.sa(i).core())) return verdict::forwarded;
    auto& s = c.state[i];
    auto& p = c.packet(i);
    if (!is_writable(p)) return verdict::not_writable;
    const std::size_t icv = icv_octets<typename Context::profile>(c.sa(i).core());
    const std::size_t padding = s.trailer - esp_trailer_octets - icv;
    if (!detail::extend_by(p, s.trailer)) return verdict::no_room;
    if constexpr (ContiguousPacket<typename Context::packet_type>) {
      octet* tail = (*packet_traits<typename Context::packet_type>::first(p)).data() + s.length;
      if (padding <= 16 && s.trailer >= 16) std::memcpy(tail, detail::padding_sequence.value, 16);  // one store; the ICV overwrites the rest
      else std::memcpy(tail, detail::padding_sequence.value, padding);
      tail[padding] = static_cast<octet>(padding);
      tail[padding + 1] = s.next_header;
    } else {
      const octet ends[2] = {static_cast<octet>(padding), s.next_header};
      copy_in(p, s.length, detail::padding_sequence.value, padding);
      copy_in(p, s.length + padding, ends, 2);
    }
    s.length += s.trailer;
    return verdict::forwarded;
  }
};
inline constexpr write_trailer_stage write_trailer{};

/// Verifies padding by the profile's policy and removes it with trailer and ICV.
///   Errors   bad_padding (longer than the text, or not 1, 2, 3 … where the policy verifies); dummy (next header 59)
///   Cost     the pad octets are looked at only after the ICV matched: an attacker without the key learns nothing from them
struct remove_trailer_stage final : detail::transform_stage {
  static constexpr const char* name = "remove_trailer";
  static constexpr const char* because = "padding is verified, then gone (RFC 4303 2.4)";
  static constexpr fact needs = fact::sa_selected | fact::authenticated;
  static constexpr fact gives = fact::trailer_removed;
  static constexpr fact excludes = fact::trailer_removed;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    if (is_ah<typename Context::profile>(c.sa(i).core())) return verdict::forwarded;
    using config = typename Context::profile;
    auto& s = c.state[i];
    auto& p = c.packet(i);
    const auto& sa = c.sa(i).core();
    const std::size_t icv = icv_octets<config>(sa);
    const std::size_t head = s.esp_at + esp_header_octets + iv_octets<config>(sa);
    const std::size_t end = s.length - icv;  // of the text; esp_open made sure that it holds a trailer
    octet scratch[esp_pad_max];
    // The last eight octets: ESP header and text have more. Padding is in them, unless somebody writes more than the least.
    const std::uint64_t last = load_be64(peek(p, end - 8, 8, scratch));
    const std::size_t padding = last >> 8 & 0xff;
    const octet next_header = static_cast<octet>(last & 0xff);
    if (padding + esp_trailer_octets > end - head) return verdict::bad_padding;
    if constexpr (padding_of<config>::verifies) {
      if (padding <= 6) [[likely]] {
        const auto& least = detail::short_paddings.of[padding];
        if ((last & least.mask) != least.value) return verdict::bad_padding;
      } else {
        const octet* pad = peek(p, end - esp_trailer_octets - padding, padding, scratch);
        if (std::memcmp(pad, detail::padding_sequence.value, padding) != 0) return verdict::bad_padding;
      }
    }
    if (next_header == protocol_number::none) return verdict::dummy;
    const std::size_t removed = padding + esp_trailer_octets + icv;
    packet_traits<typename Context::packet_type>::trim(p, removed);
    s.length -= static_cast<std::uint32_t>(removed);
    s.next_header = next_header;
    return verdict::forwarded;
  }
};
inline constexpr remove_trailer_stage remove_trailer{};

}  // namespace v0
}  // namespace esplanade
