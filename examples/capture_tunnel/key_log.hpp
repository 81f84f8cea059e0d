// The key log gate: the one place of this program through which keys leave it, and only because it says so.
#pragma once

#include "keys.hpp"
#include "output.hpp"

#include <memory>

namespace capture_tunnel {

/// Writes the keys of a run in the form of Wireshark's table "ESP SAs" (the file esp_sa of a profile folder): an opt-in that
/// a gateway would not have. The keys are those this program drew itself; the library gives none back.
///   Mode     0600, from the first octet on
///   Errors   refusal
class key_log_gate {
 public:
  explicit key_log_gate(const std::filesystem::path& file) : file_(file, 0600) {}

  /// One line for each SA.
  void write(const sa_list& sas, const choice& what);
  /// Puts the file in its place, and warns on stderr of what it holds.
  void keep();

 private:
  output_file file_;
};

}  // namespace capture_tunnel
