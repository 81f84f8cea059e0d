// The engine of a profile of IP-TFS: packets leave in payloads of one size and at a constant rate, and come out of them again.
#pragma once

#include "engine.hpp"
#include "packet_memory.hpp"
#include "profile_entry.hpp"
#include "refusal.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/pipeline/lane.hpp>
#include <esplanade/pipeline/list.hpp>
#include <esplanade/sa/flat_store.hpp>
#include <esplanade/transform/aggregate.hpp>
#include <esplanade/transform/assign_sequence.hpp>
#include <esplanade/transform/deaggregate.hpp>
#include <esplanade/transform/esp_seal.hpp>
#include <esplanade/transform/find_sa.hpp>
#include <esplanade/transform/outer_header.hpp>
#include <esplanade/transform/overhead.hpp>

#include <memory>

namespace capture_tunnel {

/// The time in the capture, in nanoseconds: packets come in when it says, and payloads leave in turn.
struct capture_clock {
  std::uint64_t at = 0;
  [[nodiscard]] std::uint64_t now() const noexcept { return at; }
};

/// The octets of a payload, so that every protected packet has one size and fits the path.
template <esplanade::Profile P> [[nodiscard]] std::size_t payload_octets(const esplanade::suite_sizes& suite, esplanade::family outer) {
  return esplanade::overhead<P>::of(suite, esplanade::mode::tunnel, outer).inner_mtu(usual_path);
}

template <esplanade::Profile P, esplanade::Packet Packet> class aggregate_engine final : public engine {
  using crypto = esplanade::botan_for<P>;
  using pool = packet_pool<Packet>;
  using tunnel = esplanade::aggregate_tunnel<Packet, 64>;
  using receivers = esplanade::aggregate_receivers<Packet, 1, 4>;
  using inbound_store = typename esplanade::flat_store<16>::template inbound<esplanade::inbound_sa<P, crypto>>;
  using outbound_store = typename esplanade::flat_store<16>::template outbound<esplanade::outbound_sa<P, crypto>>;
  static auto outbound_list(tunnel* to, const capture_clock* clock) {
    using namespace esplanade;
    return outbound<P>(aggregate{to, clock}, select_payload_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
  }
  static auto inbound_list(receivers* from) {
    using namespace esplanade;
    return inbound<P>(find_sa, check_replay, esp_open, update_replay, remove_trailer, open_payload, deaggregate<receivers>(from));
  }
  template <class List, class Store> using lane_of = esplanade::lane<List, Packet, Store, crypto, esplanade::no_policy_store, pool>;
  using sending_lane = lane_of<decltype(outbound_list(nullptr, nullptr)), outbound_store>;
  using receiving_lane = lane_of<decltype(inbound_list(nullptr)), inbound_store>;

 public:
  void begin(const capture_form& form) override { ticks_ = form.nanoseconds ? 1 : 1000; }

  /// One SA carries all packets.
  void install(const esplanade::sa_parameters& sa) override {
    const auto sending = outbound_sas_.add(crypto_, sa);
    if (!sending) throw refusal("the outbound SA: {}", sending.why());
    const auto receiving = inbound_sas_.add(crypto_, sa);
    if (!receiving) throw refusal("the inbound SA: {}", receiving.why());
    const esplanade::payload_shape shape{.octets = static_cast<std::uint32_t>(payload_octets<P>(sa.suite, sa.destination.version))};
    tunnel_ = std::make_unique<tunnel>(shape, *sending, &rate_);
    sending_ = std::make_unique<sending_lane>(typename sending_lane::resources{outbound_sas_, crypto_, nobody_, pool_}, outbound_list(tunnel_.get(), &clock_));
    receiving_ = std::make_unique<receiving_lane>(typename receiving_lane::resources{inbound_sas_, crypto_, nobody_, pool_}, inbound_list(&receivers_));
  }

  std::chrono::nanoseconds protect(std::span<parcel> batch) override {
    made_.clear();
    std::chrono::nanoseconds spent{};
    for (parcel& p : batch) {
      const std::uint64_t came = static_cast<std::uint64_t>(p.head.seconds) * 1'000'000'000 + static_cast<std::uint64_t>(p.head.fraction) * ticks_;
      clock_.at = std::max(clock_.at, came);
      last_.link = p.link;
      spent += run(*sending_, &p);
      while (p.verdict == esplanade::verdict::batch_full) {  // more came in than the rate carries: it waits for a turn
        clock_.at += rate_.interval();
        spent += run(*sending_, &p);
      }
    }
    return spent;
  }
  std::chrono::nanoseconds flush() override {
    made_.clear();
    std::chrono::nanoseconds spent{};
    while (!tunnel_->payloads.idle()) {
      clock_.at += rate_.interval();
      spent += run(*sending_, nullptr);
    }
    return spent;
  }
  std::chrono::nanoseconds open(std::span<parcel> batch) override {
    made_.clear();
    std::chrono::nanoseconds spent{};
    for (parcel& p : batch) {
      clock_.at = static_cast<std::uint64_t>(p.head.seconds) * 1'000'000'000 + static_cast<std::uint64_t>(p.head.fraction) * ticks_;
      last_.link = p.link;
      spent += run(*receiving_, &p);
    }
    return spent;
  }

  [[nodiscard]] esplanade::counters_snapshot outbound_counters() const override { return sending_->snapshot(); }
  [[nodiscard]] esplanade::counters_snapshot inbound_counters() const override { return receiving_->snapshot(); }
  [[nodiscard]] plan_facts outbound_plan() const override { return facts_of(esplanade::explain<sending_lane>()); }
  [[nodiscard]] plan_facts inbound_plan() const override { return facts_of(esplanade::explain<receiving_lane>()); }

 private:
  /// One packet, or none, through a list; what the list made goes to `made_`, with the time and the link layer's header of now.
  template <class Lane> std::chrono::nanoseconds run(Lane& through, parcel* one) {
    Packet* in[1] = {&memory_};
    esplanade::verdict ins[1]{};
    std::size_t count = 0;
    if (one != nullptr) {
      memory_.load(one->packet);
      count = 1;
    }
    out_.resize(Lane::slots);
    verdicts_.resize(Lane::slots);
    const auto from = std::chrono::steady_clock::now();
    const auto came = through({{in, count}, {ins, count}}, {out_, verdicts_});
    const auto spent = std::chrono::steady_clock::now() - from;
    for (std::size_t i = 0; i < came.packets; ++i) {
      if (out_[i] == &memory_) {
        one->verdict = verdicts_[i];
        continue;
      }
      if (verdicts_[i] == esplanade::verdict::forwarded) {
        parcel& made = made_.emplace_back();
        made.head.seconds = static_cast<std::int64_t>(clock_.at / 1'000'000'000);
        made.head.fraction = static_cast<std::int64_t>(clock_.at % 1'000'000'000 / ticks_);
        made.link = last_.link;
        unload(*out_[i], made.packet);
      }
      pool_.give(out_[i]);
    }
    return spent;
  }

  crypto crypto_;
  outbound_store outbound_sas_;
  inbound_store inbound_sas_;
  esplanade::no_policy_store nobody_;
  pool pool_{192};
  capture_clock clock_;
  esplanade::constant_rate rate_{P::payload_interval};
  receivers receivers_;
  std::unique_ptr<tunnel> tunnel_;
  std::unique_ptr<sending_lane> sending_;
  std::unique_ptr<receiving_lane> receiving_;
  packet_memory<Packet> memory_;
  std::vector<Packet*> out_;
  std::vector<esplanade::verdict> verdicts_;
  parcel last_;
  std::uint64_t ticks_ = 1000;  // nanoseconds in one of the capture's
};

}  // namespace capture_tunnel
