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
struct ah_seal_stage final : detail::transform_stage {
  static constexpr const char* name = "ah_seal";
  static constexpr const char* because = "authenticates headers and payload (RFC 4302 3.3.3)";
  static constexpr fact needs = fact::sa_selected | fact::ah_header_written | fact::header_written;
  static constexpr fact gives = fact::ah_sealed;
  static constexpr fact voids = fact::sequence_leased | fact::ah_header_written;
  static constexpr fact excludes = fact::ah_sealed;
  static constexpr bool suspends = true;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    const auto& s = c.state[i];
    const auto& sa = c.sa(i).core();
    if (!is_ah<config>(sa)) return verdict::forwarded;
    return detail::make_ah_job(c, i, ah_at(c, i), ah_octets_of<config>(sa, outer_family<config>(sa, s.version)), ah_end::sender);
  }

  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept {
    if (c.work_count != 0) c.lane->crypto.seal(*c.workspace, c.job_batch());
  }
  /// Hands the batch to an asynchronous provider.
  template <class Context> void start(Context& c) const noexcept { c.lane->crypto.submit_seal(*c.workspace, c.job_batch()); }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    const auto& sa = c.sa(i).core();
    if (!is_ah<config>(sa)) return verdict::forwarded;
    const job& j = c.job_of(i);
    if (j.status != job_status::done) return verdict::crypto_failed;
    if constexpr (!ContiguousPacket<typename Context::packet_type>) {
      if (j.icv == j.icv_memory) copy_in(c.packet(i), ah_at(c, i) + ah_fixed_octets + iv_octets<config>(sa), j.icv_memory, j.icv_length);
    }
    return verdict::forwarded;
  }

 private:
  template <class Context> [[nodiscard]] static ESPLANADE_INLINE std::size_t ah_at(Context& c, std::size_t i) noexcept {
    using config = typename Context::profile;
    const auto& sa = c.sa(i).core();
    return is_tunnel<config>(sa) ? header_octets(sa.outer) : c.state[i].esp_at;
  }
};
inline constexpr ah_seal_stage ah_seal{};

}  // namespace v0
}  // namespace esplanade
