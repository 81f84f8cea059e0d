// Lanes whose lists split and merge: a pool, what comes out, and everything back in its place at the end.
#pragma once

#include "support/world.hpp"

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/manual_clock.hpp>

namespace support {

/// One lane over a pool of its own. `run` gives what came out, survivors first, and takes it back.
template <class List, class P = flat_packet, std::size_t PoolSize = 64, class Store = flat_store<8>> struct pooled_lane {
  using profile = typename List::profile;
  using crypto_type = testing::mixing_crypto;
  using pool_type = testing::fixed_pool<P, PoolSize>;
  static constexpr bool receives = List::kind == list_kind::inbound;
  template <class S> using inbound_of = typename S::template inbound<inbound_sa<profile, crypto_type>>;
  template <class S> using outbound_of = typename S::template outbound<outbound_sa<profile, crypto_type>>;
  using store_type = typename std::conditional_t<receives, std::type_identity<inbound_of<Store>>, std::type_identity<outbound_of<Store>>>::type;
  using lane_type = lane<List, P, store_type, crypto_type, no_policy_store, pool_type>;

  struct one_out {
    bytes octets{};
    verdict what = verdict::forwarded;
    bool of_pool = false;
  };

  crypto_type crypto{};
  store_type store{};
  no_policy_store policy{};
  pool_type pool;
  testing::manual_clock time{1000};
  lane_type lane_;

  explicit pooled_lane(List list, std::size_t tailroom = 9600) : pool(192, tailroom), lane_(resources(), list) {}

  auto add(sa_form form) { return store.add(crypto, form.parameters()).value(); }

  std::vector<one_out> run(train<P>& packets) {
    std::vector<P*> out(packets.packets.size() * List::fan_out + 8 * List::fan_out);
    std::vector<verdict> verdicts(out.size());
    const auto came = lane_.operator()({packets.packets, packets.verdicts, List::kind == list_kind::outbound ? std::span<const outbound_handle>(packets.handles) : std::span<const outbound_handle>()},
                                       {out, verdicts, {}});
    std::vector<one_out> all;
    for (std::size_t i = 0; i < came.packets; ++i) {
      const bool lent = std::find(packets.in_order.begin(), packets.in_order.end(), out[i]) != packets.in_order.end();
      all.push_back({testing::octets_of(*out[i]), verdicts[i], !lent});
      if (!lent) pool.give(out[i]);
    }
    survivors = came.survivors;
    return all;
  }
  /// The same for packets given as octets.
  std::vector<one_out> run(const std::vector<bytes>& contents, outbound_handle handle = {}, std::size_t headroom = 192, std::size_t tailroom = 192) {
    train<P> packets;
    for (const bytes& one : contents) packets.add(one, handle, headroom, tailroom);
    return run(packets);
  }
  std::size_t survivors = 0;

 private:
  auto resources() {
    if constexpr (has_clock<profile>) return typename lane_type::resources{store, crypto, policy, pool, 0, time};
    else return typename lane_type::resources{store, crypto, policy, pool};
  }
};

}  // namespace support
