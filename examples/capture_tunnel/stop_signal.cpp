#include "stop_signal.hpp"

#include "refusal.hpp"

#include <csignal>
#include <cstdlib>

namespace capture_tunnel {
namespace {
volatile std::sig_atomic_t noted = 0;
}

void note_stop_signals() {
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int which) { noted = which; });
}

void stop_if_asked() {
  if (noted != 0) throw interrupted{noted};
}

void end_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  std::exit(2);
}

}  // namespace capture_tunnel
