// The engine of one profile: stores, policy, provider and the datapath itself.
#pragma once

#include "engine.hpp"
#include "packet_memory.hpp"
#include "refusal.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/format.hpp>
#include <esplanade/pipeline/datapath.hpp>
#include <esplanade/sa/flat_store.hpp>

namespace capture_tunnel {

template <esplanade::Profile P, esplanade::Packet Packet> class engine_of final : public engine {
  using path = esplanade::datapath<P, Packet, esplanade::flat_store<most_sas>, esplanade::botan_for<P>>;
  using memory = packet_memory<Packet>;

 public:
  explicit engine_of(std::size_t batch_most) : memory_(batch_most), packets_(batch_most), verdicts_(batch_most) {}

  void install(const esplanade::sa_parameters& sa) override {
    const auto sending = outbound_sas_.add(crypto_, sa);
    if (!sending) throw refusal("the outbound SA: {}", sending.why());
    const auto receiving = inbound_sas_.add(crypto_, sa);
    if (!receiving) throw refusal("the inbound SA: {}", receiving.why());
    const auto decided = policy_.add({sa.selector, esplanade::policy_action::protect, *sending});
    if (!decided) throw refusal("the policy: {}", decided.why());
  }

  std::chrono::nanoseconds protect(std::span<parcel> batch) override {
    return drive(batch, [this](const auto& view) { path_.outbound(view); });
  }
  std::chrono::nanoseconds open(std::span<parcel> batch) override {
    return drive(batch, [this](const auto& view) { path_.inbound(view); });
  }

  [[nodiscard]] esplanade::counters_snapshot outbound_counters() const override { return path_.outbound_counters(); }
  [[nodiscard]] esplanade::counters_snapshot inbound_counters() const override { return path_.inbound_counters(); }
  [[nodiscard]] plan_facts outbound_plan() const override { return facts_of(esplanade::explain<typename path::outbound_lane>()); }
  [[nodiscard]] plan_facts inbound_plan() const override { return facts_of(esplanade::explain<typename path::inbound_lane>()); }

 private:
  // The lists move losers behind survivors; each packet still knows whose it is by where its memory stands.
  template <class Direction> std::chrono::nanoseconds drive(std::span<parcel> batch, Direction direction) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      memory_[i].load(batch[i].packet);
      packets_[i] = &memory_[i];
    }
    const esplanade::batch_view<Packet> view{{packets_.data(), batch.size()}, {verdicts_.data(), batch.size()}};
    const auto from = std::chrono::steady_clock::now();
    direction(view);
    const auto spent = std::chrono::steady_clock::now() - from;
    for (std::size_t k = 0; k < batch.size(); ++k) {
      parcel& whose = batch[static_cast<std::size_t>(static_cast<memory*>(packets_[k]) - memory_.data())];
      whose.verdict = verdicts_[k];
      if (verdicts_[k] == esplanade::verdict::forwarded) unload(*packets_[k], whose.packet);
    }
    return spent;
  }

  esplanade::botan_for<P> crypto_;
  [[no_unique_address]] esplanade::random_of<P> random_{};
  typename path::inbound_store inbound_sas_;
  typename path::outbound_store outbound_sas_;
  typename path::policy_store policy_;
  path path_{{.inbound = inbound_sas_, .outbound = outbound_sas_, .crypto = crypto_, .policy = policy_, .random = random_}};
  std::vector<memory> memory_;
  std::vector<Packet*> packets_;
  std::vector<esplanade::verdict> verdicts_;
};

}  // namespace capture_tunnel
