// Crypto providers for tests: a cipher that is none, and wrappers that give a provider what hardware has: delay, reordering,
// refusals, faults. None needs a library.
//
//   mixing_crypto            scrambles and detects changes, at speed; anybody can undo it
//   nonce_probe              the same for suites with nonces of 11, 12 and 16 octets; writes down what it was given
//   delayed_crypto<C>        C, asynchronously: jobs come back late and in another order
//                            (in the order that a test asks for: lookaside.hpp)
//   out_of_place_crypto<C>   C that cannot work in place
//   contiguous_crypto<C>     C that cannot work on texts of several segments
//   failing_crypto<C>        C that fails or forges a job on request
#pragma once

#include <esplanade/base/wipe.hpp>
#include <esplanade/crypto/constant_time.hpp>
#include <esplanade/crypto/provider.hpp>
#include <esplanade/testing/seeded.hpp>

#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {
inline std::uint64_t mixed(std::uint64_t state, std::uint64_t word) noexcept {
  // For every state a permutation of words, and for every word one of states: a single changed word never goes unseen.
  state = (state ^ word) * 0x9e3779b97f4a7c15u;
  return state ^ (state >> 32);
}

// Folds octets into a state word by word, so that it does not matter in which pieces they come.
class mixing_sum {
 public:
  explicit mixing_sum(std::uint64_t start) noexcept : state_(start) {}
  void add(const octet* at, std::size_t size) noexcept {
    for (; size != 0 && filled_ != 0; --size) add_octet(*at++);
    for (; size >= 8; at += 8, size -= 8) add_word(load_be64(at));
    for (; size != 0; --size) add_octet(*at++);
  }
  void add_octet(octet value) noexcept {
    word_ = word_ << 8 | value;
    if (++filled_ != 8) return;
    filled_ = 0;
    add_word(word_);
    word_ = 0;
  }
  void add_word(std::uint64_t word) noexcept { state_ = mixed(state_, word); }
  // Ends a field: what follows it cannot be mistaken for a part of it.
  void end(std::uint64_t size) noexcept {
    if (filled_ != 0) add_word(word_);
    word_ = 0;
    filled_ = 0;
    add_word(size);
  }
  [[nodiscard]] std::uint64_t state() const noexcept { return state_; }

 private:
  std::uint64_t state_;
  std::uint64_t word_ = 0;
  unsigned filled_ = 0;
};
}  // namespace detail

/// What the ICV and the cipher of a `basic_mixing_crypto` leave out: nothing, in the sound one.
struct mixing_leaves_out {
  static constexpr std::size_t text = 0;      ///< octets at the end that the ICV does not cover; the same for the others
  static constexpr std::size_t aad = 0;
  static constexpr std::size_t nonce = 0;
  static constexpr std::size_t appended = 0;
  static constexpr std::size_t icv = 0;       ///< octets at the end that are not compared
  static constexpr std::size_t key = 0;       ///< octets at the end that do not count
  static constexpr bool hiding = false;       ///< the text stays as it is
};

/// A cipher in shape only. It is NOT cryptography: it hides nothing from anybody who reads this. The text is xored with
/// numbers made of key and nonce where the suite encrypts, the ICV is a sum over nonce, AAD, text and appended octets that every single changed bit
/// changes. So tests and fuzzers see scrambled text and real ICV failures without a library, for every suite.
///   Cost     about an octet per nanosecond
///   Threads  one lane per workspace; keys are added and removed by one thread
template <class LeavesOut> class basic_mixing_crypto {
 public:
  static constexpr provider_abilities abilities{.appended_input = true};
  static constexpr const char* name = "mixing";
  template <class> static constexpr bool supports = true;
  struct workspace {};

  /// `capacity`: keys at a time.
  explicit basic_mixing_crypto(std::size_t capacity = 4096) : keys_(capacity) {
    for (std::size_t i = capacity; i-- != 0;) free_.push_back(static_cast<std::uint32_t>(i));
  }

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (key.size() != sizes.key) return fault{fault_kind::invalid_value, "key", "its size does not suit the suite", "as many octets as the suite's key"};
    if (free_.empty()) return fault{fault_kind::no_space, "key", "every schedule of the provider is in use", "a provider with a larger capacity, or remove_key first"};
    const std::uint32_t schedule = free_.back();
    free_.pop_back();
    detail::mixing_sum sum{0x6d6978696e67};
    sum.add(key.data(), key.size() < LeavesOut::key ? 0 : key.size() - LeavesOut::key);
    sum.end(key.size());
    keys_[schedule] = {sum.state(), sizes.icv, true, sizes.family != cipher_family::null && sizes.family != cipher_family::aes_gmac};
    return schedule;
  }
  /// Nothing happens when the schedule holds no key.
  void remove_key(std::uint32_t schedule) noexcept {
    if (schedule >= keys_.size() || !keys_[schedule].live) return;
    wipe(&keys_[schedule], sizeof(key_state));
    free_.push_back(schedule);
  }

  void seal(workspace&, job_list jobs) noexcept {
    for (job* j : jobs) {
      if (!starts(*j)) continue;
      cross(*j);
      octet icv[icv_max];
      compute(*j, j->destination, false, icv);
      std::memcpy(j->icv, icv, j->icv_length);
      j->status = job_status::done;
    }
  }
  void open(workspace&, job_list jobs, on_forged mode) noexcept {
    for (job* j : jobs) {
      if (!starts(*j)) continue;
      j->status = check(*j, false);
      if (j->status == job_status::done) {
        cross(*j);
      } else if (mode == on_forged::scrub) {
        for (std::size_t i = 0; i < j->segments; ++i)
          if (j->source[i].size != 0) std::memset(j->destination[i].data, 0, j->source[i].size);
      }
    }
  }
  void verify(workspace&, job_list jobs) noexcept {
    for (job* j : jobs)
      if (starts(*j)) j->status = check(*j, false);
  }
  void recheck(workspace&, job_list jobs) noexcept {
    for (job* j : jobs)
      if (starts(*j)) j->status = check(*j, true);
  }

 private:
  struct key_state {
    std::uint64_t sum = 0;
    std::uint8_t icv = 0;
    bool live = false;
    bool hides = true;  ///< the suite encrypts
  };

  [[nodiscard]] bool starts(job& j) const noexcept {
    std::size_t size = 0;
    for (std::size_t i = 0; i < j.segments; ++i) size += j.source[i].size;
    const bool sound = j.schedule < keys_.size() && keys_[j.schedule].live && j.icv_length == keys_[j.schedule].icv &&
                       j.icv_length <= icv_max && size == j.length;
    j.status = sound ? job_status::pending : job_status::failed;
    return sound;
  }
  [[nodiscard]] std::uint64_t nonce_sum(const job& j) const noexcept {
    detail::mixing_sum sum{keys_[j.schedule].sum};
    const const_octets nonce = j.nonce();
    sum.add(nonce.data(), nonce.size() < LeavesOut::nonce ? 0 : nonce.size() - LeavesOut::nonce);
    sum.end(nonce.size());
    return sum.state();
  }
  // The octets that cover the text, `at` octets from its start.
  struct cover {
    std::uint64_t key;
    bool hides;
    std::uint64_t at = 0;
    [[nodiscard]] std::uint64_t word() const noexcept {
      return LeavesOut::hiding || !hides ? 0 : detail::mixed(detail::mixed(key, at / 8 + 1), 0);
    }
    octet next() noexcept {
      const octet value = static_cast<octet>(word() >> (56 - at % 8 * 8));
      ++at;
      return value;
    }
  };

  void cross(const job& j) const noexcept {
    cover c{nonce_sum(j), keys_[j.schedule].hides};
    for (std::size_t i = 0; i < j.segments; ++i) {
      const octet* from = j.source[i].data;
      octet* to = j.destination[i].data;
      std::size_t size = j.source[i].size;
      const auto octet_by_octet = [&](auto more) {
        for (; size != 0 && more(); --size) *to++ = static_cast<octet>(*from++ ^ c.next());
      };
      octet_by_octet([&] { return c.at % 8 != 0; });
      for (; size >= 8; size -= 8, from += 8, to += 8, c.at += 8) store_be64(to, load_be64(from) ^ c.word());
      octet_by_octet([] { return true; });
    }
  }
  void compute(const job& j, const segment* text, bool crossed, octet* icv) const noexcept {
    const std::uint64_t nonce = nonce_sum(j);
    detail::mixing_sum sum{detail::mixed(nonce, 0x696376)};
    sum.add(j.aad, j.aad_length < LeavesOut::aad ? 0 : j.aad_length - LeavesOut::aad);
    sum.end(j.aad_length);
    cover c{nonce, keys_[j.schedule].hides};
    std::size_t left = j.length < LeavesOut::text ? 0 : j.length - LeavesOut::text;
    for (std::size_t i = 0; i < j.segments; ++i) {
      const std::size_t size = text[i].size < left ? text[i].size : left;
      left -= size;
      if (!crossed) sum.add(text[i].data, size);
      else
        for (std::size_t k = 0; k < size; ++k) sum.add_octet(static_cast<octet>(text[i].data[k] ^ c.next()));
    }
    sum.end(j.length);
    sum.add(j.appended, j.appended_length < LeavesOut::appended ? 0 : j.appended_length - LeavesOut::appended);
    sum.end(j.appended_length);
    std::uint64_t word = sum.state();
    for (std::size_t i = 0; i < icv_max; i += 8, word = detail::mixed(word, i)) store_be64(icv + i, word);
  }
  [[nodiscard]] job_status check(const job& j, bool is_plaintext) const noexcept {
    octet icv[icv_max];
    compute(j, j.source, is_plaintext, icv);
    const std::size_t compared = j.icv_length < LeavesOut::icv ? 0 : j.icv_length - LeavesOut::icv;
    return equal_in_constant_time(icv, j.icv, compared) ? job_status::done : job_status::forged;
  }

  std::vector<key_state> keys_;
  std::vector<std::uint32_t> free_;
};

/// The sound one. NOT cryptography.
using mixing_crypto = basic_mixing_crypto<mixing_leaves_out>;
static_assert(CryptoProvider<mixing_crypto>);

/// A suite that no RFC has, with a nonce of `Salt` + `Iv` octets: for what must not assume 4 and 8.
template <std::uint8_t Salt, std::uint8_t Iv, std::uint8_t Icv = 16> struct nonce_suite {
  static_assert(Salt <= salt_max && Iv <= iv_max, "a job holds at most 4 octets of salt and 16 of IV");
  static constexpr suite_sizes sizes{cipher_family::aes_gcm, 16, Salt, Iv, Icv, 4};
  static constexpr const char* name = "a test's own nonce";
};
using nonce_of_11 = nonce_suite<3, 8>;   ///< as AES-CCM's (RFC 4309)
using nonce_of_12 = nonce_suite<4, 8>;   ///< as AES-GCM's (RFC 4106)
using nonce_of_16 = nonce_suite<0, 16>;  ///< as AES-CBC's IV (RFC 3602)

/// `mixing_crypto` for suites with nonces of 11, 12 and 16 octets, which writes down the nonce of every job it works on.
///   Threads  one
class nonce_probe {
 public:
  static constexpr provider_abilities abilities = mixing_crypto::abilities;
  static constexpr const char* name = "nonce_probe";
  static constexpr bool takes(const suite_sizes& s) noexcept {
    return (s.salt == 3 && s.iv == 8) || (s.salt == 4 && s.iv == 8) || (s.salt == 0 && s.iv == 16);
  }
  template <class S> static constexpr bool supports = takes(S::sizes);
  using workspace = mixing_crypto::workspace;

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (!takes(sizes)) return fault{fault_kind::not_supported, "sizes.iv", "not a nonce that is probed", "salt and IV of 3 and 8, 4 and 8, or 0 and 16 octets"};
    return inner_.add_key(sizes, key);
  }
  void remove_key(std::uint32_t schedule) noexcept { inner_.remove_key(schedule); }
  void seal(workspace& w, job_list jobs) noexcept { inner_.seal(w, see(jobs)); }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept { inner_.open(w, see(jobs), mode); }
  void verify(workspace& w, job_list jobs) noexcept { inner_.verify(w, see(jobs)); }
  void recheck(workspace& w, job_list jobs) noexcept { inner_.recheck(w, see(jobs)); }

  /// The nonces in the order in which jobs were given.
  [[nodiscard]] const std::vector<std::vector<octet>>& seen() const noexcept { return seen_; }
  void forget() noexcept { seen_.clear(); }

 private:
  job_list see(job_list jobs) {
    for (const job* j : jobs) seen_.emplace_back(j->nonce().begin(), j->nonce().end());
    return jobs;
  }
  mixing_crypto inner_;
  std::vector<std::vector<octet>> seen_;
};
static_assert(CryptoProvider<nonce_probe>);

namespace detail {
// What wrappers pass on. The wrapped provider is made by the wrapper.
template <class C> class wrapping_crypto {
 public:
  template <class S> static constexpr bool supports = C::template supports<S>;
  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept { return inner_.add_key(sizes, key); }
  void remove_key(std::uint32_t schedule) noexcept { inner_.remove_key(schedule); }
  [[nodiscard]] C& inner() noexcept { return inner_; }

 protected:
  C inner_;
};

// Gives jobs one by one to `work` where `Derived::takes` them; fails the others.
template <class Derived, class C> class choosy_crypto : public wrapping_crypto<C> {
 public:
  using workspace = typename C::workspace;
  void seal(workspace& w, job_list jobs) noexcept {
    each(jobs, [&](job_list one) { this->inner_.seal(w, one); });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    each(jobs, [&](job_list one) { this->inner_.open(w, one, mode); });
  }
  void verify(workspace& w, job_list jobs) noexcept { this->inner_.verify(w, jobs); }
  void recheck(workspace& w, job_list jobs) noexcept { this->inner_.recheck(w, jobs); }

 protected:
  template <class Work> static void each(job_list jobs, Work work) noexcept {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (Derived::takes(*jobs[i])) work(jobs.subspan(i, 1));
      else jobs[i]->status = job_status::failed;
    }
  }
};
}  // namespace detail

/// `C` that does not work in place: jobs whose destination overlaps their source are failed.
template <class C> class out_of_place_crypto : public detail::choosy_crypto<out_of_place_crypto<C>, C> {
 public:
  static constexpr provider_abilities abilities = [] {
    provider_abilities a = C::abilities;
    a.in_place = false;
    return a;
  }();
  static constexpr const char* name = "out_of_place";

  static bool takes(const job& j) noexcept {
    for (std::size_t i = 0; i < j.segments; ++i)
      for (std::size_t k = 0; k < j.segments; ++k) {
        const octet* const from = j.source[i].data;
        const octet* const to = j.destination[k].data;
        if (j.source[i].size != 0 && j.source[k].size != 0 && from < to + j.source[k].size && to < from + j.source[i].size) return false;
      }
    return j.source != j.destination;
  }
};

/// `C` that takes contiguous memory only: jobs with several segments are failed.
template <class C> class contiguous_crypto : public detail::choosy_crypto<contiguous_crypto<C>, C> {
  using base = detail::choosy_crypto<contiguous_crypto<C>, C>;

 public:
  static constexpr provider_abilities abilities = [] {
    provider_abilities a = C::abilities;
    a.scatter_gather = false;
    return a;
  }();
  static constexpr const char* name = "contiguous";
  using typename base::workspace;

  static bool takes(const job& j) noexcept { return j.segments <= 1; }
  void verify(workspace& w, job_list jobs) noexcept {
    base::each(jobs, [&](job_list one) { this->inner_.verify(w, one); });
  }
  void recheck(workspace& w, job_list jobs) noexcept {
    base::each(jobs, [&](job_list one) { this->inner_.recheck(w, one); });
  }
};

/// `C` that fails or forges one job on request. Jobs are counted over seal and open, from 0, since the request.
///   fail_at(n)    the n-th job is failed and nothing is done to it
///   forge_at(n)   the n-th job, when it is opened, is answered as forged; when it is sealed, gets an ICV that will not verify
///   Threads  one
template <class C> class failing_crypto : public detail::wrapping_crypto<C> {
 public:
  static constexpr provider_abilities abilities = C::abilities;
  static constexpr const char* name = "failing";
  using workspace = typename C::workspace;
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  void fail_at(std::uint64_t n) noexcept { fail_ = n, forge_ = never, count_ = 0; }
  void forge_at(std::uint64_t n) noexcept { forge_ = n, fail_ = never, count_ = 0; }
  /// Jobs since the last request.
  [[nodiscard]] std::uint64_t jobs() const noexcept { return count_; }

  void seal(workspace& w, job_list jobs) noexcept {
    each(jobs, [&](job_list one, bool forged) {
      this->inner_.seal(w, one);
      if (forged && one[0]->icv_length != 0) one[0]->icv[0] = static_cast<octet>(~one[0]->icv[0]);
    });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    each(jobs, [&](job_list one, bool forged) {
      if (forged) forge(*one[0], mode);
      else this->inner_.open(w, one, mode);
    });
  }
  void verify(workspace& w, job_list jobs) noexcept { this->inner_.verify(w, jobs); }
  void recheck(workspace& w, job_list jobs) noexcept { this->inner_.recheck(w, jobs); }

 private:
  template <class Work> void each(job_list jobs, Work work) noexcept {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const std::uint64_t n = count_++;
      if (n == fail_) jobs[i]->status = job_status::failed;
      else work(jobs.subspan(i, 1), n == forge_);
    }
  }
  static void forge(job& j, on_forged mode) noexcept {
    j.status = job_status::forged;
    if (mode != on_forged::scrub) return;
    for (std::size_t i = 0; i < j.segments; ++i)
      if (j.source[i].size != 0) std::memset(j.destination[i].data, 0, j.source[i].size);
  }
  std::uint64_t fail_ = never, forge_ = never, count_ = 0;
};

/// `C` as an asynchronous engine: a job is worked on when it comes back, after a number of reaps and among others in any order.
/// What is submitted beyond `Capacity` comes back failed.
///   Order    seeded: the same seed gives the same order
///   Threads  one lane per workspace
template <class C, std::size_t Capacity = 256> class delayed_crypto : public detail::wrapping_crypto<C> {
  static_assert(!C::abilities.asynchronous, "delayed_crypto<C>: C is asynchronous already");

 public:
  static constexpr provider_abilities abilities = [] {
    provider_abilities a = C::abilities;
    a.asynchronous = true;
    return a;
  }();
  static constexpr const char* name = "delayed";
  static constexpr std::size_t capacity = Capacity;

  class workspace {
   public:
    /// Jobs that have not come back.
    [[nodiscard]] std::size_t in_flight() const noexcept { return waiting.size(); }

   private:
    friend class delayed_crypto;
    struct entry {
      job* work;
      std::uint64_t due;  // the reap at which it may come back
      bool seals;
      bool refused;
      on_forged mode;
    };
    typename C::workspace inner{};
    std::vector<entry> waiting;
    std::size_t queued = 0;
    std::uint64_t reaps = 0;
    seeded numbers{};
    bool started = false;
  };

  /// A job comes back at one of the next `most_reaps` + 1 calls of reap; with 0 at the next one, in any order.
  explicit delayed_crypto(std::uint64_t seed = 1, std::uint64_t most_reaps = 4) noexcept : seed_(seed), most_reaps_(most_reaps) {}

  void submit_seal(workspace& w, job_list jobs) noexcept { submit(w, jobs, true, on_forged::scrub); }
  void submit_open(workspace& w, job_list jobs, on_forged mode) noexcept { submit(w, jobs, false, mode); }
  [[nodiscard]] std::size_t reap(workspace& w, std::span<job*> back) noexcept {
    ++w.reaps;
    std::size_t put = 0;
    const std::size_t waiting = w.waiting.size();
    const std::size_t from = waiting == 0 ? 0 : static_cast<std::size_t>(w.numbers.below(waiting));
    std::vector<bool> gone(waiting);
    for (std::size_t k = 0; k < waiting && put < back.size(); ++k) {
      const std::size_t i = (from + k) % waiting;
      typename workspace::entry& e = w.waiting[i];
      if (e.due > w.reaps) continue;
      work(w, e);
      back[put++] = e.work;
      gone[i] = true;
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < waiting; ++i)
      if (!gone[i]) w.waiting[kept++] = w.waiting[i];
    w.waiting.resize(kept);
    return put;
  }

 private:
  void submit(workspace& w, job_list jobs, bool seals, on_forged mode) noexcept {
    if (!w.started) w.numbers = seeded{seed_};
    w.started = true;
    for (job* j : jobs) {
      j->status = job_status::pending;
      const bool refused = w.queued == Capacity;
      if (!refused) ++w.queued;
      w.waiting.push_back({j, w.reaps + 1 + w.numbers.below(most_reaps_ + 1), seals, refused, mode});
    }
  }
  void work(workspace& w, const typename workspace::entry& e) noexcept {
    if (e.refused) {
      e.work->status = job_status::failed;
      return;
    }
    --w.queued;
    job* const one[] = {e.work};
    if (e.seals) this->inner_.seal(w.inner, one);
    else this->inner_.open(w.inner, one, e.mode);
  }

  std::uint64_t seed_;
  std::uint64_t most_reaps_;
};
static_assert(CryptoProvider<delayed_crypto<mixing_crypto>> && CryptoProvider<failing_crypto<mixing_crypto>> &&
              CryptoProvider<contiguous_crypto<mixing_crypto>> && CryptoProvider<out_of_place_crypto<mixing_crypto>>);

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
