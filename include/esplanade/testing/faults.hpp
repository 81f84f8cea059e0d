// Things that fail on request, to show that nothing leaks and nothing leaves when they do.
#pragma once

#include <esplanade/crypto/provider.hpp>
#include <esplanade/transform/stage.hpp>

#include <set>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// `C` that refuses the n-th key on request and counts those it holds.
///   Errors   removing a schedule that holds no key changes nothing and is counted: `misuses()`
template <class C> class key_keeper {
 public:
  static constexpr provider_abilities abilities = C::abilities;
  static constexpr const char* name = "key_keeper";
  template <class S> static constexpr bool supports = C::template supports<S>;
  using workspace = typename C::workspace;

  /// The n-th key from now on, counted from 0, is refused.
  void fail_at(std::uint64_t n) noexcept { fail_ = n, count_ = 0; }
  [[nodiscard]] std::size_t keys() const noexcept { return held_.size(); }
  [[nodiscard]] std::size_t misuses() const noexcept { return misuses_; }

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    if (count_++ == fail_) return fault{fault_kind::no_space, "key", "refused on request", "another number for fail_at()"};
    auto made = inner_.add_key(sizes, key);
    if (made) held_.insert(*made);
    return made;
  }
  void remove_key(std::uint32_t schedule) noexcept {
    if (held_.erase(schedule) == 0) ++misuses_;
    else inner_.remove_key(schedule);
  }
  void seal(workspace& w, job_list jobs) noexcept { inner_.seal(w, jobs); }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept { inner_.open(w, jobs, mode); }
  void verify(workspace& w, job_list jobs) noexcept { inner_.verify(w, jobs); }
  void recheck(workspace& w, job_list jobs) noexcept { inner_.recheck(w, jobs); }

 private:
  C inner_{};
  std::set<std::uint32_t> held_{};
  std::uint64_t fail_ = ~std::uint64_t{0}, count_ = 0;
  std::size_t misuses_ = 0;
};

/// Which packet a `faulty` stage refuses.
struct fail_when {
  const void* packet = nullptr;
};

/// A stage that refuses one packet, with the verdict user_3. It stands anywhere in a list.
struct faulty {
  static constexpr const char* name = "faulty";
  static constexpr const char* because = "a test wants a fault here";
  static constexpr fact needs = fact::none, gives = fact::none;
  const fail_when* fault = nullptr;
  template <class Context> verdict operator()(Context& c, std::size_t i) const noexcept {
    return &c.packet(i) == fault->packet ? verdict::user_3 : verdict::forwarded;
  }
};

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
