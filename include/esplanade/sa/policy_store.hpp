// Which outbound packets are protected, and with which SA: the SPD of RFC 4301 4.4.1 as the datapath sees it.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/base/text.hpp>
#include <esplanade/sa/selector.hpp>
#include <esplanade/sa/transmit_sas.hpp>

namespace esplanade {
inline namespace v0 {

/// What is done with a packet that a policy matches.
enum class policy_action : std::uint8_t {
  discard,  ///< must not leave
  bypass,   ///< leaves in clear; the caller sends it, the datapath changes nothing
  protect,  ///< leaves under the SA of the handle, or of the tunnel
};

/// One entry: the first that matches decides.
struct policy {
  traffic_selector selector{};
  policy_action action = policy_action::discard;
  outbound_handle sa{};                    ///< for protect
  const transmit_sas* tunnel = nullptr;    ///< for protect, instead of `sa`: says for each packet anew; outlives every lane that asks
};

/// What a policy store answers. By value, so that the entry may change or go while the packet is on its way.
struct policy_decision {
  outbound_handle sa{};
  const transmit_sas* tunnel = nullptr;
  policy_action action = policy_action::discard;
  bool matched = false;  ///< false: no policy matches, and the packet must not leave (RFC 4301 5.1)

  [[nodiscard]] static ESPLANADE_INLINE constexpr policy_decision of(const policy& entry) noexcept { return {entry.sa, entry.tunnel, entry.action, true}; }
  /// The SA that the packet leaves under on this lane.
  [[nodiscard]] ESPLANADE_INLINE outbound_handle sa_for(std::uint32_t lane) const noexcept { return tunnel == nullptr ? sa : tunnel->pick(lane); }
};

namespace detail {
template <class S>
concept DecidesAlone = requires(const S& s, const flow& f) {
  { s.decide(f) } noexcept -> std::same_as<policy_decision>;
};
template <class S>
concept DecidesByReader = requires(const S& s, typename S::reader& r, const flow& f) {
  requires std::is_nothrow_constructible_v<typename S::reader, const S&>;
  { r.decide(f) } noexcept -> std::same_as<policy_decision>;
};
}  // namespace detail

/// Packet → what to do with it.
///   Shape    s.decide(flow)   the first policy that matches, by value; or, for a store that keeps something for each lane,
///            S::reader        made of a const S&, held by the lane; r.decide(flow) is asked instead
///   Cost     as the model says; no allocation, lock or exception
///   Threads  as the model says: any number of readers while nobody changes it, or beside one control thread
///   Models   linear_policy, policy_table. Archetype: testing::archetype::policy. Laws: testing::check_policy_laws
template <class S>
concept PolicyStore = detail::DecidesByReader<S> || detail::DecidesAlone<S> ||
    unmet<"PolicyStore: add policy_decision decide(const flow&) const noexcept, or a reader that has it; policy_decision{} means that no policy matches", S>();

/// Asks a store on behalf of one lane.
template <class S> class policy_asker {
 public:
  explicit policy_asker(const S& store) noexcept : store_(&store) {}
  [[nodiscard]] ESPLANADE_INLINE policy_decision decide(const flow& f) const noexcept { return store_->decide(f); }

 private:
  const S* store_;
};
template <detail::DecidesByReader S> class policy_asker<S> {
 public:
  explicit policy_asker(const S& store) noexcept : reader_(store) {}
  [[nodiscard]] ESPLANADE_INLINE policy_decision decide(const flow& f) noexcept { return reader_.decide(f); }
  [[nodiscard]] typename S::reader& reader() noexcept { return reader_; }

 private:
  typename S::reader reader_;
};

// Policy stores
//   Available            linear_policy: an ordered list. policy_table (sa/policy_table.hpp): an ordered list that a control
//                        thread changes while lanes ask, with a cache of flows for each lane.
//   When to use          linear_policy for tens of policies that are set up once; policy_table beyond that.
//   Not provided, because
//     a decision tree    what a cache misses is rare, and a tree has to be built anew for every change.
//     decorrelation      RFC 4301 4.4.1 needs it for caches of selectors; a cache of whole flows does not.

/// Ordered policies, searched from the first: right for tens of them.
///   Threads  any number of readers while nobody changes it
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
  [[nodiscard]] policy_decision decide(const flow& f) const noexcept {
    for (std::size_t i = 0; i < count_; ++i)
      if (entries_[i].selector.matches(f)) return policy_decision::of(entries_[i]);
    return {};
  }

 private:
  policy entries_[Capacity]{};
  std::size_t count_ = 0;
};

/// For datapaths whose packets bring their SA handle.
struct no_policy_store {
  [[nodiscard]] policy_decision decide(const flow&) const noexcept { return {}; }
};
static_assert(PolicyStore<linear_policy<1>> && PolicyStore<no_policy_store>);

}  // namespace v0
}  // namespace esplanade
