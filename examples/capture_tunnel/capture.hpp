// Reading and writing captures by libpcap.
#pragma once

#include "link_layer.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

struct pcap;
struct pcap_dumper;

namespace capture_tunnel {

/// One record of a capture.
struct record {
  std::int64_t seconds = 0;
  std::int64_t fraction = 0;               ///< nanoseconds or microseconds, as the capture says
  std::uint32_t length = 0;                ///< octets on the wire; more than were kept when the capture was cut at a snap length
  std::vector<esplanade::octet> octets{};  ///< what was kept
  [[nodiscard]] bool snap_truncated() const { return octets.size() < length; }
};

/// What a capture says of all its records.
struct capture_form {
  link_type link = link_type::ethernet;
  int dlt = 0;
  bool nanoseconds = false;
};

/// libpcap's handles, closed by libpcap.
struct closes {
  void operator()(pcap* handle) const;
  void operator()(pcap_dumper* handle) const;
};

/// A pcap or pcapng file, read from front to back.
///   Errors   refusal: missing, not a regular file, not a capture, cut short, of a foreign link layer
class capture_reader {
 public:
  explicit capture_reader(const std::filesystem::path& file);
  ~capture_reader();

  /// Reads the next record into `into`; false at the end of the file.
  bool next(record& into);
  [[nodiscard]] const capture_form& form() const { return form_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }  ///< octets of the file
  [[nodiscard]] std::uint64_t position() const;               ///< octets of it that were read

 private:
  std::filesystem::path file_;
  std::uint64_t size_ = 0, count_ = 0;
  std::unique_ptr<pcap, closes> handle_;
  capture_form form_;
};

/// A pcap file of this form, written through a stream that somebody else opened and keeps; `close` tells whether all of it was written.
class capture_writer {
 public:
  capture_writer(std::FILE* stream, const capture_form& form);
  ~capture_writer();

  /// Writes a record with the times of `head`: a link layer header and a packet.
  void write(const record& head, esplanade::const_octets link, esplanade::const_octets packet);
  /// True when nothing was lost; closes the stream.
  [[nodiscard]] bool close();

 private:
  std::unique_ptr<pcap_dumper, closes> dumper_;
  std::vector<esplanade::octet> frame_;
};

}  // namespace capture_tunnel
