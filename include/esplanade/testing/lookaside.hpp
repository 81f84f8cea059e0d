// A lookaside engine that does what a test says: when each job is done, in which order, and which are cancelled.
#pragma once

#include <esplanade/testing/ciphers.hpp>

#include <algorithm>
#include <cstddef>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// `C` behind a queue: a submitted job waits until the test completes or cancels it, and comes back with the next reap.
/// (delayed_crypto decides for itself, by a seed.)
///   Shape    complete(w, k), cancel(w, k)   of those that wait in workspace w the k-th, the oldest being 0
///            complete_all(w), cancel_all(w)
///   Errors   a cancelled job comes back failed and its text is as it was; so does what is submitted beyond `Depth`
///   Threads  one lane per workspace, and it is that lane's thread that completes and cancels
template <class C, std::size_t Depth = 256> class lookaside : public detail::wrapping_crypto<C> {
  static_assert(!C::abilities.asynchronous, "lookaside<C>: C is asynchronous already");

 public:
  static constexpr provider_abilities abilities = [] {
    provider_abilities a = C::abilities;
    a.asynchronous = true;
    return a;
  }();
  static constexpr const char* name = "lookaside";
  static constexpr std::size_t depth = Depth;

  class workspace {
   public:
    /// Jobs that are neither completed nor cancelled.
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

   private:
    friend class lookaside;
    struct entry {
      job* work;
      bool seals;
      on_forged mode;
    };
    typename C::workspace inner_{};
    std::vector<entry> waiting_{};
    std::vector<job*> back_{};
  };

  void submit_seal(workspace& w, job_list jobs) noexcept { submit(w, jobs, true, on_forged::scrub); }
  void submit_open(workspace& w, job_list jobs, on_forged mode) noexcept { submit(w, jobs, false, mode); }
  [[nodiscard]] std::size_t reap(workspace& w, std::span<job*> back) noexcept {
    const std::size_t n = w.back_.size() < back.size() ? w.back_.size() : back.size();
    std::copy_n(w.back_.begin(), n, back.begin());
    w.back_.erase(w.back_.begin(), w.back_.begin() + static_cast<std::ptrdiff_t>(n));
    return n;
  }

  void complete(workspace& w, std::size_t k) noexcept {
    const auto e = take(w, k);
    job* const one[] = {e.work};
    if (e.seals) this->inner_.seal(w.inner_, one);
    else this->inner_.open(w.inner_, one, e.mode);
    w.back_.push_back(e.work);
  }
  void cancel(workspace& w, std::size_t k) noexcept { fail(w, *take(w, k).work); }
  void complete_all(workspace& w) noexcept {
    while (w.waiting() != 0) complete(w, 0);
  }
  void cancel_all(workspace& w) noexcept {
    while (w.waiting() != 0) cancel(w, 0);
  }

 private:
  void submit(workspace& w, job_list jobs, bool seals, on_forged mode) noexcept {
    for (job* j : jobs) {
      j->status = job_status::pending;
      if (w.waiting() == Depth) fail(w, *j);
      else w.waiting_.push_back({j, seals, mode});
    }
  }
  static void fail(workspace& w, job& j) noexcept {
    j.status = job_status::failed;
    w.back_.push_back(&j);
  }
  static typename workspace::entry take(workspace& w, std::size_t k) noexcept {
    const auto e = w.waiting_[k];
    w.waiting_.erase(w.waiting_.begin() + static_cast<std::ptrdiff_t>(k));
    return e;
  }
};
static_assert(CryptoProvider<lookaside<mixing_crypto>>);

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
