// A lane: one list, one core, the things it works with, and its counters.
#pragma once

#include <esplanade/buffer/pool.hpp>
#include <esplanade/pipeline/counters.hpp>
#include <esplanade/pipeline/walk.hpp>
#include <esplanade/sa/policy_store.hpp>
#include <esplanade/transform/audit_event.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// Whose packets a lane may deliver.
template <list_kind Kind, bool Plain> struct runs_in_a_lane {
  static_assert(!on_device(Kind), "what a device's list yields has met no replay window and no policy: hand it to a host's list, and run this one in a nic");
  static_assert(!on_host(Kind) || !Plain, "a host's packets have words beside them, without which framed ones leave in clear and opened ones are opened again: run this list in a host");
  static constexpr bool kept = true;
};
/// The stages seal and open in place, over the packet's own segments, a batch of many SAs at a time.
template <class Crypto, class P> struct provider_fits {
  static_assert(Crypto::abilities.in_place,
                "this provider does not work in place, and the stages seal and open in place: name staged<C>, or adapt<C, P>, in its stead (crypto/adapters.hpp)");
  static_assert(!Crypto::abilities.in_place || Crypto::abilities.scatter_gather || ContiguousPacket<P>,
                "this provider takes contiguous texts only, and these packets have several segments: name gathered<C>, or adapt<C, P>, in its stead (crypto/adapters.hpp)");
  static_assert(Crypto::abilities.mixed_keys, "this provider works on one key at a time, and a batch holds packets of many SAs: part its job lists by schedule, and say mixed_keys");
  static constexpr bool kept = true;
};
// A store of the user's that names no policy says for itself.
struct unnamed_reclaim { static constexpr bool concurrent = true; };
template <class Store> struct reclaim_of { using type = unnamed_reclaim; };
template <class Store> requires requires { typename Store::reclaim_policy; } struct reclaim_of<Store> { using type = typename Store::reclaim_policy; };
template <class Reclaim, class Profile> struct store_serves_lanes {
  static_assert(Profile::lanes == 1 || Reclaim::concurrent,
                "several lanes may hold one SA of this profile, and its store, which reclaims for a single core, could free it under one of them: "
                "name epoch<Lanes> as the store's reclamation, e.g. flat_store<4096, by_spi, epoch<2>>, or set lanes = 1");
  static constexpr bool kept = true;
};
template <class Crypto, class Profile> struct provider_can_resynchronise {
  static_assert(!resynchronises<Profile> || !Crypto::abilities.asynchronous,
                "resynchronisation asks the provider at once (RFC 4303 A3), and this one answers later: drop the alias resync of this profile, or name a synchronous provider");
  static constexpr bool kept = true;
};
}  // namespace detail

/// One list run by one core over batches of packets. Holds references to what it shares (store, provider, policy, pool)
/// and owns what is its own (workspace, context, counters).
///   Shape    lane(batch)              runs a whole batch; returns how many survived, standing in front in input order
///            lane(in, out)            for lists that split or merge: packets that came out, with verdicts, are put in `out`
///            submit(batch), reap(out) with an asynchronous provider: see in_flight
///   Units    packets; any batch size, worked on `profile::burst` at a time
///   Cost     no allocation, lock, exception or system call
///   Threads  one; counters may be read by anybody
///   Lists    whole datapaths; a host's and a device's carry words beside their packets, which a lane has no place for. `Context` is
///            for those that give it one
template <class List, Packet P, SaStore Store, CryptoProvider Crypto, PolicyStore Policy = no_policy_store, class Pool = no_pool,
          template <class, class, class, class, class, class, std::size_t> class Context = batch_context>
class lane {
  static_assert(detail::runs_in_a_lane<List::kind, std::is_same_v<Context<typename List::profile, P, Store, Crypto, Policy, Pool, 1>, batch_context<typename List::profile, P, Store, Crypto, Policy, Pool, 1>>>::kept);
  static_assert(provider_rules<typename List::profile, Crypto>::kept);
  static_assert(detail::provider_fits<Crypto, P>::kept);
  static_assert(detail::provider_can_resynchronise<Crypto, typename List::profile>::kept);
  static_assert(detail::store_serves_lanes<typename detail::reclaim_of<Store>::type, typename List::profile>::kept);

 public:
  using list_type = List;
  using profile = typename List::profile;
  static constexpr std::size_t burst = profile::burst;
  static constexpr std::size_t slots = burst * List::fan_out;
  using context = Context<profile, P, Store, Crypto, Policy, Pool, slots>;
  using resources = typename context::resources;

  /// `with` names what the lane shares; everything it refers to outlives the lane.
  explicit lane(const resources& with, List list = List{}) noexcept : list_(std::move(list)), resources_(with), member_(resources_.store), policy_(with.policy) {}
  lane(const lane&) = delete;
  lane& operator=(const lane&) = delete;

  /// Runs the list over `batch`. Survivors stand in front, the others stable behind them, each with its verdict.
  std::size_t operator()(const batch_view<P>& batch) noexcept
    requires (List::keeps_count && !Crypto::abilities.asynchronous)
  {
    if (!detail::upheld<checks_of<profile>>(batch.template whole<profile::overrides>(), detail::batch_is_whole)) return 0;
    std::size_t survivors = 0;
    for (std::size_t first = 0; first < batch.size(); first += burst) {
      const std::size_t n = batch.size() - first < burst ? batch.size() - first : burst;
      fill(context_, batch, first, n);
      {
        [[maybe_unused]] const auto guard = detail::enter_store(resources_.store, member_);
        walk::start(list_, context_);
        settle(context_);
      }
      std::memcpy(batch.verdicts.data() + first, context_.verdicts, n * sizeof(verdict));
      survivors += context_.forwarded;
    }
    return survivors == batch.size() ? survivors : partition_survivors(batch.packets, batch.verdicts);
  }

  /// Runs a list that splits, merges or originates packets. What comes out is put in `out` with verdicts, survivors first;
  /// returns {packets put, survivors}. `out` has room for `batch.size() * List::fan_out` packets, and for `slots` where a stage
  /// originates packets; such a list runs with an empty batch too.
  struct outcome {
    std::size_t packets, survivors;
  };
  outcome operator()(const batch_view<P>& batch, const batch_view<P>& out) noexcept
    requires (!Crypto::abilities.asynchronous)
  {
    if (!detail::upheld<checks_of<profile>>(batch.template whole<profile::overrides>() && out.whole(), detail::batch_is_whole)) return {0, 0};
    std::size_t put = 0;
    for (std::size_t first = 0; first < batch.size() || (List::originates && first == 0); first += burst) {
      const std::size_t n = batch.size() - first < burst ? batch.size() - first : burst;
      fill(context_, batch, first, n);
      {
        [[maybe_unused]] const auto guard = detail::enter_store(resources_.store, member_);
        walk::start(list_, context_);
        settle(context_);
      }
      put = put_out(context_, out, put);
    }
    return {put, partition_survivors(out.packets.first(put), out.verdicts.first(put))};
  }

  [[nodiscard]] counters_snapshot snapshot() const noexcept { return counters_.snapshot(); }
  [[nodiscard]] const List& list() const noexcept { return list_; }
  [[nodiscard]] resources& shared() noexcept { return resources_; }
  [[nodiscard]] typename Crypto::workspace& workspace() noexcept { return workspace_; }
  /// Where events and traces are read: one thread each, while the lane runs.
  [[nodiscard]] audit_of<profile>& audit() noexcept { return audit_; }
  [[nodiscard]] trace_of<profile>& trace() noexcept { return trace_; }

 protected:
  template <class Lane, std::size_t Contexts, class Order> friend class in_flight;
  using walk = detail::walk_of<List, context>;

  void fill(context& c, const batch_view<P>& batch, std::size_t first, std::size_t n) noexcept {
    c.count = n;
    c.key_count = 0;
    c.work_count = 0;
    c.forwarded = 0;
    c.carried = 0;
    c.lane = &resources_;
    c.workspace = &workspace_;
    if constexpr (detail::DecidesByReader<Policy>) c.policy = &policy_;
    if constexpr (has_clock<profile>) c.time.now = resources_.clock.now();
    if constexpr (audits<profile>) c.audit.sink = &audit_;
    static_assert(verdict::forwarded == verdict{});
    std::memset(c.verdicts, 0, n);
    for (std::size_t i = 0; i < n; ++i) {
      P* const p = c.packets[i] = batch.packets[first + i];
      expect(*p);
      c.state[i].length = static_cast<std::uint32_t>(packet_traits<P>::length(*p));
      c.state[i].level = 0;
    }
    if constexpr (detail::sends(List::kind)) {  // the context's own, for the caller's need not outlast submit
      if (batch.handles.empty()) {
        for (std::size_t i = 0; i < n; ++i) c.given[i] = {};
      } else {
        const outbound_handle* const from = batch.handles.data() + first;
        for (std::size_t i = 0; i < n; ++i) c.given[i] = from[i];
      }
      if constexpr (profile::overrides) {
        for (std::size_t i = 0; i < n; ++i) c.options.of[i] = batch.options.empty() ? packet_options{} : batch.options[first + i];
      }
    }
  }

  /// Starts the loads of a packet's ends, of a whole burst at once and before the first is read: where headers and trailer are,
  /// or will be.
  static ESPLANADE_INLINE void expect(const P& p) noexcept {
    constexpr bool grows = detail::sends(List::kind);
    const const_octets front = detail::front_of(p);
    prefetch(front.data());
    if constexpr (grows) prefetch(front.data(), -36);  // IPv4, ESP and an IV
    if constexpr (ContiguousPacket<P>) prefetch(front.data(), static_cast<std::ptrdiff_t>(front.size()) - (grows ? 0 : 16));
  }

  /// Counts on the lane what became of every packet, and on its SA what was lost.
  void settle(context& c) noexcept {
    if (c.forwarded != c.count) [[unlikely]] count_lost(c);
    if constexpr (traces<profile>) trace(c);
    if (c.forwarded == 0) return;
    counters_.add(verdict::forwarded, c.forwarded);
    counters_.add_octets(c.carried);
  }
  ESPLANADE_COLD void count_lost(context& c) noexcept {
    for (std::size_t i = 0; i < c.count; ++i) {
      if (c.verdicts[i] == verdict::forwarded) continue;
      auto& s = c.state[i];
      counters_.add(c.verdicts[i], 1);
      if constexpr (!detail::sends(List::kind) && takes_other_payloads<profile>) {
        if (c.verdicts[i] == verdict::other_payload) {  // not lost, only not IP
          walk::count_carried(c, i);
          continue;
        }
      }
      if (s.level != 0 && c.verdicts[i] != verdict::absorbed) note_drop(association(*s.passed(s.level - 1u)), c.verdicts[i]);
      if constexpr (audits<profile>) {
        if (audited(c.verdicts[i])) audit_.put(detail::audit_of_packet(c, i));
      }
    }
  }
  template <class Sa> ESPLANADE_COLD static void note_drop(Sa& sa, verdict v) noexcept {
    sa.drops().note(v);
    if constexpr (!detail::sends(List::kind) && resynchronises<profile>) {
      if (v == verdict::icv_mismatch) sa.resync().note_failure(sa.window().highest(), sa.traffic().packets.get());
    }
  }

  void trace(const context& c) noexcept {
    for (std::size_t i = 0; i < c.count; ++i) {
      const auto& s = c.state[i];
      const std::uint32_t spi = s.level == 0 ? 0 : association(*s.passed(s.level - 1u)).core().spi;
      trace_.put({.packet = ++traced_.packets, .number = spi == 0 ? 0 : s.number, .time = c.time.now, .spi = spi, .passed = c.reached.at[i],
                  .stages = static_cast<std::uint16_t>(List::size), .names = List::names, .what = c.verdicts[i]});
    }
  }

  std::size_t put_out(const context& c, const batch_view<P>& out, std::size_t put) noexcept {
    for (std::size_t i = 0; i < c.count; ++i) {
      if (c.packets[i] == nullptr) continue;  // absorbed by a merging stage
      if (put == out.size()) [[unlikely]] {
        checks_of<profile>::broken("`out` has room for all that comes out of a list");
        break;
      }
      out.packets[put] = c.packets[i];
      out.verdicts[put++] = c.verdicts[i];
    }
    return put;
  }

  [[no_unique_address]] List list_;
  resources resources_;
  [[no_unique_address]] membership_of<Store> member_;
  [[no_unique_address]] typename Crypto::workspace workspace_{};
  policy_asker<Policy> policy_;
  counters counters_;
  [[no_unique_address]] audit_of<profile> audit_{};
  [[no_unique_address]] trace_of<profile> trace_{};
  [[no_unique_address]] detail::packet_count<traces<profile>> traced_{};
  context context_{};
};

}  // namespace v0
}  // namespace esplanade
