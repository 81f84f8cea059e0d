#include "capture.hpp"

#include "refusal.hpp"
#include "time_stamps.hpp"

#include <pcap/pcap.h>

#include <cstring>
#include <system_error>

namespace capture_tunnel {
namespace {

constexpr int snap_length = 262144;  // octets; what tcpdump writes, and more than an IP packet with its link layer

/// libpcap's words in ours.
refusal unreadable(const std::filesystem::path& file, std::uint64_t packets, const char* words) {
  const bool truncated = std::strstr(words, "truncated") != nullptr;
  if (truncated && packets != 0) return refusal("{}: truncated, the file ends in the middle of what follows packet {}", file.string(), packets);
  if (truncated) return refusal("{}: truncated, the file ends before its first packet does", file.string());
  if (packets != 0) return refusal("{}: cannot be read beyond packet {}: {}", file.string(), packets, words);
  return refusal("{}: not a pcap or pcapng capture that can be read: {}", file.string(), words);
}

void check_regular(const std::filesystem::path& file) {
  namespace fs = std::filesystem;
  std::error_code problem;
  const fs::file_status status = fs::status(file, problem);
  if (status.type() == fs::file_type::not_found) throw refusal("{}: no such file", file.string());
  if (status.type() == fs::file_type::none) throw refusal("{}: {}", file.string(), problem.message());
  if (status.type() == fs::file_type::directory) throw refusal("{}: a directory, not a capture", file.string());
  if (status.type() != fs::file_type::regular) throw refusal("{}: not a regular file; it is read more than once", file.string());
  if (fs::file_size(file) == 0) throw refusal("{}: empty, not a capture", file.string());
}

}  // namespace

void closes::operator()(pcap* handle) const { pcap_close(handle); }
void closes::operator()(pcap_dumper* handle) const { pcap_dump_close(handle); }

capture_reader::capture_reader(const std::filesystem::path& file) : file_(file) {
  check_regular(file);
  size_ = std::filesystem::file_size(file);
  std::FILE* stream = std::fopen(file.c_str(), "rb");
  if (stream == nullptr) throw refusal("{}: {}", file.string(), std::strerror(errno));
  form_.nanoseconds = counts_nanoseconds(file);
  char words[PCAP_ERRBUF_SIZE] = "";
  const unsigned precision = form_.nanoseconds ? PCAP_TSTAMP_PRECISION_NANO : PCAP_TSTAMP_PRECISION_MICRO;
  handle_.reset(pcap_fopen_offline_with_tstamp_precision(stream, precision, words));
  if (!handle_) {
    std::fclose(stream);
    throw unreadable(file, 0, words);
  }
  form_.dlt = pcap_datalink(handle_.get());
  const auto link = link_of(form_.dlt);
  if (!link) {
    const char* name = pcap_datalink_val_to_description_or_dlt(form_.dlt);
    throw refusal("{}: its link layer is {}; this program reads Ethernet, Linux cooked (v1 and v2) and raw IP", file.string(), name);
  }
  form_.link = *link;
}

capture_reader::~capture_reader() = default;

bool capture_reader::next(record& into) {
  pcap_pkthdr* header = nullptr;
  const u_char* octets = nullptr;
  const int answer = pcap_next_ex(handle_.get(), &header, &octets);
  if (answer == PCAP_ERROR_BREAK) return false;
  if (answer != 1) throw unreadable(file_, count_, pcap_geterr(handle_.get()));
  ++count_;
  into.seconds = header->ts.tv_sec;
  into.fraction = header->ts.tv_usec;
  into.length = header->len;
  into.octets.assign(octets, octets + header->caplen);
  return true;
}

std::uint64_t capture_reader::position() const {
  const off_t at = ftello(pcap_file(handle_.get()));
  return at < 0 ? 0 : static_cast<std::uint64_t>(at);
}

capture_writer::capture_writer(std::FILE* stream, const capture_form& form) {
  const unsigned precision = form.nanoseconds ? PCAP_TSTAMP_PRECISION_NANO : PCAP_TSTAMP_PRECISION_MICRO;
  // The IP version of raw packets may change on the way: LINKTYPE_IPV4 and _IPV6 name one of them.
  const int dlt = form.link == link_type::raw ? DLT_RAW : form.dlt;
  const std::unique_ptr<pcap, closes> dead(pcap_open_dead_with_tstamp_precision(dlt, snap_length, precision));
  if (dead) dumper_.reset(pcap_dump_fopen(dead.get(), stream));
  if (!dumper_) {
    const std::string words = dead ? pcap_geterr(dead.get()) : "no memory";
    std::fclose(stream);
    throw refusal("cannot write a capture: {}", words);
  }
}

capture_writer::~capture_writer() = default;

void capture_writer::write(const record& head, esplanade::const_octets link, esplanade::const_octets packet) {
  frame_.assign(link.begin(), link.end());
  frame_.insert(frame_.end(), packet.begin(), packet.end());
  pcap_pkthdr header{};
  header.ts.tv_sec = static_cast<time_t>(head.seconds);
  header.ts.tv_usec = static_cast<suseconds_t>(head.fraction);
  header.caplen = header.len = static_cast<bpf_u_int32>(frame_.size());
  pcap_dump(reinterpret_cast<u_char*>(dumper_.get()), &header, frame_.data());
}

bool capture_writer::close() {
  const bool written = pcap_dump_flush(dumper_.get()) == 0 && std::ferror(pcap_dump_file(dumper_.get())) == 0;
  dumper_.reset();
  return written;
}

}  // namespace capture_tunnel
