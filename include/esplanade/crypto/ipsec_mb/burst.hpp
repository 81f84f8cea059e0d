// All suites but AES-GCM and AES-GMAC by intel-ipsec-mb's jobs: as many packets at a time as the processor's registers hold.
//
//   AEAD           the text where it stands
//   cipher + MAC   [AAD | text | appended], which must stand in one piece: as it does in a contiguous packet, where the ICV's
//                  place lends room to the appended octets while the library works. What does not is staged in the workspace
//   to be left alone (verify, recheck, and opening with `restore`)   the result goes to the workspace
#pragma once

#include <esplanade/crypto/ipsec_mb/burst_job.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_IPSEC_MB_TAG {

/// AES-CCM with 128- and 256-bit keys, ChaCha20-Poly1305; AES-CBC, AES-CTR, DES, 3DES and NULL with HMAC, CMAC and XCBC; AH.
///
///   Cost     a list is handed to the library at once, and is worked on in its registers side by side: a list of one job costs
///            several times its share of a list of 16. No allocation, lock or exception after add_key
///   Memory   `schedule_bytes` per key of the capacity; per workspace the library's manager and 192 KiB, touched as far as texts
///            are staged
///   Errors   add_key refuses every key where the library does not run. A job is failed when its schedule holds no key, it is
///            not of its key's shape (suite_rules), its AAD and text together have more than 65,534 octets (the library counts
///            in 16 bits) or, for a MAC, none, the AAD of CCM more than 46, or its pieces stand nowhere
///   Threads  one lane per workspace. add_key and remove_key: one thread at a time, beside lanes that use other schedules
///   Forged   with `scrub` a text is decrypted to its destination and then zeroed; with `restore` nothing was written there
///   Keys     wiped when they are removed, and with the provider. A workspace may hold plaintext until other texts overwrite it;
///            it is wiped when it ends
template <std::uint32_t Tag> class basic_ipsec_mb_burst {
  static constexpr std::size_t burst = 64;                // jobs at a time: four times what the widest registers hold
  static constexpr std::size_t covered_max = 65534;       // octets in a job; one that covers none would spoil those behind it
  static constexpr std::size_t ccm_aad_max = 46;
  static constexpr std::size_t scratch_octets = 3 * 65536;

 public:
  static constexpr provider_abilities abilities{.appended_input = true, .lanes = 16};
  static constexpr const char* name = "ipsec_mb";
  static constexpr bool takes(const suite_sizes& s) noexcept {
    if (!suite_rules::knows(s)) return false;
    if (s.family == cipher_family::aes_ccm) return s.key != 24;  // the library has none
    return s.family == cipher_family::chacha20_poly1305 || (s.form() == job_form::mac && s.mac != mac_family::aes_gmac);
  }
  template <class S> static constexpr bool supports = takes(S::sizes);

 private:
  using slot = burst_key;
  using task = burst_task;
  using entry = burst_entry;

 public:
  /// What a key costs.
  static constexpr std::size_t schedule_bytes = sizeof(slot);

  class alignas(64) workspace {
   public:
    workspace() = default;
    workspace(const workspace&) = delete;
    workspace& operator=(const workspace&) = delete;
    ~workspace() {
      wipe(scratch_, used_max_);
      wipe(entries_, sizeof entries_);
    }

   private:
    friend class basic_ipsec_mb_burst;
    [[nodiscard]] bool has(std::size_t size) const noexcept { return scratch_octets - used_ >= size; }
    octet* take(std::size_t size) noexcept {
      octet* const at = scratch_ + used_;
      used_ += (size + 63) & ~std::size_t{63};
      if (used_ > used_max_) used_max_ = used_;
      return at;
    }
    manager manager_;
    IMB_ARCH set_up_for_ = IMB_ARCH_NUM;
    std::size_t count_ = 0, used_ = 0, used_max_ = 0;
    entry entries_[burst];
    alignas(64) octet scratch_[scratch_octets + 64];  // nothing is in it yet, and nobody reads what nobody wrote
  };

  /// `capacity`: keys at a time. `which`: the library's code for that kind of processor; without it, for this one.
  explicit basic_ipsec_mb_burst(std::size_t capacity = 1024, IMB_ARCH which = IMB_ARCH_NONE) : keys_(capacity), which_(which) { tools_.set_up(which); }

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (!takes(sizes) && suite_rules::knows(sizes)) return fault{fault_kind::not_supported, "sizes.family", "this engine has no such suite", "AES-CCM with 128 or 256 bits, ChaCha20-Poly1305, or a cipher with a MAC beside it"};
    if (!tools_.runs()) return does_not_run();
    return keys_->add(sizes, key, [&](slot& s) {
      s.set(*tools_.get(), sizes, key);
      return true;
    });
  }
  void remove_key(std::uint32_t schedule) noexcept { keys_->remove(schedule); }

  void seal(workspace& w, job_list jobs) noexcept { run<task::seal>(w, jobs, on_forged::scrub); }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept { run<task::open>(w, jobs, mode); }
  void verify(workspace& w, job_list jobs) noexcept { run<task::verify>(w, jobs, on_forged::restore); }
  void recheck(workspace& w, job_list jobs) noexcept { run<task::recheck>(w, jobs, on_forged::restore); }

 private:
  template <task Task> void run(workspace& w, job_list jobs, on_forged mode) noexcept {
    if (w.set_up_for_ != which_) {
      w.manager_.set_up(which_);
      w.set_up_for_ = which_;
    }
    keys_->each(jobs, [&](const slot& s, job& j) {
      const std::size_t covered = std::size_t{j.aad_length} + j.length + j.appended_length;
      if (!w.manager_.runs() || covered > covered_max || (covered == 0 && covers_aad(s)) || !stands_somewhere(j) || (s.sizes.family == cipher_family::aes_ccm && j.aad_length > ccm_aad_max)) {
        j.status = job_status::failed;
        return;
      }
      if (w.count_ == burst || !w.has(covered + 64)) work_off<Task>(w, mode);
      prepare<Task>(w, s, j, mode);
    });
    work_off<Task>(w, mode);
  }

  // For CMAC the library (1.3) loads a block behind the message: nobody may have that where another page begins.
  static bool ends_at_page(const octet* end) noexcept { return ((reinterpret_cast<std::uintptr_t>(end) - 1) & 4095) >= 4096 - 32; }

  template <task Task> void prepare(workspace& w, const slot& s, job& j, on_forged mode) noexcept {
    entry& e = w.entries_[w.count_++];
    e.of = &j;
    e.key = &s;
    e.staged = e.aside = e.lent = false;
    const bool in_place = j.segments == 1 && j.source[0].data == j.destination[0].data;
    bool whole = j.segments == 1;
    if (whole && covers_aad(s)) {
      const octet* const text = j.source[0].data;
      whole = j.aad + j.aad_length == text;
      if (whole && Task == task::seal && encrypts(s)) whole = in_place;  // the library authenticates what stands at the source
      if (whole && j.appended_length != 0) {
        e.lent = (Task == task::seal || Task == task::open) && in_place && j.icv == text + j.length && j.icv_length >= j.appended_length;
        whole = e.lent;
      }
      if (Task == task::recheck && encrypts(s)) whole = false;
      if (whole && s.sizes.mac == mac_family::aes_cmac && ends_at_page(text + j.length)) whole = false;
    }
    if (!whole) {
      e.lent = false;
      return stage(w, e);
    }
    e.from = j.source[0].data - (covers_aad(s) ? j.aad_length : 0u);
    e.to = j.destination[0].data;
    const bool writes = Task == task::seal || (Task == task::open && mode == on_forged::scrub);
    if (!writes && encrypts(s)) {
      e.aside = true;
      e.to = w.take(j.length);
    }
    if (e.lent) {
      if constexpr (Task == task::open) std::memcpy(e.received, j.icv, j.icv_length);
      std::memcpy(j.icv, j.appended, j.appended_length);
    }
  }
  // Gathers what the library reads.
  static void stage(workspace& w, entry& e) noexcept {
    const job& j = *e.of;
    const std::size_t front = covers_aad(*e.key) ? j.aad_length : 0u;
    e.staged = true;
    e.from = w.take(front + j.length + j.appended_length);
    octet* at = e.from;
    const auto add = [&at](const octet* piece, std::size_t size) {
      if (size != 0) std::memcpy(at, piece, size);
      at += size;
    };
    add(j.aad, front);
    e.to = at;
    for (std::size_t i = 0; i < j.segments; ++i) add(j.source[i].data, j.source[i].size);
    if (covers_aad(*e.key)) add(j.appended, j.appended_length);
  }

  template <task Task> void work_off(workspace& w, on_forged mode) noexcept {
    IMB_MGR* const m = w.manager_.get();
    IMB_JOB* jobs[burst];
    const std::uint32_t count = static_cast<std::uint32_t>(w.count_);
    if (count != 0) {
      (void)m->get_next_burst(m, count, jobs);  // all: none is in the library between two lists
      for (std::uint32_t i = 0; i < count; ++i) {
        fill_burst_job<Task>(*jobs[i], w.entries_[i]);
        w.entries_[i].of->status = job_status::pending;
      }
      std::uint32_t done = m->submit_burst_nocheck(m, count, jobs);
      note(jobs, done);
      while (done < count) {
        const std::uint32_t more = m->flush_burst(m, count - done, jobs);
        if (more == 0) break;
        note(jobs, more);
        done += more;
      }
    }
    for (std::uint32_t i = 0; i < count; ++i) finish<Task>(w.entries_[i], mode);
    w.count_ = w.used_ = 0;
  }
  static void note(IMB_JOB* const* jobs, std::uint32_t count) noexcept {
    for (std::uint32_t i = 0; i < count; ++i)
      if (jobs[i]->status == IMB_STATUS_COMPLETED) static_cast<entry*>(jobs[i]->user_data)->of->status = job_status::done;
  }

  template <task Task> static void finish(entry& e, on_forged mode) noexcept {
    job& j = *e.of;
    if constexpr (Task == task::open) {
      if (e.lent) std::memcpy(j.icv, e.received, j.icv_length);
    }
    if (j.status != job_status::done) {
      j.status = job_status::failed;
      return;
    }
    if constexpr (Task == task::seal) {
      if (j.icv_length != 0) std::memcpy(j.icv, e.icv, j.icv_length);
    } else {
      if (compare_icv(e.icv, j) != job_status::done) {
        if constexpr (Task == task::open) return suite_rules::refuse(j, mode);
        j.status = job_status::forged;
        return;
      }
      if constexpr (Task != task::open) return;
    }
    if (!encrypts(*e.key)) return copy_text(j);
    if (e.staged || e.aside) {
      const octet* from = e.to;
      for (std::size_t i = 0; i < j.segments; from += j.source[i++].size)
        if (j.source[i].size != 0) std::memcpy(j.destination[i].data, from, j.source[i].size);
    }
  }

  owned_keys<slot, Tag> keys_;
  manager tools_;
  IMB_ARCH which_;
};
using ipsec_mb_burst = basic_ipsec_mb_burst<0>;
static_assert(CryptoProvider<ipsec_mb_burst>);

}  // namespace ESPLANADE_IPSEC_MB_TAG
}  // namespace v0
}  // namespace esplanade
