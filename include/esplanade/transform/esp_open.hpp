// Inbound: verifies the ICV and decrypts in place.
//
//   BEFORE   | outer | SPI | seq | IV | ciphertext | ICV |
//   AFTER    | outer | SPI | seq | IV | plaintext  | ICV |      or the ciphertext scrubbed, and a verdict
//
//   1 lengths   2 AAD, nonce, ICV, text of the job   3 all jobs of the batch   4 one verdict for every ICV failure
#pragma once

#include <esplanade/transform/esp_crypto.hpp>
#include <esplanade/transform/policies.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// What is to be known of a packet before anybody opens it.
template <class Context> ESPLANADE_INLINE verdict check_esp_lengths(Context& c, std::size_t i) noexcept {
  using config = typename Context::profile;
  const auto& sa = c.sa(i).core();
  const std::size_t length = c.state[i].length;
  const std::size_t icv = icv_octets<config>(sa);
  const std::size_t alignment = alignment_octets<config>(sa);
  const std::size_t head = c.state[i].esp_at + esp_header_octets + iv_octets<config>(sa);
  if (length < head + alignment + icv) return verdict::runt;  // the least text is one aligned trailer
  if (((length - icv - head) & (alignment - 1)) != 0) return verdict::bad_alignment;
  return is_writable(c.packet(i)) ? verdict::forwarded : verdict::not_writable;
}

/// The next job of the context, for the packet in slot i under the number in its state, whose offsets count from `from`.
template <class Context> ESPLANADE_INLINE verdict make_open_job(Context& c, std::size_t i, std::size_t from = 0) noexcept {
  using config = typename Context::profile;
  if (const verdict v = check_esp_lengths(c, i); v != verdict::forwarded) return v;
  auto& s = c.state[i];
  auto& p = c.packet(i);
  const auto& sa = c.sa(i).core();
  const std::size_t icv = icv_octets<config>(sa);
  const std::size_t head = s.esp_at + esp_header_octets + iv_octets<config>(sa);
  const std::size_t text = s.length - icv - head;

  job& j = c.new_job(i);
  octet straddling[esp_header_octets + iv_max];
  octet* const side = c.aad.of(i, straddling);
  fill_job<config>(j, sa, peek(p, from + s.esp_at, head - s.esp_at, side), side, s.number);
  j.icv = together(p, from + s.length - icv, icv);
  if constexpr (!ContiguousPacket<typename Context::packet_type>) {
    if (j.icv == nullptr) {
      copy_out(p, from + s.length - icv, j.icv_memory, icv);
      j.icv = j.icv_memory;
    }
  }
  if (!fill_text(c, j, i, from + head, text)) {
    --c.work_count;
    return verdict::too_many_segments;
  }
  return verdict::forwarded;
}
}  // namespace detail

/// Opens. Behind it the text is authentic plaintext; the window has not moved yet.
///   Errors   runt, bad_alignment (RFC 4303 2.4), not_writable, too_many_segments; icv_mismatch (the text is scrubbed); crypto_failed
struct esp_open_stage final : detail::opening_stage<detail::transform_stage, on_forged::scrub> {
  static constexpr const char* name = "esp_open";
  static constexpr const char* because = "verifies and decrypts in place (RFC 4303 3.4.4)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::authenticated;
  static constexpr fact excludes = fact::authenticated;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    if (is_ah<typename Context::profile>(c.sa(i).core())) return verdict::forwarded;
    return detail::make_open_job(c, i);
  }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    if (is_ah<typename Context::profile>(c.sa(i).core())) return verdict::forwarded;
    const job_status status = c.job_of(i).status;
    if (status == job_status::done) [[likely]] return verdict::forwarded;
    return status == job_status::forged ? verdict::icv_mismatch : verdict::crypto_failed;
  }
};
inline constexpr esp_open_stage esp_open{};

}  // namespace v0
}  // namespace esplanade
