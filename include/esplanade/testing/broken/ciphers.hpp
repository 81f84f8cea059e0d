// Crypto providers with one fault each, to show that every law can fail and that none speaks for another.
// Each is sound in everything that its name does not say.
#pragma once

#include <esplanade/testing/ciphers.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

inline void turn_over_octet(const segment* pieces, std::size_t at) noexcept {
  for (;; ++pieces) {
    if (at < pieces->size) {
      pieces->data[at] = static_cast<octet>(pieces->data[at] ^ 0xff);
      return;
    }
    at -= pieces->size;
  }
}

// Does what mixing_crypto does, and then `Derived::after_seal(job, i, jobs)`, and so on, where `Derived` has such.
template <class Derived> class spoiling_crypto : public mixing_crypto {
 public:
  using mixing_crypto::mixing_crypto;
  using workspace = mixing_crypto::workspace;
  void seal(workspace& w, job_list jobs) noexcept {
    mixing_crypto::seal(w, jobs);
    if constexpr (requires { &Derived::after_seal; })
      for (std::size_t i = 0; i < jobs.size(); ++i) Derived::after_seal(*jobs[i], i, jobs);
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    mixing_crypto::open(w, jobs, mode);
    if constexpr (requires { &Derived::after_open; })
      for (std::size_t i = 0; i < jobs.size(); ++i) Derived::after_open(*jobs[i], i, jobs, mode);
  }
  void verify(workspace& w, job_list jobs) noexcept {
    mixing_crypto::verify(w, jobs);
    if constexpr (requires { &Derived::after_verify; })
      for (job* j : jobs) Derived::after_verify(*j);
  }
  void recheck(workspace& w, job_list jobs) noexcept {
    mixing_crypto::recheck(w, jobs);
    if constexpr (requires { &Derived::after_recheck; })
      for (job* j : jobs) Derived::after_recheck(*j);
  }
};

/// Breaks crypto_law::open_undoes_seal: the last octet of an opened text is wrong.
struct opens_last_octet_wrong : spoiling_crypto<opens_last_octet_wrong> {
  static void after_open(job& j, std::size_t, job_list, on_forged) noexcept {
    if (j.status == job_status::done && j.length != 0) turn_over_octet(j.destination, j.length - 1);
  }
};

struct hides_nothing : mixing_leaves_out { static constexpr bool hiding = true; };
struct ignores_text : mixing_leaves_out { static constexpr std::size_t text = 1; };
struct ignores_aad : mixing_leaves_out { static constexpr std::size_t aad = 1; };
struct ignores_nonce : mixing_leaves_out { static constexpr std::size_t nonce = 1; };
struct ignores_appended : mixing_leaves_out { static constexpr std::size_t appended = 1; };
struct ignores_icv : mixing_leaves_out { static constexpr std::size_t icv = 1; };
struct ignores_key : mixing_leaves_out { static constexpr std::size_t key = 1; };
/// Breaks crypto_law::hides_text.
using sends_plaintext = basic_mixing_crypto<hides_nothing>;
/// Breaks crypto_law::text_covered, and so on: the last octet does not count.
using covers_less_text = basic_mixing_crypto<ignores_text>;
using covers_less_aad = basic_mixing_crypto<ignores_aad>;
using covers_less_nonce = basic_mixing_crypto<ignores_nonce>;
using covers_less_appended = basic_mixing_crypto<ignores_appended>;
using compares_less_icv = basic_mixing_crypto<ignores_icv>;
using uses_less_key = basic_mixing_crypto<ignores_key>;

/// Breaks crypto_law::scrub: one octet of a forged text stays.
struct scrubs_all_but_one : spoiling_crypto<scrubs_all_but_one> {
  static void after_open(job& j, std::size_t, job_list, on_forged mode) noexcept {
    if (j.status == job_status::forged && mode == on_forged::scrub && j.length > 40) turn_over_octet(j.destination, 40);
  }
};

/// Breaks crypto_law::restore: a forged text is changed.
struct restores_all_but_one : spoiling_crypto<restores_all_but_one> {
  static void after_open(job& j, std::size_t, job_list, on_forged mode) noexcept {
    if (j.status == job_status::forged && mode == on_forged::restore && j.length != 0) turn_over_octet(j.destination, 0);
  }
};

/// Breaks crypto_law::cuts: a cut that is no multiple of 4 octets from the start spoils the ICV.
struct minds_cuts : spoiling_crypto<minds_cuts> {
  static void after_seal(job& j, std::size_t, job_list) noexcept {
    if (j.segments > 1 && j.source[0].size % 4 != 0) j.icv[0] = static_cast<octet>(j.icv[0] ^ 1);
  }
};

/// Breaks crypto_law::places: a destination of its own gets another ICV.
struct minds_places : spoiling_crypto<minds_places> {
  static void after_seal(job& j, std::size_t, job_list) noexcept {
    if (j.source != j.destination) j.icv[0] = static_cast<octet>(j.icv[0] ^ 1);
  }
};

/// Breaks crypto_law::source_alone.
struct writes_source : spoiling_crypto<writes_source> {
  static void after_open(job& j, std::size_t, job_list, on_forged) noexcept {
    if (j.source != j.destination && j.length != 0) turn_over_octet(j.source, 0);
  }
};

/// Breaks crypto_law::list: the 33rd job of a list gets another ICV.
struct stumbles_at_33rd : spoiling_crypto<stumbles_at_33rd> {
  static void after_seal(job& j, std::size_t i, job_list jobs) noexcept {
    const bool one_key = [&jobs] {
      for (const job* other : jobs)
        if (other->schedule != jobs[0]->schedule) return false;
      return true;
    }();
    if (i == 32 && one_key) j.icv[0] = static_cast<octet>(j.icv[0] ^ 1);
  }
};

/// Breaks crypto_law::mixed_keys: a list is worked on under its first job's key.
class uses_first_key : public mixing_crypto {
 public:
  void seal(workspace& w, job_list jobs) noexcept {
    under_one_key(jobs, [&] { mixing_crypto::seal(w, jobs); });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    under_one_key(jobs, [&] { mixing_crypto::open(w, jobs, mode); });
  }

 private:
  template <class Work> static void under_one_key(job_list jobs, Work work) noexcept {
    std::vector<std::uint32_t> own;
    for (job* j : jobs) {
      own.push_back(j->schedule);
      j->schedule = jobs[0]->schedule;
    }
    work();
    for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i]->schedule = own[i];
  }
};

/// Breaks crypto_law::neighbours: the job behind a forged one is answered as forged.
struct suspects_next : spoiling_crypto<suspects_next> {
  static void after_open(job& j, std::size_t i, job_list jobs, on_forged) noexcept {
    // From the last to the first, so that one forged job spoils one neighbour.
    if (i != 0) return;
    static_cast<void>(j);
    for (std::size_t k = jobs.size(); k-- > 1;)
      if (jobs[k - 1]->status == job_status::forged) jobs[k]->status = job_status::forged;
  }
};

/// Breaks crypto_law::statuses: the last job of a sealed list keeps the status it came with.
struct forgets_last_status : spoiling_crypto<forgets_last_status> {
  static void after_seal(job& j, std::size_t i, job_list jobs) noexcept {
    if (i != 0 && i + 1 == jobs.size()) j.status = job_status::pending;
  }
};

/// Breaks crypto_law::own_memory: the octet behind the ICV is cleared.
struct writes_behind_icv : spoiling_crypto<writes_behind_icv> {
  static void after_seal(job& j, std::size_t, job_list) noexcept { j.icv[j.icv_length] = 0; }
};

/// Breaks crypto_law::verify_writes_nothing.
struct verify_writes : spoiling_crypto<verify_writes> {
  static void after_verify(job& j) noexcept {
    if (j.length != 0) turn_over_octet(j.destination, 0);
  }
};

/// Breaks crypto_law::verify_agrees: everything is authentic.
struct verify_believes : spoiling_crypto<verify_believes> {
  static void after_verify(job& j) noexcept { j.status = job_status::done; }
};

/// Breaks crypto_law::recheck_writes_nothing: the ICV is corrected.
struct recheck_writes : spoiling_crypto<recheck_writes> {
  static void after_recheck(job& j) noexcept {
    if (j.status == job_status::forged) j.icv[0] = static_cast<octet>(j.icv[0] ^ 1);
  }
};

/// Breaks crypto_law::recheck_agrees: takes the plaintext for ciphertext.
class recheck_verifies : public mixing_crypto {
 public:
  void recheck(workspace& w, job_list jobs) noexcept { mixing_crypto::verify(w, jobs); }
};

/// Breaks crypto_law::key_sizes: the end of a longer key is left out.
class cuts_keys : public mixing_crypto {
 public:
  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    return mixing_crypto::add_key(sizes, key.size() > sizes.key ? key.first(sizes.key) : key);
  }
};

/// Breaks crypto_law::room_again: what is removed is never free.
class leaks_keys : public mixing_crypto {
 public:
  void remove_key(std::uint32_t) noexcept {}
};

/// Breaks crypto_law::back_once: every tenth job is lost.
class loses_jobs : public delayed_crypto<mixing_crypto> {
 public:
  void submit_seal(workspace& w, job_list jobs) noexcept {
    for (std::size_t i = 0; i < jobs.size(); ++i)
      if (++count_ % 10 != 0) delayed_crypto<mixing_crypto>::submit_seal(w, jobs.subspan(i, 1));
  }

 private:
  std::size_t count_ = 0;
};

/// Breaks crypto_law::back_once: a job comes back twice.
class repeats_jobs : public delayed_crypto<mixing_crypto> {
 public:
  [[nodiscard]] std::size_t reap(workspace& w, std::span<job*> back) noexcept {
    const std::size_t n = delayed_crypto<mixing_crypto>::reap(w, back);
    if (n == 0 || n == back.size()) return n;
    back[n] = back[0];
    return n + 1;
  }
};

/// Breaks crypto_law::back_in_bounds: the place behind the last job is cleared.
class clears_behind : public delayed_crypto<mixing_crypto> {
 public:
  [[nodiscard]] std::size_t reap(workspace& w, std::span<job*> back) noexcept {
    const std::size_t n = delayed_crypto<mixing_crypto>::reap(w, back);
    if (n < back.size()) back[n] = nullptr;
    return n;
  }
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
