// The standard streams, which may be closed or full.
#pragma once

#include "refusal.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace capture_tunnel {

/// Where a stream is closed, no file of ours may take its number: the report would end up in it. What is put there can only
/// be used the other way round, so that using it is an error as before.
inline void hold_standard_streams() {
  for (const int stream : {0, 1, 2})
    if (::fcntl(stream, F_GETFD) < 0 && ::open("/dev/null", (stream == 0 ? O_WRONLY : O_RDONLY) | O_CLOEXEC) < 0) return;
}

/// Writes to standard error. What cannot be written there can be said nowhere: that is no error.
template <class... Arguments> void say(fmt::format_string<Arguments...> words, Arguments&&... about) {
  std::fputs(fmt::format(words, std::forward<Arguments>(about)...).c_str(), stderr);
}

/// Whether the report is written is known only when the buffer is empty.
inline void finish_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) throw refusal("cannot write to standard output: {}", std::strerror(errno));
}

}  // namespace capture_tunnel
