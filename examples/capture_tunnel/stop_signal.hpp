// SIGINT and SIGTERM as an exception, so that half-written files go.
#pragma once

namespace capture_tunnel {

/// From here on these signals are only noted.
void note_stop_signals();
/// Throws `interrupted` when one came.
void stop_if_asked();
/// Ends the program the way the signal would have.
[[noreturn]] void end_by(int signal);

}  // namespace capture_tunnel
