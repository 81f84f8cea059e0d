// Inbound: verifies the ICV of AH. The packet stays as it arrived, also when it is forged: it was in clear all the time.
#pragma once

#include <esplanade/transform/ah_crypto.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// The next job of the context, for the AH packet in slot i under the number in its state.
template <class Context> ESPLANADE_INLINE verdict make_ah_open_job(Context& c, std::size_t i) noexcept {
  using config = typename Context::profile;
  const auto& s = c.state[i];
  auto& p = c.packet(i);
  const std::size_t size = ah_octets_of<config>(c.sa(i).core(), s.version);
  if (s.length < s.esp_at + size) return verdict::runt;
  octet scratch[2];
  if (peek(p, s.esp_at, 2, scratch)[1] != ah_length_field(size)) return verdict::bad_header;
  if (!is_writable(p)) return verdict::not_writable;
  return make_ah_job(c, i, s.esp_at, size, ah_end::receiver);
}
}  // namespace detail

/// Opens AH. Behind it headers and payload are authentic; the window has not moved yet. Packets under an ESP SA pass unchanged.
///   Errors   runt; bad_header (AH is not as long as its SA says: the length field is compared, never believed; an option that
///            contradicts itself); beyond_ah; not_writable; too_many_segments; icv_mismatch; crypto_failed
struct ah_open_stage final : detail::opening_stage<detail::transform_stage, on_forged::restore> {
  static constexpr const char* name = "ah_open";
  static constexpr const char* because = "verifies headers and payload (RFC 4302 3.4.4)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::ah_authenticated;
  static constexpr fact excludes = fact::ah_authenticated;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    if (!is_ah<typename Context::profile>(c.sa(i).core())) return verdict::forwarded;
    return detail::make_ah_open_job(c, i);
  }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    if (!is_ah<typename Context::profile>(c.sa(i).core())) return verdict::forwarded;
    switch (c.job_of(i).status) {
      case job_status::done: break;
      case job_status::forged: return verdict::icv_mismatch;
      default: return verdict::crypto_failed;
    }
    auto& s = c.state[i];
    octet scratch[1]{};  // g++ does not see that a chain fills it
    s.next_header = *peek(c.packet(i), s.esp_at, 1, scratch);
    return verdict::forwarded;
  }
};
inline constexpr ah_open_stage ah_open{};

}  // namespace v0
}  // namespace esplanade
