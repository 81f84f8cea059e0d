// What a run over a NIC has to tell besides what every run tells.
#pragma once

#include <esplanade/base/verdict.hpp>
#include <esplanade/buffer/nbl_words.hpp>
#include <esplanade/pipeline/counters.hpp>

#include <array>
#include <string>
#include <vector>

namespace capture_tunnel {

struct offload_facts {
  /// One field of the capability report.
  struct field {
    std::string name, hardware, current;
  };
  /// Where an SA's cryptography is done, and why.
  struct placed_sa {
    std::uint32_t spi = 0;
    bool inbound = false, offloaded = false;
    std::string because;
  };
  /// A request to the NIC and its answer.
  struct oid {
    std::string name, about, status;
  };

  std::string nic;  ///< the model; empty when the run is inline
  std::vector<field> report;
  std::vector<placed_sa> placed;
  std::vector<oid> oids;
  std::uint64_t indications = 0;  ///< of changed configuration, from the NIC
  std::array<std::uint64_t, esplanade::crypto_status_count> statuses{};  ///< received packets that the NIC worked on
  std::uint64_t framed = 0;       ///< frames whose cryptography was left to the NIC
  std::uint64_t large = 0, large_segments = 0;  ///< large sends that the NIC cut, and into how many
  std::uint64_t cut_here = 0;     ///< large sends that the host cut
  std::uint64_t sealed_here = 0;  ///< packets of offloaded SAs that the host sealed
  std::uint64_t believed = 0, opened_here = 0, rechecked = 0;  ///< received packets, by who opened them
  bool lies = false;              ///< the model does, and losses are to be expected
  std::uint64_t lies_told = 0;
  std::uint64_t lost_below = 0;   ///< lists that the NIC completed with a failure
  std::uint64_t completed_twice = 0;                        ///< lists
  std::uint64_t never_completed = 0, never_ended = 0;       ///< frames and requests that the NIC still has
  esplanade::counters_snapshot sending{}, receiving{};  ///< the NIC's own verdicts

  [[nodiscard]] bool any() const { return !nic.empty(); }
};

}  // namespace capture_tunnel
