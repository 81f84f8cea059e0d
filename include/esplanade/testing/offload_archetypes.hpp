// The least types that model the concepts of offload: a NIC's control side, who listens to its events, where keywords are kept.
#pragma once

#include <esplanade/capability/offload_settings.hpp>
#include <esplanade/offload/accepts.hpp>
#include <esplanade/offload/device.hpp>
#include <esplanade/offload/offload_event.hpp>
#include <esplanade/testing/archetypes.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace archetype {

/// OffloadDevice: keeps what it is asked to, and works on no packet.
class device : immovable {
 public:
  static constexpr device_guarantees guarantees{};
  explicit device(const device_capabilities& can) noexcept : can_(can) {}
  device_capabilities capabilities() const noexcept { return can_; }
  bool active(family) const noexcept { return true; }
  result<offload_handle> add_sa(const sa_request& request) noexcept {
    std::uint32_t used = 0;
    std::size_t free = places;
    for (std::size_t i = 0; i < places; ++i) {
      if (bundles_[i].handle != 0) ++used;
      else if (free == places) free = i;
    }
    if (auto taken = accepts(can_, request, {used, false}); !taken) return taken.why();
    if (free == places) return fault{fault_kind::no_space, "handle", "every place is taken", "fewer bundles"};
    bundles_[free].handle = ++last_;
    bundles_[free].count = request.count;
    for (std::size_t i = 0; i < request.count; ++i) bundles_[free].elements[i] = {request.elements[i].transform.protocol, request.elements[i].spi, request.elements[i].esn};
    return offload_handle{bundles_[free].handle};
  }
  result<void> update_sa(const sa_update& update) noexcept {
    if (bundle* const b = find(update.handle))
      for (std::size_t i = 0; i < b->count; ++i)
        if (b->elements[i].protocol == update.protocol && b->elements[i].spi == update.spi && b->elements[i].esn) return {};
    return nobody();
  }
  result<void> delete_sa(offload_handle handle) noexcept {
    bundle* const b = find(handle);
    if (b == nullptr) return nobody();
    *b = {};
    return {};
  }
  /// Beyond the concept, for fakes: whether a handle names a bundle.
  [[nodiscard]] bool holds(offload_handle handle) const noexcept {
    for (const bundle& b : bundles_)
      if (handle && b.handle == handle.word) return true;
    return false;
  }

 private:
  static constexpr std::size_t places = 64;
  struct element {
    protocol_kind protocol{};
    std::uint32_t spi = 0;
    bool esn = false;
  };
  struct bundle {
    std::uintptr_t handle = 0;
    std::size_t count = 0;
    element elements[2]{};
  };
  static fault nobody() noexcept { return {fault_kind::not_found, "handle", "names nothing here", "a handle that add_sa gave, and an element with ESN"}; }
  bundle* find(offload_handle handle) noexcept {
    for (bundle& b : bundles_)
      if (handle && b.handle == handle.word) return &b;
    return nullptr;
  }
  device_capabilities can_;
  bundle bundles_[places]{};
  std::uintptr_t last_ = 0;
};
static_assert(OffloadDevice<device>);

/// OffloadEventSink.
class offload_event_sink : immovable {
 public:
  void operator()(const current_config_changed&) noexcept {}
  void operator()(const hardware_capabilities_changed&) noexcept {}
  void operator()(const encapsulation_changed&) noexcept {}
};
static_assert(OffloadEventSink<offload_event_sink>);

/// KeywordStore: room for the keywords of one adapter.
class keyword_store : immovable {
 public:
  void write(const char* keyword, std::uint32_t value) noexcept {
    for (kept& k : kept_)
      if (k.name[0] == '\0' || same_text(k.name, keyword)) {
        std::size_t i = 0;
        for (; keyword[i] != '\0' && i + 1 < sizeof k.name; ++i) k.name[i] = keyword[i];
        k.name[i] = '\0';
        k.value = value;
        return;
      }
  }
  std::uint32_t read(const char* keyword, std::uint32_t fallback) noexcept {
    for (const kept& k : kept_)
      if (same_text(k.name, keyword)) return k.value;
    return fallback;
  }

 private:
  struct kept {
    char name[32]{};
    std::uint32_t value = 0;
  };
  kept kept_[offload_setting_count]{};
};
static_assert(KeywordStore<keyword_store>);

}  // namespace archetype
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
