// The command line.
#pragma once

#include <esplanade/capability/profile.hpp>
#include <esplanade/net/protocol.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace capture_tunnel {

/// What the line in between does to the packets that were sent.
struct impairments {
  std::uint64_t corrupt = 0;  ///< packets with one bit flipped
  std::uint64_t replay = 0;   ///< packets that are sent again
  std::uint64_t reorder = 0;  ///< pairs of neighbours that change places
  [[nodiscard]] bool any() const { return corrupt != 0 || replay != 0 || reorder != 0; }
};

/// What was asked for. What is empty was not said: the profile decides.
struct options {
  std::filesystem::path capture, out;
  std::optional<std::filesystem::path> key_file;
  std::optional<std::string> profile;
  std::optional<esplanade::mode> mode;
  std::optional<esplanade::family> family;
  std::optional<std::uint32_t> window;
  std::optional<std::uint64_t> seed;
  std::optional<std::string> nic;  ///< a model; --inline and --nic exclude each other
  bool is_inline = false;
  bool esn = false;
  bool json = false;
  bool list_profiles = false;
  std::size_t batch = 32;
  impairments wire;
};

/// The default capture and output folder; CMake knows where they are.
struct places {
  std::filesystem::path capture, out;
};

/// Reads the command line; nothing when it asked for help, which was printed.
///   Errors   refusal
[[nodiscard]] std::optional<options> read_options(int count, char** words, const places& defaults);

}  // namespace capture_tunnel
