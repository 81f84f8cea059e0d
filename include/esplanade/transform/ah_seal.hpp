// Outbound: the AH header behind the IP header, and the ICV in it.
//
//   write_ah_header      | IP hdr, ext hdrs* | payload |   →   | IP hdr, ext hdrs* | AH, ICV zero | payload |    * transport mode only
//   write_outer_header   lengths, protocol, a tunnel's new header: all that the ICV covers
//   ah_seal                                                    | outer             | AH, ICV      | payload |
#pragma once

#include <esplanade/transform/ah_crypto.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// Makes room for AH and writes all of it but the ICV. Consumes the sequence lease. Packets under an ESP SA pass unchanged.
///   Errors   not_writable; no_room (the number is not spent)
struct write_ah_header_stage final : detail::transform_stage {
  static constexpr const char* name = "write_ah_header";
  static constexpr const char* because = "AH stands behind the IP header (RFC 4302 3.1)";
  static constexpr fact needs = fact::sa_selected | fact::sequence_leased;
  static constexpr fact gives = fact::ah_header_written;
  static constexpr fact excludes = fact::ah_header_written | fact::ah_sealed;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    using traits = packet_traits<typename Context::packet_type>;
    auto& s = c.state[i];
    auto& p = c.packet(i);
    const auto& sa = c.sa(i).core();
    if (!is_ah<config>(sa)) return verdict::forwarded;
    if (!is_writable(p)) return verdict::not_writable;
    const std::size_t size = ah_octets_of<config>(sa, outer_family<config>(sa, s.version));
    if (!traits::retreat(p, size)) return verdict::no_room;
    s.length += static_cast<std::uint32_t>(size);
    if (s.esp_at != 0) move_to_front(p, size, s.esp_at);
    s.number = s.lease.consume();
    if (s.number == 0) [[unlikely]] return verdict::sequence_exhausted;
    octet straddling[ah_octets_max];
    octet* const there = detail::together(p, s.esp_at, size);
    octet* const ah = there != nullptr ? there : straddling;
    write_ah(ah, s.next_header, size, sa.spi, static_cast<std::uint32_t>(s.number));
    std::memset(ah + ah_fixed_octets, 0, size - ah_fixed_octets);
    if (iv_octets<config>(sa) != 0) detail::write_iv<config>(c, sa, ah + ah_fixed_octets, s.number);
    if (there == nullptr) copy_in(p, s.esp_at, straddling, size);
    return verdict::forwarded;
  }
};
inline constexpr write_ah_header_stage write_ah_header{};

/// Computes the ICV over the headers as they will arrive, AH, and what follows, and writes it. Packets under an ESP SA pass
/// unchanged.
///   Errors   beyond_ah (more headers in front than the profile's ah_headers; a route whose end is not known), bad_header (an
///            option that contradicts itself), too_many_segments, crypto_failed (the packet must not leave)
struct ah_seal_stage final : detail::sealing_stage<detail::transform_stage> {
  static constexpr const char* name = "ah_seal";
  static constexpr const char* because = "authenticates headers and payload (RFC 4302 3.3.3)";
  static constexpr fact needs = fact::sa_selected | fact::ah_header_written | fact::header_written;
  static constexpr fact gives = fact::ah_sealed;
  static constexpr fact voids = fact::sequence_leased | fact::ah_header_written;
  static constexpr fact excludes = fact::ah_sealed;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    const auto& s = c.state[i];
    const auto& sa = c.sa(i).core();
    if (!is_ah<config>(sa)) return verdict::forwarded;
    return detail::make_ah_job(c, i, detail::header_at(c, i), ah_octets_of<config>(sa, outer_family<config>(sa, s.version)), ah_end::sender);
  }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    const auto& sa = c.sa(i).core();
    if (!is_ah<config>(sa)) return verdict::forwarded;
    return detail::finish_sealing(c, i, detail::header_at(c, i) + ah_fixed_octets + iv_octets<config>(sa));
  }
};
inline constexpr ah_seal_stage ah_seal{};

}  // namespace v0
}  // namespace esplanade
