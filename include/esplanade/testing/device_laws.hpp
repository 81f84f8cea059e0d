// What the control side of a NIC owes its host, and the concept cannot say: it takes what it reports, and forgets what is deleted.
#pragma once

#include <esplanade/offload/accepts.hpp>
#include <esplanade/offload/device.hpp>
#include <esplanade/testing/broken_law.hpp>

#include <set>
#include <string>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_device_laws` returns them.
namespace device_law {
inline constexpr const char* takes = "what the report says is taken";
inline constexpr const char* refuses = "what the report does not say is refused";
inline constexpr const char* malformed = "what no device could take is refused";
inline constexpr const char* handles = "a handle is not 0, and no other bundle has or had it";
inline constexpr const char* forgotten = "the handle of a deleted bundle names nothing again";
inline constexpr const char* capacity = "as many bundles as the report says are taken, and no more; a deleted one makes room";
inline constexpr const char* updates = "a new high word is taken for an element with ESN, and for no other";
inline constexpr const char* words = "a refusal names a field, the reason, and what would be accepted";
}  // namespace device_law

namespace detail {
template <class Device> class device_laws {
 public:
  explicit device_laws(Device& device) : device_(device), can_(device.capabilities()) {
    each_pair();
    gates();
    malformed();
    if (const offload_element* const one = any_element()) {
      handles(*one);
      updates(*one);
      capacity(*one);
    }
  }
  std::vector<broken_law> broken{};

 private:
  static constexpr std::size_t most_bundles = 256;  // a larger capacity is not filled

  void report(const char* law, const std::string& where) { report_once(broken, law, where); }
  static const_octets key(std::size_t octets) {
    static constexpr octet pattern[64] = {0x1f, 0x2e, 0x3d, 0x4c, 0x5b, 0x6a, 0x79, 0x08, 0x97, 0xa6, 0xb5, 0xc4, 0xd3, 0xe2, 0xf1, 0x10, 0x23, 0x35, 0x47, 0x59, 0x6b, 0x7d, 0x8f, 0x91, 0x16};
    return const_octets(pattern).first(octets);
  }
  static offload_element element_of(const esplanade::detail::named_transform& row, std::uint32_t spi) {
    const esplanade::detail::element_keys keys = esplanade::detail::keys_of(row.sizes);
    return {row.named, spi, key(keys.integrity), key(keys.encryption), false, 0};
  }
  sa_request request_of(const offload_element& e) {
    sa_request r;
    r.destination = address::v4(192, 0, 2, 7);
    r.elements[0] = e;
    r.elements[0].spi = ++spi_;
    return r;
  }
  /// Asks, checks the words, and deletes what was taken.
  bool taken(const sa_request& r) {
    const auto answer = device_.add_sa(r);
    if (!answer) {
      if (answer.why().field[0] == '\0' || answer.why().reason[0] == '\0' || answer.why().accepted[0] == '\0') report(device_law::words, "a refused SA");
      return false;
    }
    remember(*answer);
    forget(*answer);
    return true;
  }
  void remember(offload_handle h) {
    if (!h || !seen_.insert(h.word).second) report(device_law::handles, "handle " + std::to_string(h.word));
  }
  void forget(offload_handle h) {
    static_cast<void>(static_cast<bool>(device_.delete_sa(h)));
    if constexpr (requires { device_.reclaim(); }) device_.reclaim();
  }
  [[nodiscard]] bool advertised(const esplanade::detail::named_transform& row) const {
    return can_.any() && (row.named.protocol == protocol_kind::ah ? can_.ah : can_.esp) && can_.integrity.covers(row.named.integrity) && can_.encryption.covers(row.named.encryption) && row.sizes.authenticates();
  }

  // Every pair of algorithms, AES-GCM with 16 octets of ICV.
  void each_pair() {
    esplanade::detail::each_transform([&](const esplanade::detail::named_transform& row) {
      if (row.sizes.aead() && row.sizes.icv != 16) return;
      const bool was_taken = taken(request_of(element_of(row, 0)));
      const std::string where = "algorithms " + std::to_string(row.named.integrity.bits) + " and " + std::to_string(row.named.encryption.bits) + (row.named.protocol == protocol_kind::ah ? " in AH" : " in ESP");
      if (advertised(row) && !was_taken) report(device_law::takes, where);
      if (!advertised(row) && was_taken) report(device_law::refuses, where);
    });
  }
  const offload_element* any_element() {
    bool found = false;
    esplanade::detail::each_transform([&](const esplanade::detail::named_transform& row) {
      if (found || !advertised(row) || (row.sizes.aead() && row.sizes.icv != 16)) return;
      sample_ = element_of(row, 0);
      found = true;
    });
    return found ? &sample_ : nullptr;
  }
  // One at a time: an IP version, ESN, a layout of UDP.
  void gates() {
    const offload_element* const one = any_element();
    if (one == nullptr) return;
    const auto judge = [&](const sa_request& r, bool reported, const char* what) {
      const bool was_taken = taken(r);
      if (reported && !was_taken) report(device_law::takes, what);
      if (!reported && was_taken) report(device_law::refuses, what);
    };
    sa_request r = request_of(*one);
    r.version = family::ipv6;
    r.destination = address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7);
    judge(r, can_.ipv6, "IPv6");
    r = request_of(*one);
    r.elements[0].esn = true;
    judge(r, can_.esn, "ESN");
    if (one->transform.protocol != protocol_kind::esp) return;
    for (const udp_esp_layout layout : {udp_esp_layout::transport, udp_esp_layout::tunnel, udp_esp_layout::transport_over_udp_tunnel, udp_esp_layout::udp_transport_over_tunnel}) {
      r = request_of(*one);
      r.udp_esp = layout;
      const set_of<offload_feature> portions = esplanade::detail::portions_of(layout);
      judge(r, can_.udp_esp.has(layout) && may_carry(features_of(can_), portions), "UDP around ESP");
    }
  }
  void malformed() {
    const offload_element* const one = any_element();
    if (one == nullptr) return;
    const auto judge = [&](const sa_request& r, const char* what) {
      if (taken(r)) report(device_law::malformed, what);
    };
    sa_request r = request_of(*one);
    r.count = 0;
    judge(r, "no element");
    r = request_of(*one);
    r.elements[0].spi = 255;
    judge(r, "a reserved SPI");
    r = request_of(*one);
    r.count = 2;
    r.elements[1] = r.elements[0];
    judge(r, "two elements of one protocol");
    r = request_of(*one);
    (r.elements[0].encryption_key.empty() ? r.elements[0].integrity_key : r.elements[0].encryption_key) = key(1);
    judge(r, "a key of one octet");
    r = request_of(*one);
    r.elements[0].transform.integrity = {};
    r.elements[0].transform.encryption = {};
    judge(r, "no algorithm");
  }
  void handles(const offload_element& one) {
    const auto first = device_.add_sa(request_of(one));
    if (!first) return;
    remember(*first);
    const offload_handle gone = *first;
    forget(gone);
    const auto second = device_.add_sa(request_of(one));
    if (second) remember(*second);
    if (second && gone == *second) return forget(*second);
    if (device_.delete_sa(gone)) report(device_law::forgotten, "delete_sa");
    if (second && !device_.delete_sa(*second)) report(device_law::forgotten, "the bundle that came after it was deleted with it");
    if constexpr (requires { device_.reclaim(); }) device_.reclaim();
    if (device_.delete_sa({})) report(device_law::forgotten, "handle 0");
  }
  void updates(const offload_element& one) {
    for (const bool esn : {false, true}) {
      sa_request r = request_of(one);
      r.elements[0].esn = esn;
      const auto added = device_.add_sa(r);
      if (!added) continue;
      const sa_update update{*added, one.transform.protocol, r.elements[0].spi, 1};
      if (static_cast<bool>(device_.update_sa(update)) != esn) report(device_law::updates, esn ? "with ESN" : "without ESN");
      sa_update other = update;
      other.spi += 1;
      if (device_.update_sa(other)) report(device_law::updates, "another SPI");
      forget(*added);
      if (device_.update_sa(update)) report(device_law::forgotten, "update_sa");
    }
  }
  void capacity(const offload_element& one) {
    if (can_.sa_capacity > most_bundles) return;
    std::vector<offload_handle> held;
    while (held.size() <= can_.sa_capacity) {
      const auto added = device_.add_sa(request_of(one));
      if (!added) break;
      remember(*added);
      held.push_back(*added);
    }
    if (held.size() != can_.sa_capacity) report(device_law::capacity, std::to_string(held.size()) + " bundles where the report says " + std::to_string(can_.sa_capacity));
    if (!held.empty()) {
      forget(held.back());
      held.pop_back();
      if (!taken(request_of(one))) report(device_law::capacity, "a deleted bundle made no room");
    }
    for (const offload_handle h : held) forget(h);
  }

  Device& device_;
  device_capabilities can_;
  std::uint32_t spi_ = 0x1000;
  std::set<std::uintptr_t> seen_{};
  offload_element sample_{};
};
}  // namespace detail

/// The laws that a device breaks; none when it keeps them all. It runs, and holds no bundle; in the end it holds none again.
///   Shape    where it has reclaim(), that is called behind every deletion
///   Cost     some 60 bundles, and as many as it reports when that is 256 or less
template <OffloadDevice Device> std::vector<broken_law> find_broken_device_laws(Device& device) { return detail::device_laws<Device>(device).broken; }
/// Only their names.
template <OffloadDevice Device> std::vector<std::string> check_device_laws(Device& device) { return names_of(find_broken_device_laws(device)); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
