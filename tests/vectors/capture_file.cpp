#include "capture_file.hpp"

#include <pcap/pcap.h>

#include <cstdio>
#include <memory>

namespace vectors {

std::vector<captured> read_capture(const std::string& path) {
  std::string text = read_all(path);
  // libpcap reads streams and unpacks nothing.
  std::FILE* stream = fmemopen(text.data(), text.size(), "rb");
  if (stream == nullptr) throw unreadable(joined(path, ": no memory to read it from"));
  char why[PCAP_ERRBUF_SIZE] = "";
  pcap_t* opened = pcap_fopen_offline(stream, why);
  if (opened == nullptr) std::fclose(stream);
  const std::unique_ptr<pcap_t, void (*)(pcap_t*)> capture(opened, [](pcap_t* p) { if (p != nullptr) pcap_close(p); });
  if (capture == nullptr) throw unreadable(joined(path, ": ", why));
  if (pcap_datalink(capture.get()) != DLT_EN10MB) throw unreadable(joined(path, ": not Ethernet"));
  std::vector<captured> all;
  pcap_pkthdr* head = nullptr;
  const unsigned char* octets = nullptr;
  int said = 0;
  while ((said = pcap_next_ex(capture.get(), &head, &octets)) == 1) {
    if (head->caplen < 14) throw unreadable(joined(path, ": a frame without an Ethernet header"));
    all.push_back({octets_held(octets + 14, octets + head->caplen), static_cast<std::uint16_t>(octets[12] << 8 | octets[13])});
  }
  if (said != PCAP_ERROR_BREAK) throw unreadable(joined(path, ": ", pcap_geterr(capture.get())));
  return all;
}

}  // namespace vectors
