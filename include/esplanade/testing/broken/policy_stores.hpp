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
  remembers_last,   ///< asked the same twice in a row, it takes the next policy that fits
  false_hit,        ///< its cache compares addresses alone
  stale_cache,      ///< its cache outlives the policies
  stale_sa,         ///< its cache outlives a change of the SA
};

inline constexpr policy_fault policy_faults[] = {policy_fault::last_match, policy_fault::lets_pass, policy_fault::forgets_sa, policy_fault::remembers_last,
                                                 policy_fault::false_hit, policy_fault::stale_cache, policy_fault::stale_sa};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(policy_fault fault) noexcept {
  switch (fault) {
    case policy_fault::none: return "";
    case policy_fault::last_match: return policy_law::first_match;
    case policy_fault::lets_pass: return policy_law::no_match;
    case policy_fault::forgets_sa: return policy_law::same_entry;
    case policy_fault::remembers_last: return policy_law::repeatable;
    case policy_fault::false_hit: return policy_law::history;
    case policy_fault::stale_cache: return policy_law::changes;
    case policy_fault::stale_sa: return policy_law::rekey;
  }
  return "";
}

/// An ordered list of policies, and for each lane the decisions it has made, with `Fault` in it.
template <policy_fault Fault> class faulty_policy_store {
  static constexpr bool has(policy_fault fault) noexcept { return Fault == fault; }

 public:
  explicit faulty_policy_store(std::span<const policy> entries) : entries_(entries.begin(), entries.end()) {
    for (policy& one : entries_) spoil(one);
  }

  class reader {
   public:
    explicit reader(const faulty_policy_store& of) noexcept : of_(&of) {}
    [[nodiscard]] policy_decision decide(const flow& f) noexcept {
      if (version_ != of_->version_) known_.clear();
      version_ = of_->version_;
      for (const remembered& one : known_) {
        if (!same(one.asked, f)) continue;
        const bool again = &one - known_.data() == last_;
        last_ = &one - known_.data();
        return has(policy_fault::remembers_last) && again ? of_->search(f, true) : one.answer;
      }
      known_.push_back({f, of_->search(f, false)});
      last_ = static_cast<std::ptrdiff_t>(known_.size()) - 1;
      return known_.back().answer;
    }

   private:
    struct remembered {
      flow asked;
      policy_decision answer;
    };
    static bool same(const flow& a, const flow& b) noexcept { return has(policy_fault::false_hit) ? detail::same_addresses(a, b) : detail::same_flow(a, b); }
    const faulty_policy_store* of_;
    std::vector<remembered> known_{};
    std::ptrdiff_t last_ = -1;
    std::size_t version_ = 0;
  };

  void insert(std::size_t at, policy entry) { change([&] { entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(at), spoil(entry)); }); }
  void replace(std::size_t at, policy entry) { change([&] { entries_[at] = spoil(entry); }); }
  void remove(std::size_t at) { change([&] { entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at)); }); }
  void change_sa(std::size_t at, outbound_handle sa) {
    entries_[at].sa = sa;
    spoil(entries_[at]);
    if (!has(policy_fault::stale_sa)) ++version_;
  }

 private:
  static const policy& spoil(policy& one) noexcept {
    if (has(policy_fault::forgets_sa)) one.sa = {};
    return one;
  }
  template <class Change> void change(Change change) {
    change();
    if (!has(policy_fault::stale_cache)) ++version_;
  }
  [[nodiscard]] policy_decision search(const flow& f, bool second) const noexcept {
    const policy* found = nullptr;
    for (const policy& one : entries_) {
      if (!one.selector.matches(f)) continue;
      if (found == nullptr || has(policy_fault::last_match)) found = &one;
      else if (second) return policy_decision::of(one);
    }
    if (found != nullptr) return policy_decision::of(*found);
    return has(policy_fault::lets_pass) ? policy_decision{{}, nullptr, policy_action::bypass, true} : policy_decision{};
  }

  std::vector<policy> entries_;
  std::size_t version_ = 1;
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
