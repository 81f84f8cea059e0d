#include "progress.hpp"

#include "standard_streams.hpp"

#include <algorithm>
#include <cstdio>

#include <unistd.h>

namespace capture_tunnel {
namespace {
constexpr std::uint64_t long_input = 8 << 20;  // octets; less is done in the blink of an eye
constexpr auto pause = std::chrono::milliseconds(100);
constexpr std::size_t width = 40;
}  // namespace

bool worth_a_bar(std::uint64_t input_octets) {
  return input_octets >= long_input && ::isatty(STDOUT_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

void progress_bar::begin(const char* what, std::uint64_t total) {
  what_ = what;
  total_ = std::max<std::uint64_t>(total, 1);
  draw(0);
}

void progress_bar::at(std::uint64_t done) {
  if (shown_ && std::chrono::steady_clock::now() - last_ >= pause) draw(done);
}

void progress_bar::draw(std::uint64_t done) {
  if (!shown_) return;
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  const std::string filled(static_cast<std::size_t>(part * width), '#');
  say("\r{:<10} [{:<{}}] {:3.0f} %", what_, filled, width, 100 * part);
  std::fflush(stderr);
  drawn_ = true;
  last_ = std::chrono::steady_clock::now();
}

void progress_bar::clear() {
  if (drawn_) say("\r\033[K");
  drawn_ = false;
}

}  // namespace capture_tunnel
