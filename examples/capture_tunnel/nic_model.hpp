// The models of NICs that the main job can be run over: one engine, and what each model reports of it.
#pragma once

#include <esplanade/capability/offload_report.hpp>

#include <span>
#include <string_view>

namespace capture_tunnel {

struct nic_model {
  const char* name;
  const char* words;
  /// What it reports, of the most that the engine can do.
  esplanade::offload_report (*report)(const esplanade::device_capabilities& most);
  bool lies = false;  ///< refuses, forgets, loses, and says what is not so
  bool version_1 = false;  ///< its report, its requests and the words beside its packets are those of version 1
};

[[nodiscard]] std::span<const nic_model> nic_models();
/// The model of this name, or nullptr.
[[nodiscard]] const nic_model* find_nic_model(std::string_view name);

}  // namespace capture_tunnel
