// AES-GCM by intel-ipsec-mb's direct calls.
//
//   text in one piece       one call of the library
//   text in several pieces  init ─► update … update ─► finalize
//   text to be left alone   (verify, recheck, and opening with `restore`) the same into the workspace, which is copied out
//                           when the ICV is right
//
// They keep no state but in key, context and text, so that nothing of an IMB_MGR, which is made for one thread, is needed on the
// packet path.
#pragma once

#include <esplanade/crypto/gcm_rules.hpp>
#include <esplanade/crypto/ipsec_mb/library.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_IPSEC_MB_TAG {

/// AES-GCM with 128-, 192- and 256-bit keys and ICVs of 8, 12 and 16 octets.
///
///   Cost     one indirect call per text in one piece, and a few nanoseconds around it; no allocation, lock or exception after
///            add_key. Jobs of several keys may stand in any order: the loads of a schedule start while the jobs before it are
///            worked on
///   Memory   `schedule_bytes` per key of the capacity, all taken at construction; 64 KiB per workspace, touched as far as texts
///            reach that are verified, rechecked or opened with `restore`
///   Errors   add_key refuses every key where the library does not run (no AES-NI, no PCLMULQDQ). A job is failed when its
///            schedule holds no key, its ICV is not of the suite's size, its nonce not of 12 octets, its pieces do not add up to
///            its length or stand nowhere, or octets are to be authenticated behind the text (GCM has no such)
///   Threads  one lane per workspace. add_key and remove_key: one thread at a time, beside lanes that use other schedules. The
///            library clears an error word of its own in every call, so lanes do share that one cache line
///   Forged   with `scrub` a text is decrypted to its destination and then zeroed; with `restore` nothing was written there
///   Keys     wiped when they are removed, and with the provider. A workspace may hold plaintext of the last texts it worked on
///            until others overwrite it; it is wiped when it ends
template <std::uint32_t Tag> class basic_ipsec_mb_gcm {
  using slot = gcm_key;
  static constexpr std::size_t line = 64, look_ahead = 2;  // octets; jobs

 public:
  static constexpr provider_abilities abilities{};
  static constexpr const char* name = "ipsec_mb";
  static constexpr bool takes(const suite_sizes& s) noexcept { return gcm_rules::knows(s); }
  template <class S> static constexpr bool supports = takes(S::sizes);
  /// What a key costs; a packet touches more of it the longer it is.
  static constexpr std::size_t schedule_bytes = sizeof(slot);

  class alignas(64) workspace {
   public:
    workspace() noexcept {}
    workspace(const workspace&) = delete;
    workspace& operator=(const workspace&) = delete;
    ~workspace() {
      wipe(&context, sizeof context);
      wipe(scratch, used);
    }

   private:
    friend class basic_ipsec_mb_gcm;
    ESPLANADE_INLINE octet* take(std::size_t size) noexcept {
      if (size > used) used = size;
      return scratch;
    }
    gcm_context_data context{};
    std::size_t used = 0;
    alignas(64) octet scratch[gcm_rules::text_max];  // nothing is in it yet, and nobody reads what nobody wrote
  };

  /// `capacity`: keys at a time. `which`: the library's code for that generation of processors; without it, for this one.
  explicit basic_ipsec_mb_gcm(std::size_t capacity = 1024, IMB_ARCH which = IMB_ARCH_NONE) : keys_(capacity) { runs_ = choose(which); }

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (const result<void> ok = gcm_rules::check(sizes, key); !ok) return ok.why();
    if (!runs_) return does_not_run();
    return keys_->add(sizes, key, [&](slot& s) {
      s.calls = static_cast<std::uint8_t>(key.size() / 8 - 2);
      calls_[s.calls].schedule(key.data(), s.get());
      return true;
    });
  }
  void remove_key(std::uint32_t schedule) noexcept { keys_->remove(schedule); }

  void seal(workspace& w, job_list jobs) noexcept {
    each(jobs, [&](const slot& s, job& j) ESPLANADE_INLINE_LAMBDA {
      run<true>(w, s, j, j.destination, j.icv, j.icv_length);
      j.status = job_status::done;
    });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    if (mode == on_forged::restore) return open_aside(w, jobs);
    each(jobs, [&](const slot& s, job& j) ESPLANADE_INLINE_LAMBDA {
      octet icv[icv_octets];
      run<false>(w, s, j, j.destination, icv, icv_octets);
      if (!equal_in_constant_time(icv, j.icv, j.icv_length)) return gcm_rules::refuse(j, on_forged::scrub);
      j.status = job_status::done;
    });
  }
  void verify(workspace& w, job_list jobs) noexcept { answer<false>(w, jobs); }
  void recheck(workspace& w, job_list jobs) noexcept { answer<true>(w, jobs); }

 private:
  static constexpr std::size_t icv_octets = 16;
  struct call_set {
    aes_gcm_pre_t schedule = nullptr;
    aes_gcm_init_t init = nullptr;
    aes_gcm_enc_dec_t seal = nullptr, open = nullptr;
    aes_gcm_enc_dec_update_t seal_piece = nullptr, open_piece = nullptr;
    aes_gcm_enc_dec_finalize_t seal_end = nullptr, open_end = nullptr;
  };

  // The functions that suit the processor; a manager is what tells them. With VAES the powers of the hash key stand behind the
  // round keys from the last to the first, and a text needs as many as it has blocks; else few of them follow the round keys.
  bool choose(IMB_ARCH which) noexcept {
    manager chosen;
    if (!chosen.set_up(which)) return false;
    constexpr std::uint64_t wide = IMB_FEATURE_VAES | IMB_FEATURE_VPCLMULQDQ;
    const IMB_MGR* const m = chosen.get();
    calls_[0] = {m->gcm128_pre, m->gcm128_init, m->gcm128_enc, m->gcm128_dec, m->gcm128_enc_update, m->gcm128_dec_update, m->gcm128_enc_finalize, m->gcm128_dec_finalize};
    calls_[1] = {m->gcm192_pre, m->gcm192_init, m->gcm192_enc, m->gcm192_dec, m->gcm192_enc_update, m->gcm192_dec_update, m->gcm192_enc_finalize, m->gcm192_dec_finalize};
    calls_[2] = {m->gcm256_pre, m->gcm256_init, m->gcm256_enc, m->gcm256_dec, m->gcm256_enc_update, m->gcm256_dec_update, m->gcm256_enc_finalize, m->gcm256_dec_finalize};
    if (m->used_arch == IMB_ARCH_AVX512 && (m->features & wide) == wide) front_lines_ = 4, back_lines_ = 12;
    return true;
  }


  // Calls work(slot, job) for every job that can be worked on.
  template <class Work> ESPLANADE_INLINE void each(job_list jobs, Work work) noexcept {
    for (std::size_t i = 1; i < look_ahead && i < jobs.size(); ++i) expect(jobs, i);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (i + look_ahead < jobs.size()) expect(jobs, i + look_ahead);
      job& j = *jobs[i];
      const slot* const s = keys_->live(j.schedule);
      if (s != nullptr && gcm_rules::suits(j, s->shape.icv) && stands_somewhere(j)) [[likely]] work(*s, j);
      else j.status = job_status::failed;
    }
  }
  // Starts the loads of a schedule that is not the one before it: only what its text will need, because a small packet with a
  // key of its own costs what its lines cost.
  ESPLANADE_INLINE void expect(job_list jobs, std::size_t i) noexcept {
    if (jobs[i]->schedule == jobs[i - 1]->schedule) return;
    const slot* const s = keys_->at(jobs[i]->schedule);
    if (s == nullptr) return;
    const octet* const begin = reinterpret_cast<const octet*>(s);
    for (std::size_t l = 0; l < front_lines_; ++l) prefetch(begin + l * line);
    const std::size_t reach = jobs[i]->length / line + 2;
    for (std::size_t l = reach < back_lines_ ? reach : back_lines_; l != 0; --l) prefetch(begin + sizeof(slot) - l * line);
  }

  // A text to `to`, which has as many pieces of the same sizes, and its ICV.
  template <bool Seal>
  ESPLANADE_INLINE void run(workspace& w, const slot& s, const job& j, const segment* to, octet* icv, std::size_t icv_size) noexcept {
    const call_set& calls = calls_[s.calls];
    if (j.segments == 1) [[likely]]
      return (Seal ? calls.seal : calls.open)(s.get(), &w.context, to->data, j.source->data, j.length, j.nonce().data(), j.aad, j.aad_length, icv, icv_size);
    begin(w, s, j);
    for (std::size_t i = 0; i < j.segments; ++i) piece<Seal>(w, s, to[i].data, j.source[i]);
    end<Seal>(w, s, icv, icv_size);
  }
  // A text to the workspace, and its whole ICV.
  template <bool Seal> ESPLANADE_INLINE octet* run_aside(workspace& w, const slot& s, const job& j, octet* icv) noexcept {
    octet* const all = w.take(j.length);
    if (j.segments == 1) {
      const segment to{all, j.length};
      run<Seal>(w, s, j, &to, icv, icv_octets);
      return all;
    }
    begin(w, s, j);
    octet* at = all;
    for (std::size_t i = 0; i < j.segments; at += j.source[i++].size) piece<Seal>(w, s, at, j.source[i]);
    end<Seal>(w, s, icv, icv_octets);
    return all;
  }
  void begin(workspace& w, const slot& s, const job& j) noexcept {
    calls_[s.calls].init(s.get(), &w.context, j.nonce().data(), j.aad, j.aad_length);
  }
  template <bool Seal> void piece(workspace& w, const slot& s, octet* to, const segment& from) noexcept {
    const call_set& calls = calls_[s.calls];
    if (from.size != 0) (Seal ? calls.seal_piece : calls.open_piece)(s.get(), &w.context, to, from.data, from.size);
  }
  template <bool Seal> void end(workspace& w, const slot& s, octet* icv, std::size_t icv_size) noexcept {
    (Seal ? calls_[s.calls].seal_end : calls_[s.calls].open_end)(s.get(), &w.context, icv, icv_size);
  }

  // Copying a good text out costs a tenth of deciphering it; enciphering a forged one again would cost as much as that.
  void open_aside(workspace& w, job_list jobs) noexcept {
    each(jobs, [&](const slot& s, job& j) {
      octet icv[icv_octets];
      const octet* from = run_aside<false>(w, s, j, icv);
      if (!equal_in_constant_time(icv, j.icv, j.icv_length)) return gcm_rules::refuse(j, on_forged::restore);
      for (std::size_t i = 0; i < j.segments; from += j.source[i++].size)
        if (j.source[i].size != 0) std::memcpy(j.destination[i].data, from, j.source[i].size);
      j.status = job_status::done;
    });
  }
  // Whether the ICV is that of a ciphertext, or with `Plain` of what the text is enciphered to.
  template <bool Plain> void answer(workspace& w, job_list jobs) noexcept {
    each(jobs, [&](const slot& s, job& j) {
      octet icv[icv_octets];
      run_aside<Plain>(w, s, j, icv);
      j.status = equal_in_constant_time(icv, j.icv, j.icv_length) ? job_status::done : job_status::forged;
    });
  }

  call_set calls_[3];  // for keys of 128, 192 and 256 bits
  owned_keys<slot, Tag> keys_;
  std::size_t front_lines_ = 8, back_lines_ = 1;  // of a schedule: always needed; and from its end, what its text may need
  bool runs_ = false;
};
using ipsec_mb_gcm = basic_ipsec_mb_gcm<0>;
static_assert(CryptoProvider<ipsec_mb_gcm>);

}  // namespace ESPLANADE_IPSEC_MB_TAG
}  // namespace v0
}  // namespace esplanade
