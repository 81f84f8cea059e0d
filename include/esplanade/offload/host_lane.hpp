// A lane of a host: a lane whose packets have words beside them, to the device or from it.
#pragma once

#include <esplanade/offload/frame_or_seal.hpp>
#include <esplanade/offload/host_statistics.hpp>
#include <esplanade/offload/take_device_result.hpp>
#include <esplanade/pipeline/lane.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <class Crypto> struct provider_serves_a_host {
  static_assert(!Crypto::abilities.asynchronous,
                "a host decides packet by packet who seals and opens, and asks its provider at once: name a synchronous provider for what stays in software");
  static constexpr bool kept = true;
};
template <class Record> struct has_a_place {
  static_assert(requires(Record& r) { association(r).place(); },
                "a host keeps beside each SA where its cryptography is done: let the store hold hosted_sa<inbound_sa<P, C>> or hosted_sa<outbound_sa<P, C>> (offload/hosted_sa.hpp)");
  static constexpr bool kept = true;
};
}  // namespace detail

/// One host list run by one core.
///   Shape    lane(batch, words)   outbound: writes a word for each packet, in the order in which they stand afterwards;
///                                 inbound: reads one for each, in input order; none, when nothing came from a device
///   Units    packets; any batch size, worked on `profile::burst` at a time
///   Cost     no allocation, lock, exception or system call
///   Threads  one; counters may be read by anybody
template <class List, Packet P, SaStore Store, CryptoProvider Crypto, PolicyStore Policy = no_policy_store>
class host_lane : public lane<List, P, Store, Crypto, Policy, no_pool, host_context> {
  static_assert(detail::trust_rules<typename List::profile>::kept);
  static_assert(detail::provider_serves_a_host<Crypto>::kept);
  static_assert(detail::has_a_place<typename Store::sa_type>::kept);
  using base = lane<List, P, Store, Crypto, Policy, no_pool, host_context>;
  static constexpr bool sending = detail::sends(List::kind);

 public:
  using context = typename base::context;
  using resources = typename base::resources;
  explicit host_lane(const resources& with) noexcept : base(with) {}

  /// Packets that leave: each is sealed, or framed with words for the device. `open`: what of their checksums is left to be
  /// computed, in input order, with offsets from IP; nothing, when they are complete.
  std::size_t operator()(const batch_view<P>& batch, std::span<send_words> words, std::span<const send_checksum> open = {}) noexcept requires (sending && List::keeps_count) {
    if (!kept(batch, words.size()) || (!open.empty() && !kept(batch, open.size()))) return 0;
    const std::size_t survivors = run(batch, [&](context& c, std::size_t first, std::size_t n) ESPLANADE_INLINE_LAMBDA {
      c.work_count = 0;
      for (std::size_t i = 0; i < n; ++i) {
        if (c.verdicts[i] == verdict::forwarded && c.framed[i] != 0) {
          const verdict v = detail::hand_over(c, i);
          if (v != verdict::forwarded) [[unlikely]] {
            c.verdicts[i] = v;
            --c.forwarded;
          }
        }
        count(c, i);
        words[first + i] = c.verdicts[i] == verdict::forwarded ? c.sent[i] : send_words{};
      }
    }, [&](context& c, std::size_t first, std::size_t n) ESPLANADE_INLINE_LAMBDA {
      for (std::size_t i = 0; i < n; ++i) {
        c.sent[i] = {};
        c.framed[i] = 0;
        c.checksum[i] = open.empty() ? send_checksum{} : open[first + i];
      }
    });
    return survivors == batch.size() ? survivors : partition_survivors(batch.packets, batch.verdicts, words);
  }

  /// Packets that arrived, with what the device says of each.
  std::size_t operator()(const batch_view<P>& batch, std::span<const receive_words> words = {}) noexcept requires (!sending && List::keeps_count) {
    if (!kept(batch, words.empty() ? batch.size() : words.size())) return 0;
    const std::size_t survivors = run(batch, [&](context& c, std::size_t, std::size_t n) ESPLANADE_INLINE_LAMBDA {
      for (std::size_t i = 0; i < n; ++i) {
        count(c, i);
        const receive_ipsec& r = c.received[i].ipsec;
        if (r.done) device_.by_status[static_cast<std::size_t>(r.status)].add(1);  // one that there is: from_device saw to it
        if (r.delete_requested && c.state[i].level != 0) [[unlikely]] {
          auto& place = association(*c.state[i].passed(0)).place();
          if (place.now().adapter == c.received[i].adapter) place.ask_delete();
        }
      }
    }, [&](context& c, std::size_t first, std::size_t n) ESPLANADE_INLINE_LAMBDA {
      for (std::size_t i = 0; i < n; ++i) c.received[i] = words.empty() ? receive_words{} : words[first + i];
    });
    return survivors == batch.size() ? survivors : partition_survivors(batch.packets, batch.verdicts);
  }

  [[nodiscard]] const device_counters& device() const noexcept { return device_; }
  [[nodiscard]] const traffic_statistics& traffic() const noexcept { return traffic_; }
  [[nodiscard]] auto enter() noexcept { return detail::enter_store(this->resources_.store, this->member_); }

  /// The device has these packets no more: see host::completed.
  void completed(std::span<send_words> words) noexcept requires sending {
    [[maybe_unused]] const auto guard = enter();
    for (send_words& w : words) {
      for (outbound_handle& sa : w.given) {
        typename Store::sa_type* found = nullptr;
        if (sa == outbound_handle{}) break;
        this->resources_.store.find({&sa, 1}, {&found, 1});
        if (found != nullptr) association(*found).place().take_back();
        sa = {};
      }
    }
  }

 protected:
  using walk = detail::walk_of<List, context>;

  static ESPLANADE_INLINE bool kept(const batch_view<P>& batch, std::size_t words) noexcept {
    return detail::upheld<checks_of<typename base::profile>>(batch.template whole<base::profile::overrides>() && words >= batch.size(), "a host's batch has a verdict for each of its packets, words for all of them where it sends, and handles and options for all or none");
  }

  template <class After, class Before> ESPLANADE_INLINE std::size_t run(const batch_view<P>& batch, After after, Before before) noexcept {
    context& c = this->context_;
    std::size_t survivors = 0;
    for (std::size_t first = 0; first < batch.size(); first += base::burst) {
      const std::size_t n = batch.size() - first < base::burst ? batch.size() - first : base::burst;
      this->fill(c, batch, first, n);
      c.device = &device_;
      before(c, first, n);
      {
        [[maybe_unused]] const auto guard = enter();
        walk::start(this->list_, c);
        after(c, first, n);
        this->settle(c);
      }
      std::memcpy(batch.verdicts.data() + first, c.verdicts, n * sizeof(verdict));
      survivors += c.forwarded;
    }
    return survivors;
  }

  ESPLANADE_INLINE void count(context& c, std::size_t i) noexcept {
    if (c.verdicts[i] != verdict::forwarded) return;
    const auto& s = c.state[i];
    traffic_.packets.add(1);
    for (std::size_t level = 0; level < (context::levels == 1 ? 1u : s.level); ++level) traffic_.template add<typename base::profile>(association(*s.passed(level)), s.payload);
  }

  device_counters device_{};
  traffic_statistics traffic_{};
};

}  // namespace v0
}  // namespace esplanade
