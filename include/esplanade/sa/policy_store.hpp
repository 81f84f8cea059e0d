// Which outbound packets are protected, and with which SA: the SPD of RFC 4301 4.4.1 as the datapath sees it.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/base/text.hpp>
#include <esplanade/buffer/batch.hpp>
#include <esplanade/sa/selector.hpp>

namespace esplanade {
inline namespace v0 {

/// What is done with a packet that a policy matches.
enum class policy_action : std::uint8_t {
  discard,  ///< must not leave
  bypass,   ///< leaves in clear; the caller sends it, the datapath changes nothing
  protect,  ///< leaves under the SA of the handle
};

/// One entry: the first that matches decides.
struct policy {
  traffic_selector selector{};
  policy_action action = policy_action::discard;
  outbound_handle sa{};  ///< for protect
};

/// Packet → what to do with it.
///   Shape    s.decide(flow)   the policy, or nullptr when none matches (the packet must not leave)
///   Cost     as the model says; no allocation, lock or exception
///   Threads  any number of readers while nobody changes it
///   Models   linear_policy. Archetype: testing::archetype::policy
template <class S>
concept PolicyStore = requires(const S& s, const flow& f) {
  { s.decide(f) } noexcept -> std::same_as<const policy*>;
} || unmet<"PolicyStore: add const policy* decide(const flow&) const noexcept; nullptr means that no policy matches", S>();

/// Ordered policies, searched from the first: right for tens of them.
template <std::size_t Capacity> class linear_policy {
 public:
  /// Appends a policy behind the others.
  [[nodiscard]] result<void> add(const policy& entry) noexcept {
    if (count_ == Capacity) return fault{fault_kind::no_space, "policy", "the policy store is full", "a policy store of larger capacity"};
    entries_[count_++] = entry;
    return {};
  }
  /// Makes the policy at `position` use another SA, as a rekey does.
  [[nodiscard]] result<void> change_sa(std::size_t position, outbound_handle sa) noexcept {
    if (position >= count_) return fault{fault_kind::not_found, "position", "no policy stands there", "a position below size()"};
    entries_[position].sa = sa;
    return {};
  }
  void clear() noexcept { count_ = 0; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] const policy* decide(const flow& f) const noexcept {
    for (std::size_t i = 0; i < count_; ++i)
      if (entries_[i].selector.matches(f)) return &entries_[i];
    return nullptr;
  }

 private:
  policy entries_[Capacity]{};
  std::size_t count_ = 0;
};

/// For datapaths whose packets bring their SA handle.
struct no_policy_store {
  [[nodiscard]] const policy* decide(const flow&) const noexcept { return nullptr; }
};
static_assert(PolicyStore<linear_policy<1>> && PolicyStore<no_policy_store>);

}  // namespace v0
}  // namespace esplanade
