// A frame that was for the device, sealed in software after all: its SA drains, or the next SA of the packet is not on the device.
#pragma once

#include <esplanade/offload/host_context.hpp>
#include <esplanade/transform/ah_seal.hpp>
#include <esplanade/transform/esp_seal.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Where an octet of the packet stands, counted from its front.
template <class P> [[nodiscard]] std::size_t offset_of(const P& p, const octet* wanted) noexcept {
  std::size_t before = 0;
  for (auto cursor = packet_traits<P>::first(p); static_cast<bool>(cursor); ++cursor) {
    const const_octets piece = *cursor;
    if (wanted >= piece.data() && wanted < piece.data() + piece.size()) return before + static_cast<std::size_t>(wanted - piece.data());
    before += piece.size();
  }
  return before;  // never: frames keep octets that the packet has
}
/// First octet of what stands at `at`.
template <class P> [[nodiscard]] ESPLANADE_INLINE octet* octet_at(P& p, std::size_t at) noexcept {
  return together(p, at, 1);
}

/// One job, done at once.
template <class Context> void seal_alone(Context& c) noexcept {
  job* const list[] = {c.work[--c.work_count]};
  c.lane->crypto.seal(*c.workspace, job_list{list});
}

template <class Context> ESPLANADE_COLD verdict seal_esp_frame(Context& c, std::size_t i, const device_frame<typename Context::record_type>& f) noexcept {
  using config = typename Context::profile;
  auto& p = c.packet(i);
  const auto& sa = association(*f.record).core();
  const std::size_t at = offset_of(p, f.at), head = esp_header_octets + iv_octets<config>(sa), icv = icv_octets<config>(sa), end = at + f.size - icv;
  octet straddling[esp_header_octets + iv_max];
  octet* const side = c.aad.of(i, straddling);
  octet* const there = together(p, at, head);
  octet* const esp = there != nullptr ? there : side;
  if (there == nullptr) copy_out(p, at, side, head);
  write_iv<config>(c, sa, esp + esp_header_octets, f.number);
  if (there == nullptr) copy_in(p, at, side, head);
  if (const verdict v = make_seal_job(c, i, sa, esp, side, f.number, at + head, end - at - head); v != verdict::forwarded) return v;
  seal_alone(c);
  return finish_sealing(c, i, end);
}

template <class Context> ESPLANADE_COLD verdict seal_ah_frame(Context& c, std::size_t i, const device_frame<typename Context::record_type>& f) noexcept {
  using config = typename Context::profile;
  auto& p = c.packet(i);
  auto& s = c.state[i];
  const auto& sa = association(*f.record).core();
  const std::size_t ip = offset_of(p, f.ip), at = offset_of(p, f.at);
  auto* const record = s.record;
  const std::uint64_t number = s.number;
  const std::uint32_t length = s.length;
  s.record = f.record;
  s.number = f.number;
  s.length = f.length;
  const verdict made = make_ah_job(c, i, at - ip, f.size, ah_end::sender, ip);
  s.record = record;
  s.number = number;
  s.length = length;
  if (made != verdict::forwarded) return made;
  seal_alone(c);
  return finish_sealing(c, i, at + ah_fixed_octets + iv_octets<config>(sa));
}

/// Seals all that the packet in slot i was framed for so far, from inside; its words say nothing afterwards.
template <class Context> ESPLANADE_COLD verdict seal_frames(Context& c, std::size_t i) noexcept {
  verdict v = verdict::forwarded;
  for (std::size_t k = 0; k < c.framed[i] && v == verdict::forwarded; ++k) {
    const auto& f = c.frames[i][k];
    if constexpr (has_ah<typename Context::profile>) v = is_ah<typename Context::profile>(association(*f.record).core()) ? seal_ah_frame(c, i, f) : seal_esp_frame(c, i, f);
    else v = seal_esp_frame(c, i, f);
    c.device->sealed_here.add(1);
  }
  c.framed[i] = 0;
  c.sent[i] = {};
  return v;
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
