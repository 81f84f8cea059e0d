// What a run came to: everything the report says, for people and for programs.
#pragma once

#include "keys.hpp"

#include <map>

namespace capture_tunnel {

/// One direction.
struct direction_outcome {
  plan_facts plan;
  esplanade::counters_snapshot counters;
  std::chrono::nanoseconds spent{};  ///< inside the datapath; files and comparison are not counted
  std::uint64_t packets = 0;         ///< that came through
  std::uint64_t octets = 0;          ///< of their IP packets in clear, the same measure both ways

  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(spent).count(); }
  [[nodiscard]] double per_second(std::uint64_t count) const { return spent.count() == 0 ? 0 : static_cast<double>(count) / seconds(); }
};

/// The restored packets beside the original ones, read from both files.
struct comparison {
  std::uint64_t expected = 0;   ///< the captured packets, less the excluded and the corrupted ones
  std::uint64_t equal = 0;      ///< times, link layer header and IP packet, octet for octet
  std::uint64_t different = 0;
  std::uint64_t missing = 0;    ///< refused inbound, though nobody had touched them
  std::uint64_t lost = 0;       ///< with corrupted payloads that carried them, or a part of them
  std::uint64_t first_bad = 0;  ///< number in the capture, from 1, of the first that is not equal
};

/// A count that must come out as said.
struct expectation {
  const char* what;
  std::uint64_t expected, found;
  [[nodiscard]] bool kept() const { return expected == found; }
};

struct outcome {
  capture_form form;
  std::uint64_t captured = 0, captured_octets = 0;
  std::map<std::string, std::uint64_t> excluded;  ///< in neither file: non_ip, snap_truncated, or the verdict that refused it
  std::uint64_t link_padded = 0;                  ///< packets whose frame went on behind the IP packet; those octets are not carried
  struct named_sa {
    std::uint32_t spi = 0;
    esplanade::family traffic = esplanade::family::ipv4;
    std::optional<address_pair> inside{};
  };
  std::vector<named_sa> sas;
  std::size_t pairs_left_out = 0;                 ///< mode BEET: pairs of addresses that no SA is for
  direction_outcome outbound, inbound;
  offload_facts offload;           ///< nothing when the run is inline
  std::uint64_t out_of_order = 0;  ///< accepted packets whose number is below the highest accepted before
  comparison compared;
  std::filesystem::path protected_file, restored_file, key_file;
  std::vector<expectation> expectations;

  [[nodiscard]] bool passed() const {
    for (const expectation& one : expectations)
      if (!one.kept()) return false;
    return true;
  }
};

}  // namespace capture_tunnel
