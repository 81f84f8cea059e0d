// A NIC's control side that remembers what it was asked, and refuses what it is told to.
#pragma once

#include <esplanade/offload/v1_device.hpp>

#include <algorithm>
#include <vector>

namespace v1_tests {
using namespace esplanade;

struct plain_device {
  static constexpr device_guarantees guarantees{};
  struct kept {
    offload_handle handle;
    sa_request request;
  };
  std::vector<kept> sas;
  std::size_t room = 8, added = 0;
  bool deletes = true;

  device_capabilities capabilities() const noexcept { return {}; }
  bool active(family) const noexcept { return true; }
  result<offload_handle> add_sa(const sa_request& r) noexcept {
    if (sas.size() == room) return fault{fault_kind::no_space, "sa", "full", "fewer"};
    const offload_handle made{++added << 16};
    sas.push_back({made, r});
    return made;
  }
  result<void> update_sa(const sa_update&) noexcept { return fault{fault_kind::not_supported, "high", "no ESN", "nothing"}; }
  result<void> delete_sa(offload_handle h) noexcept {
    if (!deletes) return fault{fault_kind::busy, "adapter", "resets", "later"};
    const auto at = std::find_if(sas.begin(), sas.end(), [&](const kept& k) { return k.handle == h; });
    if (at == sas.end()) return fault{fault_kind::not_found, "handle", "names nothing", "a handle"};
    sas.erase(at);
    return {};
  }
};
static_assert(OffloadDevice<plain_device>);
using v1_front = v1_device<plain_device, 8, 2>;

}  // namespace v1_tests
