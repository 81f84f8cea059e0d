// Send: ESP in place. The host has framed everything; the NIC fills what only the key makes.
//
//   BEFORE   | … IP hdr … | SPI | seq | room | payload | padding, length, next | room |
//   AFTER    | … IP hdr … | SPI | seq |  IV  |          ciphertext             | ICV  |
#pragma once

#include <esplanade/offload/send_ip.hpp>
#include <esplanade/offload/send_policies.hpp>
#include <esplanade/transform/esp_crypto.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// Encrypts and authenticates; the number stands in the frame, the half above it is the one the send was accepted with. Packets
/// without ESP pass unchanged.
///   Errors   no_sa: the SPI at the offset is not the element's (F70); runt, bad_alignment, bad_padding: the frame and slot 12
///            contradict themselves or each other (U-12); sequence_exhausted: the low word began anew without UPDATE_SA (U-20);
///            too_many_segments; crypto_failed (the packet must not leave)
///   Source   ipsecov2.md 4.1; RFC 4303 3.3.2
struct fill_esp_stage final : detail::sealing_stage<detail::device_stage> {
  static constexpr const char* name = "fill_esp";
  static constexpr const char* because = "encrypts and authenticates in place what the host has framed (RFC 4303 3.3.2)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::device_sealed;
  static constexpr fact excludes = fact::device_sealed | fact::device_ah_sealed;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    auto& p = c.packet(i);
    if (s.esp_at == 0) return verdict::forwarded;
    s.element = &s.bundle->esp;
    const auto& sa = s.element->core();
    const std::size_t iv = iv_octets<config>(sa), icv = icv_octets<config>(sa);
    const std::size_t head = esp_header_octets + iv, at = s.base + std::size_t{s.esp_at}, end = s.base + std::size_t{s.length} - icv;
    if (s.length < s.esp_at + head + esp_trailer_octets + icv) return verdict::runt;
    const std::size_t text = end - at - head;
    if ((text & (alignment_octets<config>(sa) - 1)) != 0) return verdict::bad_alignment;
    octet last[esp_trailer_octets];
    octet* const tail = detail::together(p, end - esp_trailer_octets, esp_trailer_octets + icv);
    if (tail == nullptr) copy_out(p, end - esp_trailer_octets, last, esp_trailer_octets);
    const octet* const trailer = tail != nullptr ? tail : last;
    if (trailer[0] + esp_trailer_octets > text) return verdict::bad_padding;
    if constexpr (trailer_of<config>::compares) {  // of an outer portion slot 12 says nothing
      if (s.headers.esp_offset != 0 && (trailer[0] != s.headers.pad_length || trailer[1] != s.headers.next_header)) return verdict::bad_padding;
    }

    octet straddling[esp_header_octets + iv_max];
    octet* const side = c.aad.of(i, straddling);
    octet* const there = detail::together(p, at, head);
    octet* const esp = there != nullptr ? there : side;
    if (there == nullptr) copy_out(p, at, side, head);
    const std::uint64_t named = load_be64(esp);
    if (named >> 32 != sa.spi) return verdict::no_sa;
    std::uint64_t number = named & 0xffffffff;
    if (uses_esn<config>(sa)) {
      number |= std::uint64_t{s.esp_high} << 32;
      if (!detail::steps_on(s.bundle->esp_reached, number)) return verdict::sequence_exhausted;
    }
    s.number = number;
    detail::write_iv<config>(c, sa, esp + esp_header_octets, number);
    if (there == nullptr) copy_in(p, at, side, head);

    return detail::make_seal_job(c, i, sa, esp, side, number, at + head, text, tail != nullptr ? tail + esp_trailer_octets : nullptr);
  }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    const auto& s = c.state[i];
    if (s.esp_at == 0) return verdict::forwarded;
    return detail::finish_sealing(c, i, s.base + s.length - c.job_of(i).icv_length);
  }
};
inline constexpr fill_esp_stage fill_esp{};

}  // namespace v0
}  // namespace esplanade
