// Inbound: finds the high half of the sequence number again after 2^32 or more lost packets (RFC 4303 A3.2).
//
//   check_replay │ resynchronise │ esp_open │ update_replay …
//
// RFC 4303 A3.2: "a 'bad' packet is selected for which authentication is retried using successively larger values for the
// upper half of the sequence number […] The number of retries should be limited". What verifies is not believed here: it
// only says which number esp_open is to open the packet under, and the window moves where it always does, in update_replay.
#pragma once

#include <esplanade/transform/ah_open.hpp>
#include <esplanade/transform/esp_open.hpp>

namespace esplanade {
inline namespace v0 {

/// Tries one packet of an SA whose ICVs fail, every `threshold` failures, under up to `attempts` larger high halves.
///   Cost     one comparison per packet while nothing fails; else at most `attempts` calls of the provider's verify for every
///            `threshold` packets that failed: a flood of forged packets costs a bounded share more, and moves nothing
///   Errors   those of esp_open; a packet that no high half verifies goes on as it was, and fails there
struct resynchronise_stage final : detail::transform_stage {
  static constexpr const char* name = "resynchronise";
  static constexpr const char* because = "the high half of an ESN is looked for after a long loss (RFC 4303 A3)";
  static constexpr fact needs = fact::sa_selected | fact::replay_checked;
  static constexpr fact gives = fact::resynchronised;
  static constexpr fact excludes = fact::authenticated | fact::ah_authenticated;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    if constexpr (resynchronises<config> && !Context::crypto_type::abilities.asynchronous) {  // the lane refuses the other, in words
      auto& sa = c.sa(i);
      if (uses_esn<config>(sa.core()) && sa.resync().suspects()) [[unlikely]] {
        if (sa.resync().due(sa.window().highest(), sa.traffic().packets.get())) return look_further(c, i);
      }
    }
    return verdict::forwarded;
  }

 private:
  template <class Context> ESPLANADE_COLD static verdict look_further(Context& c, std::size_t i) noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    c.sa(i).resync().tried();
    const std::uint64_t inferred = s.number;
    constexpr std::uint64_t subspace = std::uint64_t{1} << 32;
    for (std::uint32_t k = 1; k <= resync_of<config>::attempts; ++k) {
      if (inferred > sequence_last_64 - k * subspace) break;
      s.number = inferred + k * subspace;
      // A job of its own for every try, at the place that esp_open or ah_open will use; the job list so far is not touched.
      if (const verdict v = is_ah<config>(c.sa(i).core()) ? detail::make_ah_open_job(c, i) : detail::make_open_job(c, i); v != verdict::forwarded) return v;
      job* const only = c.work[--c.work_count];
      job* const list[] = {only};
      c.lane->crypto.verify(*c.workspace, job_list{list});
      if (only->status == job_status::done) return verdict::forwarded;
    }
    s.number = inferred;
    return verdict::forwarded;
  }
};
inline constexpr resynchronise_stage resynchronise{};

}  // namespace v0
}  // namespace esplanade
