// A datapath behind one face: the program is written once, the datapath is compiled once for each profile.
#pragma once

#include "parcel.hpp"

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

/// Both directions of an inline datapath. A virtual call for each batch, none for a packet.
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

  [[nodiscard]] virtual esplanade::counters_snapshot outbound_counters() const = 0;
  [[nodiscard]] virtual esplanade::counters_snapshot inbound_counters() const = 0;
  [[nodiscard]] virtual plan_facts outbound_plan() const = 0;
  [[nodiscard]] virtual plan_facts inbound_plan() const = 0;
};

}  // namespace capture_tunnel
