// Policy stores with one fault each, to show that the policy laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/policy_laws.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class policy_fault : std::uint8_t {
  none,
  last_match,       ///< the last policy that matches decides
  lets_pass,        ///< without a match it answers with a bypass
  forgets_sa,       ///< the SA of what it answers is gone
  remembers_last,   ///< answers every other question with what it answered before, if that fits
};

inline constexpr policy_fault policy_faults[] = {policy_fault::last_match, policy_fault::lets_pass, policy_fault::forgets_sa, policy_fault::remembers_last};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(policy_fault fault) noexcept {
  switch (fault) {
    case policy_fault::none: return "";
    case policy_fault::last_match: return policy_law::first_match;
    case policy_fault::lets_pass: return policy_law::no_match;
    case policy_fault::forgets_sa: return policy_law::same_entry;
    case policy_fault::remembers_last: return policy_law::repeatable;
  }
  return "";
}

/// An ordered list of policies with `Fault` in it.
template <policy_fault Fault> class faulty_policy_store {
  static constexpr bool has(policy_fault fault) noexcept { return Fault == fault; }

 public:
  explicit faulty_policy_store(std::span<const policy> entries) : entries_(entries.begin(), entries.end()) {
    if (has(policy_fault::forgets_sa))
      for (policy& one : entries_) one.sa = {};
    pass_.action = policy_action::bypass;
  }
  [[nodiscard]] const policy* decide(const flow& f) const noexcept {
    const policy* found = nullptr;
    for (const policy& one : entries_) {
      if (!one.selector.matches(f)) continue;
      if (found == nullptr || has(policy_fault::last_match)) found = &one;
    }
    if (found == nullptr) return has(policy_fault::lets_pass) ? &pass_ : nullptr;
    if (has(policy_fault::remembers_last)) {
      ++asked_;
      // A cache that is asked a second time takes the next entry that fits.
      if (asked_ % 2 == 0)
        for (const policy& one : entries_)
          if (&one != found && one.selector.matches(f)) return &one;
    }
    return found;
  }

 private:
  std::vector<policy> entries_;
  policy pass_{};
  mutable std::size_t asked_ = 0;
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
