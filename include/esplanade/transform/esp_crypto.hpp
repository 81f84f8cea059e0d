// What sealing and opening share: AAD, nonce and text of a job (RFC 4106 3 to 5, RFC 4543 3.3, RFC 4303 2.2.1 and 2.8).
#pragma once

#include <esplanade/transform/context.hpp>
#include <esplanade/transform/policies.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// AAD of an AEAD: SPI ‖ sequence number, with the high half between them under ESN (RFC 4106 5).
template <class P> ESPLANADE_INLINE void fill_aead(job& j, const sa_core& sa, const octet* esp, std::uint64_t number) noexcept {
  if constexpr (!all_aead<P>) {  // what the job before left
    j.aad = j.aad_memory;
    j.appended_length = 0;
  }
  std::uint32_t spi, low;  // loaded before anything is stored: for all a compiler knows `esp` points to the job
  std::memcpy(&spi, esp, 4);
  std::memcpy(&low, esp + 4, 4);
  if (uses_esn<P>(sa)) {
    store_be64(j.aad_memory, std::uint64_t{load_be32(esp)} << 32 | number >> 32);
    std::memcpy(j.aad_memory + 8, &low, 4);
    if constexpr (common_aad<P> == 0) j.aad_length = 12;
  } else {
    std::memcpy(j.aad_memory, &spi, 4);
    std::memcpy(j.aad_memory + 4, &low, 4);
    if constexpr (common_aad<P> == 0) j.aad_length = 8;
  }
}

/// AAD of GMAC: SPI ‖ sequence number ‖ IV, with the high half in its place under ESN (RFC 4543 3.3, 3.5).
template <class P> ESPLANADE_INLINE void fill_gmac(job& j, const sa_core& sa, const octet* esp, std::size_t iv, octet* side, std::uint64_t number) noexcept {
  j.appended_length = 0;
  if (uses_esn<P>(sa)) {
    std::memmove(side + 8, esp + 4, 4 + iv);  // `esp` may be `side`
    if (esp != side) std::memcpy(side, esp, 4);
    store_be32(side + 4, static_cast<std::uint32_t>(number >> 32));
    j.aad = side;
    j.aad_length = static_cast<std::uint16_t>(12 + iv);
  } else {
    j.aad = esp;
    j.aad_length = static_cast<std::uint16_t>(8 + iv);
  }
}

/// What a MAC beside a cipher covers in front of the ciphertext and behind it (RFC 4303 2.2.1, 2.8).
template <class P> ESPLANADE_INLINE void fill_mac(job& j, const sa_core& sa, const octet* esp, std::size_t iv, std::uint64_t number) noexcept {
  j.aad = esp;
  j.aad_length = static_cast<std::uint16_t>(esp_header_octets + iv);
  j.appended_length = uses_esn<P>(sa) ? 4 : 0;
  store_be32(j.appended, static_cast<std::uint32_t>(number >> 32));
}

/// Fills everything of a job but its text.
///   Shape    `esp` points to SPI, sequence number and IV as they stand on the wire: in the packet, or in `side`
///            `side` is the job's memory in the context's `aad`; with AEADs alone any that holds header and IV for now
template <class P> ESPLANADE_INLINE void fill_job(job& j, const sa_core& sa, const octet* esp, [[maybe_unused]] octet* side, std::uint64_t number) noexcept {
  const std::size_t iv = iv_octets<P>(sa);
  j.schedule = sa.schedule;
  if constexpr (common_salt<P> == 0) j.salt_length = sa.salt_octets;
  if constexpr (common_icv<P> == 0) j.icv_length = sa.icv_octets;
  static_assert(salt_max == 4);
  std::uint32_t salt;
  std::memcpy(&salt, sa.salt, salt_max);
  std::memcpy(j.salt_memory, &salt, salt_max);
  if constexpr (common_iv<P> != 0) {
    octet written[common_iv<P>];
    std::memcpy(written, esp + esp_header_octets, common_iv<P>);
    std::memcpy(j.iv_memory, written, common_iv<P>);
  } else {
    std::memcpy(j.iv_memory, esp + esp_header_octets, iv);
  }
  if constexpr (common_iv<P> == 0 && common_implicit_iv<P> == 0) j.iv_length = static_cast<std::uint8_t>(iv);

  if constexpr (one_form<P> && first_form<P> == job_form::aead) {
    fill_aead<P>(j, sa, esp, number);
  } else {
    const job_form form = form_of<P>(sa);
    if (form == job_form::aead_implicit_iv) {  // RFC 8750 4: the 64-bit number, or the 32-bit one behind zeros
      store_be64(j.iv_memory, number);
      if constexpr (common_implicit_iv<P> == 0) j.iv_length = 8;
    }
    if (form == job_form::gmac) fill_gmac<P>(j, sa, esp, iv, side, number);
    else if (form == job_form::mac) fill_mac<P>(j, sa, esp, iv, number);
    else fill_aead<P>(j, sa, esp, number);
  }
}

/// Writes the explicit IV of an outbound packet.
template <class P, class Context> ESPLANADE_INLINE void write_iv([[maybe_unused]] Context& c, [[maybe_unused]] const sa_core& sa, octet* iv, std::uint64_t number) noexcept {
  using policy = iv_of<P>;
  constexpr iv_origin first = iv_origin_of(P::suites.sizes[0]);
  constexpr bool one_origin = P::suites.all([](const suite_sizes& s) { return iv_origin_of(s) == first; });
  if constexpr (WholeIvPolicy<policy>) {
    policy::write(iv, iv_octets<P>(sa), number);
  } else {
    const iv_origin origin = one_origin ? first : iv_origin_of(P::suites.sizes[sa.suite]);
    if (origin == iv_origin::counter) policy::write(iv, number);
    if constexpr (draws_ivs<P>) {
      if (origin != iv_origin::random) return;
      for (std::size_t at = 0; at < iv_octets<P>(sa); at += 8) store_be64(iv + at, c.lane->random.next());
    }
  }
}

/// Points a job at the text [from, from + size) of its packet, in place; false when it has more segments than the context holds.
template <class Context> [[nodiscard]] ESPLANADE_INLINE bool fill_text(Context& c, job& j, std::size_t i, std::size_t from, std::size_t size) noexcept {
  segment* const text = c.text[i];
  j.length = static_cast<std::uint32_t>(size);
  const std::size_t pieces = list_segments(c.packet(i), from, size, text, Context::segments_max);
  if constexpr (Context::segments_max != 1) j.segments = static_cast<std::uint8_t>(pieces);
  return pieces != 0;
}

/// Pointer to [at, at + size) of the packet when it lies in one segment, else nullptr.
template <class P> [[nodiscard]] ESPLANADE_INLINE octet* together(P& p, std::size_t at, std::size_t size) noexcept {
  if constexpr (ContiguousPacket<P>) {
    octet* const there = (*packet_traits<P>::first(p)).data() + at;
    assume(there != nullptr);  // asked for octets that the packet has
    return there;
  } else {
    for (auto cursor = packet_traits<P>::first(p); static_cast<bool>(cursor); ++cursor) {
      const octets piece = *cursor;
      if (at < piece.size()) return size <= piece.size() - at ? piece.data() + at : nullptr;
      at -= piece.size();
    }
    return nullptr;
  }
}

/// Outbound: where ESP or AH stands once a tunnel's header, which comes last, is in front of it.
template <class Context> [[nodiscard]] ESPLANADE_INLINE std::size_t header_at(Context& c, std::size_t i) noexcept {
  const auto& sa = c.sa(i).core();
  return is_tunnel<typename Context::profile>(sa) ? header_octets(sa.outer) : c.state[i].esp_at;
}

/// The next job of the context, which seals slot i's text [from, from + size) under `number`; what stands where as in fill_job.
///   Shape    `icv` is where the ICV's octets stand together behind the text, if the caller knows; where they do not,
///            finish_sealing copies them
template <class Context> ESPLANADE_INLINE verdict make_seal_job(Context& c, std::size_t i, const sa_core& sa, const octet* esp, octet* side, std::uint64_t number, std::size_t from, std::size_t size,
                                                                octet* icv = nullptr) noexcept {
  using config = typename Context::profile;
  job& j = c.new_job(i);
  fill_job<config>(j, sa, esp, side, number);
  octet* const icv_at = icv != nullptr ? icv : together(c.packet(i), from + size, icv_octets<config>(sa));
  j.icv = icv_at != nullptr ? icv_at : j.icv_memory;
  if (!fill_text(c, j, i, from, size)) {
    --c.work_count;
    return verdict::too_many_segments;
  }
  return verdict::forwarded;
}
/// Slot i was sealed: its ICV is in the packet, `at` octets behind the front.
template <class Context> ESPLANADE_INLINE verdict finish_sealing(Context& c, std::size_t i, [[maybe_unused]] std::size_t at) noexcept {
  const job& j = c.job_of(i);
  if (j.status != job_status::done) return verdict::crypto_failed;
  if constexpr (!ContiguousPacket<typename Context::packet_type>) {
    if (j.icv == j.icv_memory) copy_in(c.packet(i), at, j.icv_memory, j.icv_length);
  }
  return verdict::forwarded;
}

/// What the provider is asked between the two passes of a stage that seals, and of one that opens.
template <class Side> struct sealing_stage : Side {
  static constexpr bool suspends = true;
  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept {
    if (c.work_count != 0) c.lane->crypto.seal(*c.workspace, c.job_batch());
  }
  /// Hands the batch to an asynchronous provider.
  template <class Context> void start(Context& c) const noexcept { c.lane->crypto.submit_seal(*c.workspace, c.job_batch()); }
};
template <class Side, on_forged Forged> struct opening_stage : Side {
  static constexpr bool suspends = true;
  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept {
    if (c.work_count != 0) c.lane->crypto.open(*c.workspace, c.job_batch(), Forged);
  }
  /// Hands the batch to an asynchronous provider.
  template <class Context> void start(Context& c) const noexcept { c.lane->crypto.submit_open(*c.workspace, c.job_batch(), Forged); }
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
