// A datapath behind one face: the program is written once, the datapath is compiled once for each profile.
#pragma once

#include "offload_facts.hpp"
#include "parcel.hpp"

#include <esplanade/format.hpp>
#include <esplanade/pipeline/counters.hpp>
#include <esplanade/pipeline/explain.hpp>
#include <esplanade/sa/parameters.hpp>

#include <chrono>
#include <span>
#include <string>

namespace capture_tunnel {

/// The most SAs of a run.
inline constexpr std::size_t most_sas = 64;

/// What a list came to, without its type.
struct plan_facts {
  std::vector<esplanade::plan_row> rows;
  std::string provider, adapters;
  std::string as_text;
};

template <std::size_t Stages> [[nodiscard]] plan_facts facts_of(const esplanade::plan<Stages>& plan) {
  return {{plan.rows, plan.rows + Stages}, plan.provider, plan.adapters, esplanade::to_text(plan)};
}

/// Both directions: an inline datapath, or a host over its NIC. A virtual call for each batch, none for a packet.
class engine {
 public:
  engine() = default;
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  virtual ~engine() = default;

  /// Adds an SA to both directions; packets that its selector matches are sent under it.
  ///   Errors   refusal, with the words of the fault
  virtual void install(const esplanade::sa_parameters& sa) = 0;

  /// Runs a batch through the datapath, in order: verdicts and what became of the packets stand in the parcels afterwards.
  /// Returns the time inside the datapath alone.
  virtual std::chrono::nanoseconds protect(std::span<parcel> batch) = 0;
  virtual std::chrono::nanoseconds open(std::span<parcel> batch) = 0;

  /// Told once, before the first packet.
  virtual void begin(const capture_form&) {}
  /// What the lists of the last call made of packets that are `absorbed`, in order: payloads that carry several, or what was
  /// in payloads. Most lists make nothing.
  [[nodiscard]] std::span<parcel> made() { return made_; }
  /// Sends what still waits behind the last batch; it stands in `made` then.
  virtual std::chrono::nanoseconds flush() { return {}; }

  [[nodiscard]] virtual esplanade::counters_snapshot outbound_counters() const = 0;
  [[nodiscard]] virtual esplanade::counters_snapshot inbound_counters() const = 0;
  [[nodiscard]] virtual plan_facts outbound_plan() const = 0;
  [[nodiscard]] virtual plan_facts inbound_plan() const = 0;
  /// What a NIC did; nothing when the engine is inline.
  [[nodiscard]] virtual offload_facts offload() { return {}; }

 protected:
  std::vector<parcel> made_;
};

}  // namespace capture_tunnel
