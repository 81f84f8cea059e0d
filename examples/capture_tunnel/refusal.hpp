// Why a run cannot be: one sentence for whoever started it.
#pragma once

#include <fmt/format.h>

#include <stdexcept>

namespace capture_tunnel {

/// Options that do not fit, input that cannot be read, output that cannot be written. Ends the program with exit status 2.
struct refusal : std::runtime_error {
  template <class... Arguments>
  explicit refusal(fmt::format_string<Arguments...> words, Arguments&&... about)
      : std::runtime_error(fmt::format(words, std::forward<Arguments>(about)...)) {}
};

/// The user asked to stop (SIGINT, SIGTERM). Thrown where files can be removed.
struct interrupted {
  int signal;
};

}  // namespace capture_tunnel
