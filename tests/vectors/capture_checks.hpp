// Captures of tcpdump's and Wireshark's own tests, frame by frame through a receiving datapath: opened where keys are known,
// refused with the verdict that belongs to it where a frame is cut short, damaged on purpose or under a key that nobody told.
#pragma once

#include "capture_file.hpp"

#include <memory>

namespace vectors {

/// What the checks came across besides passing and failing.
struct capture_tally {
  std::size_t opened = 0;     ///< frames whose inner packet was delivered, its checksums right
  std::size_t of_two = 0;     ///< of these, frames under two SAs
  std::size_t refused = 0;    ///< frames with a verdict of their own
  std::size_t not_ours = 0;   ///< frames without ESP or AH
  std::size_t shortened = 0;  ///< runs of a frame's first octets
};

/// How a capture is looked at.
enum class capture_kind { opened, ah_without_key, ike, esp_cut_short, over_read };

struct capture_named {
  const char* file;
  std::size_t frames;
  capture_kind kind;
};
/// All of them, in the folder `third-party/captures`.
inline constexpr capture_named captures[] = {
    {"tcpdump_02-sunrise-sunset-esp.pcap", 8, capture_kind::opened},
    {"tcpdump_08-sunrise-sunset-aes.pcap", 8, capture_kind::opened},
    {"tcpdump_08-sunrise-sunset-esp2.pcap", 8, capture_kind::opened},
    {"tcpdump_espudp1.pcap", 8, capture_kind::opened},
    {"wireshark_esp-bug-12671.pcapng.gz", 6, capture_kind::opened},
    {"tcpdump_OSPFv3_with_AH.pcap", 61, capture_kind::ah_without_key},
    {"wireshark_ikev1-bug-12610.pcapng.gz", 16, capture_kind::ike},
    {"tcpdump_esp_truncated.pcap", 1, capture_kind::esp_cut_short},
    {"tcpdump_isakmp-rfc3948-oobr.pcap", 23, capture_kind::over_read},
    {"tcpdump_isakmp-3948-oobr-2.pcap", 1, capture_kind::over_read},
};

class capture_checks {
 public:
  /// `folder` has the captures and the keys beside them.
  ///   Errors   throws unreadable
  explicit capture_checks(const std::string& folder);
  ~capture_checks();
  capture_checks(const capture_checks&) = delete;
  capture_checks& operator=(const capture_checks&) = delete;

  /// Whether the cipher has the suites that this capture's packets are under.
  [[nodiscard]] bool can(const capture_named& which) const;
  /// One line for each frame: "" when everything holds for it, otherwise what does not.
  ///   Errors   throws unreadable when the file is not the capture that it was
  std::vector<std::string> check(const capture_named& which);

  [[nodiscard]] const capture_tally& tally() const { return tally_; }

 private:
  struct paths;
  std::string folder_;
  capture_tally tally_;
};

}  // namespace vectors
