// Send: the ICV of AH, over the headers as they will arrive and over what ESP has made of the rest.
//
//   | … IP hdr, options, ext hdrs | AH, IV*, ICV | ESP … or payload |      only IV and ICV change
#pragma once

#include <esplanade/offload/send_ip.hpp>
#include <esplanade/transform/ah_crypto.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// Computes and writes the ICV of AH. Packets without AH pass unchanged. AH may be padded to 4 or 8 octets: its own length says.
///   Errors   no_sa: the SPI at the offset is not the element's (F70); runt, bad_header: lengths that contradict each other;
///            beyond_ah, bad_header: headers that AH cannot cover; sequence_exhausted (U-20); too_many_segments; crypto_failed
///   Source   ipsecov2.md 4.4; RFC 4302 3.3.3
struct fill_ah_stage final : detail::sealing_stage<detail::device_stage> {
  static constexpr const char* name = "fill_ah";
  static constexpr const char* because = "authenticates headers and what ESP made of the payload (RFC 4302 3.3.3)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::device_ah_sealed;
  static constexpr fact excludes = fact::device_ah_sealed;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    auto& p = c.packet(i);
    if (s.ah_at == 0) return verdict::forwarded;
    s.element = &s.bundle->ah;
    const auto& sa = s.element->core();
    const std::size_t iv = iv_octets<config>(sa), icv = icv_octets<config>(sa), at = s.base + std::size_t{s.ah_at};
    if (s.length < s.ah_at + ah_fixed_octets + iv + icv) return verdict::runt;
    octet scratch[ah_fixed_octets];
    const octet* const ah = peek(p, at, ah_fixed_octets, scratch);
    const std::size_t size = (ah[1] + std::size_t{2}) * 4;
    if (load_be32(ah + 4) != sa.spi) return verdict::no_sa;
    if (size < ah_fixed_octets + iv + icv || size > ah_octets_max || s.ah_at + size > s.length || (s.version == family::ipv6 && size % 8 != 0)) return verdict::bad_header;
    std::uint64_t number = load_be32(ah + 8);
    if (uses_esn<config>(sa)) {
      number |= std::uint64_t{s.ah_high} << 32;
      if (!detail::steps_on(s.bundle->ah_reached, number)) return verdict::sequence_exhausted;
    }
    s.number = number;
    if (iv != 0) {
      octet written[iv_max];
      octet* const there = detail::together(p, at + ah_fixed_octets, iv);
      if (there == nullptr) copy_out(p, at + ah_fixed_octets, written, iv);
      detail::write_iv<config>(c, sa, there != nullptr ? there : written, number);
      if (there == nullptr) copy_in(p, at + ah_fixed_octets, written, iv);
    }
    return detail::make_ah_job(c, i, s.ah_at, size, ah_end::sender, s.base);
  }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    const auto& s = c.state[i];
    if (s.ah_at == 0) return verdict::forwarded;
    return detail::finish_sealing(c, i, s.base + std::size_t{s.ah_at} + ah_fixed_octets + iv_octets<config>(s.element->core()));
  }
};
inline constexpr fill_ah_stage fill_ah{};

}  // namespace v0
}  // namespace esplanade
