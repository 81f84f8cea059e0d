// Wrappers that give a crypto provider what hardware has: delay, reordering, refusals, faults.
#pragma once

#include <esplanade/testing/mixing_crypto.hpp>
#include <esplanade/testing/seeded.hpp>

#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

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
