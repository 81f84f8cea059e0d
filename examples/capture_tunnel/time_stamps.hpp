// How fine the time stamps of a capture are: libpcap converts them and does not say what they were.
#pragma once

#include <filesystem>

namespace capture_tunnel {

/// True when the file counts nanoseconds (or finer): by the magic number of a pcap file, by the option if_tsresol of the
/// interfaces that a pcapng file describes before its first packet. False also for what is no capture.
[[nodiscard]] bool counts_nanoseconds(const std::filesystem::path& file);

}  // namespace capture_tunnel
