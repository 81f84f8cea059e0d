// Outbound: encrypts payload and trailer in place, writes ESP header, IV and ICV.
//
//   BEFORE   | IP hdr, ext hdrs* |                  payload | trailer | room for ICV |     * transport mode only
//   AFTER    | IP hdr, ext hdrs* | SPI | seq | IV | payload | trailer | ICV |
//                                                 |◄──── encryption ───►|
//                                |◄────────── integrity ──────────────►|                (the IV through the nonce)
//
//   1 retreat for header and IV, move what stands before ESP   2 write them   3 all jobs of the batch   4 the ICV
#pragma once

#include <esplanade/transform/esp_crypto.hpp>
#include <esplanade/transform/policies.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// An ESP frame in its packet: header, room for the IV, text, room for the ICV.
struct esp_frame {
  std::size_t at = 0, head = 0, end = 0;  ///< of the header; octets of header and IV; of the text's end
  std::uint64_t number = 0;
  octet* esp = nullptr;                   ///< the header: in the packet, or in side memory
  bool in_packet = false;
};

/// Makes room for ESP header and IV, consumes the lease, and writes the header.
///   Errors   no_room (the trailer is taken back), sequence_exhausted
template <class Context> ESPLANADE_INLINE verdict frame_esp(Context& c, std::size_t i, octet* side, esp_frame& f) noexcept {
  using config = typename Context::profile;
  using traits = packet_traits<typename Context::packet_type>;
  auto& s = c.state[i];
  auto& p = c.packet(i);
  const auto& sa = c.sa(i).core();
  const std::size_t iv = iv_octets<config>(sa);
  const std::size_t icv = icv_octets<config>(sa);
  f.head = esp_header_octets + iv;
  f.at = modes_of<config> == set_of<mode>(mode::tunnel) ? 0 : s.esp_at;  // a tunnel's header comes later
  if (!traits::retreat(p, f.head)) {
    traits::trim(p, s.trailer);
    s.length -= s.trailer;
    return verdict::no_room;
  }
  f.end = s.length + f.head - icv;
  s.length += static_cast<std::uint32_t>(f.head);
  if (f.at != 0) move_to_front(p, f.head, f.at);
  f.number = s.lease.consume();
  if (f.number == 0) [[unlikely]] return verdict::sequence_exhausted;
  s.number = f.number;
  octet* const there = together(p, f.at, f.head);
  f.in_packet = there != nullptr;
  f.esp = f.in_packet ? there : side;
  store_be64(f.esp, std::uint64_t{sa.spi} << 32 | (f.number & 0xffffffff));
  return verdict::forwarded;
}
}  // namespace detail

/// Seals. Consumes the sequence lease and the trailer: neither can serve twice.
///   Errors   no_room (the trailer is taken back; the number is spent), too_many_segments, crypto_failed (the packet must not leave)
struct esp_seal_stage final : detail::sealing_stage<detail::transform_stage> {
  static constexpr const char* name = "esp_seal";
  static constexpr const char* because = "encrypts and authenticates in place (RFC 4303 3.3.2)";
  static constexpr fact needs = fact::sa_selected | fact::sequence_leased | fact::trailer_written;
  static constexpr fact gives = fact::sealed;
  static constexpr fact voids = fact::sequence_leased | fact::trailer_written;
  static constexpr fact excludes = fact::sealed;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    if (is_ah<typename Context::profile>(c.sa(i).core())) return verdict::forwarded;
    using config = typename Context::profile;
    auto& p = c.packet(i);
    const auto& sa = c.sa(i).core();
    octet straddling[esp_header_octets + iv_max];
    octet* const side = c.aad.of(i, straddling);
    detail::esp_frame f;
    if (const verdict v = detail::frame_esp(c, i, side, f); v != verdict::forwarded) return v;
    detail::write_iv<config>(c, sa, f.esp + esp_header_octets, f.number);
    if (!f.in_packet) copy_in(p, f.at, side, f.head);

    return detail::make_seal_job(c, i, sa, f.esp, side, f.number, f.at + f.head, f.end - f.at - f.head);
  }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    if (is_ah<typename Context::profile>(c.sa(i).core())) return verdict::forwarded;
    return detail::finish_sealing(c, i, c.state[i].length - c.job_of(i).icv_length);
  }
};
inline constexpr esp_seal_stage esp_seal{};

}  // namespace v0
}  // namespace esplanade
