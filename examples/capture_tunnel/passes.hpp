// The three passes of a run, each from file to file.
#pragma once

#include "outcome.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "wire.hpp"

namespace capture_tunnel {

/// What the passes share and leave for each other.
struct session {
  const options& asked;
  const choice& what;
  engine& path;
  progress_bar& bar;
  outcome& result;
  std::vector<bool> carried{};        ///< of every captured packet: whether it was protected
  std::vector<arrival> arrivals{};    ///< what the wire did to every packet; empty when it did nothing
  std::vector<bool> corrupted{}, delivered{};  ///< by ordinal
};

/// Capture → protected packets, by the outbound datapath; what the wire does to them is done before they are written.
void protect_capture(session& s, output_file& into, wire& line);
/// Protected packets → restored packets, by the inbound datapath and from the file that the first pass wrote.
void open_protected(session& s, const output_file& from, output_file& into);
/// Capture and restored packets side by side, both from their files.
void compare_with_capture(session& s, const output_file& restored);

}  // namespace capture_tunnel
