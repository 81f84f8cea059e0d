// Configurations put together through door 3, so that a stage, a window, a store or a provider in them can be a wrong one.
#pragma once

#include "../configurations.hpp"

namespace planted {

using namespace esplanade;
using fuzzed::few_keys;

/// What planted bugs stand in, unless they need something else.
struct sound_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_8<256>>;
  using replay = window<64>;
};

/// A TestConfiguration of two lists.
///   Shape    Lists   has `profile`, `receiving` and `sending`
template <class Lists, class Packets = flat_packet, class Store = flat_store<8>, class Crypto = few_keys>
class composed : public testing::detail::factory_of<Packets>::type {
 public:
  using profile = typename Lists::profile;
  using crypto = Crypto;
  using packet_type = typename testing::detail::factory_of<Packets>::type::packet_type;
  using inbound_store = typename Store::template inbound<inbound_sa<profile, crypto>>;
  using outbound_store = typename Store::template outbound<outbound_sa<profile, crypto>>;

  class lanes {
   public:
    explicit lanes(composed& of)
        : receiving_({of.inbound_, of.provider_, of.policy_, of.pool_}), sending_({of.outbound_, of.provider_, of.policy_, of.pool_}) {}
    auto& receiving() noexcept { return receiving_; }
    auto& sending() noexcept { return sending_; }

   private:
    lane<std::remove_const_t<decltype(Lists::receiving)>, packet_type, inbound_store, crypto> receiving_;
    lane<std::remove_const_t<decltype(Lists::sending)>, packet_type, outbound_store, crypto> sending_;
  };

  composed() { reset(); }
  result<testing::sa_pair> add_pair(const sa_parameters& p) {
    const auto sending = outbound_.add(provider_, p);
    if (!sending) return sending.why();
    const auto receiving = inbound_.add(provider_, p);
    if (!receiving) return receiving.why();
    pairs_.push_back({*sending, *receiving});
    return pairs_.back();
  }
  result<void> remove_pair(const testing::sa_pair& pair) {
    if (auto done = outbound_.remove(pair.sending); !done) return done;
    if (auto done = inbound_.remove(pair.receiving); !done) return done;
    outbound_.reclaim(provider_);
    inbound_.reclaim(provider_);
    return {};
  }
  void reset() {
    for (const testing::sa_pair& one : pairs_) static_cast<void>(remove_pair(one));
    pairs_.clear();
    lanes_.emplace(*this);
  }
  [[nodiscard]] lanes& path() noexcept { return *lanes_; }
  [[nodiscard]] crypto& provider() noexcept { return provider_; }

 private:
  crypto provider_{};
  inbound_store inbound_{};
  outbound_store outbound_{};
  no_policy_store policy_{};
  no_pool pool_{};
  std::vector<testing::sa_pair> pairs_{};
  std::optional<lanes> lanes_{};
};

/// The sound list of a profile, for the direction without a bug.
template <class P> inline constexpr auto sound_receiving = inbound_recipe<P>();
template <class P> inline constexpr auto sound_sending = outbound_recipe<P, true>();

}  // namespace planted
