// Who stands above adapters in tests: keeps what is indicated. And keywords in a map.
#pragma once

#include <esplanade/offload/offload_event.hpp>

#include <map>
#include <string>
#include <vector>

namespace events {
using namespace esplanade;

struct event {
  ndis_status status;
  offload_report report;
  offload_encapsulation encapsulation;
};
struct recorder {
  std::vector<event> seen;
  void operator()(const current_config_changed& e) noexcept { seen.push_back({e.status, e.report, {}}); }
  void operator()(const hardware_capabilities_changed& e) noexcept { seen.push_back({e.status, e.report, {}}); }
  void operator()(const encapsulation_changed& e) noexcept { seen.push_back({e.status, {}, e.encapsulation}); }
};
struct keyword_map {
  std::map<std::string, std::uint32_t> values;
  void write(const char* name, std::uint32_t value) noexcept { values[name] = value; }
  std::uint32_t read(const char* name, std::uint32_t fallback) noexcept {
    const auto found = values.find(name);
    return found == values.end() ? fallback : found->second;
  }
};

inline std::vector<octet> record_of(const offload_encapsulation& e) {
  std::vector<octet> made(28);
  static_cast<void>(static_cast<bool>(write_encapsulation(e, made)));
  return made;
}
inline constexpr activation_request ethernet{activation::on, link_framing::ieee_802_3, 14};
inline constexpr activation_request turned_off{activation::turned_off, link_framing{}, 0};

}  // namespace events
