// A progress bar for people who wait.
#pragma once

#include <chrono>
#include <cstdint>

namespace capture_tunnel {

/// One line on stderr that is drawn over and over and gone in the end. Nothing at all unless `shown`.
class progress_bar {
 public:
  explicit progress_bar(bool shown) : shown_(shown) {}
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  ~progress_bar() { clear(); }

  /// What is done, and how much of it there is; draws.
  void begin(const char* what, std::uint64_t total);
  /// Draws again when the last time is long enough ago.
  void at(std::uint64_t done);
  void clear();

 private:
  void draw(std::uint64_t done);
  bool shown_, drawn_ = false;
  const char* what_ = "";
  std::uint64_t total_ = 0;
  std::chrono::steady_clock::time_point last_{};
};

/// Whether this run has somebody to show a bar to: both outputs are terminals and the input is long.
[[nodiscard]] bool worth_a_bar(std::uint64_t input_octets);

}  // namespace capture_tunnel
