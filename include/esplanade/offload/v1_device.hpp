// Version 1 in front of a NIC: its requests are judged by its report, put in the words of version 2 and given to the NIC.
#pragma once

#include <esplanade/offload/device.hpp>
#include <esplanade/offload/v1_parser_entries.hpp>
#include <esplanade/offload/v1_sas.hpp>

namespace esplanade {
inline namespace v0 {

/// What the offload parameters and the keyword say of version 1 (ipsecov2.md 1.5); a keyword's value is one less.
enum class v1_switch : std::uint8_t { no_change = 0, turned_off = 1, ah = 2, esp = 3, ah_and_esp = 4 };

/// Requests of version 1 over any NIC.
///   Shape    hardware, current, configure; add_sa, delete_sa, add_udp_sa, delete_udp_sa, sweep; and for packets: sa_of, listens
///   Cost     O(SAs), on the control side
///   Errors   faults. An add that fails leaves nothing behind, entry included. A UDP-ESP delete that the NIC refuses for now is owed: nothing is received through its
///            entry from then on, and `sweep` deletes it later (V1-20)
///   Threads  requests one at a time, as NDIS serialises them; `current`, `sas` and `listens` any
template <OffloadDevice Device, std::size_t Capacity = 64, std::size_t Entries = 4> class v1_device {
 public:
  /// What a UDP-ESP request is answered with: the SA, and for one that receives the parser entry.
  struct added {
    offload_handle sa{}, entry{};
  };

  /// Over a NIC that outlives it, with the report that it gives, all of it configured; `keys`: the order inside a request's blob (V1-16).
  constexpr v1_device(Device& under, const v1_report& hardware, v1_key_order keys = v1_key_order::cipher_first) noexcept : under_(under), hardware_(hardware), keys_(keys) { publish(); }
  v1_device(const v1_device&) = delete;
  v1_device& operator=(const v1_device&) = delete;

  /// The report it was made with.
  [[nodiscard]] const v1_report& hardware() const noexcept { return hardware_; }
  /// What is switched on; nothing while the adapter balances load with others (V1-12).
  [[nodiscard]] v1_report current() const noexcept { return unpacked(live_.load(order::acquire)); }
  /// Switches AH and ESP of the hardware on or off, as the offload parameters say; no_change changes nothing (V1-29).
  /// SAs stay, whatever is switched off: packets of them fail on their way out and pass on their way in (U-1, U-14).
  void configure(v1_switch s) noexcept {
    if (s != v1_switch::no_change) configured_ = hardware_.with(s == v1_switch::ah || s == v1_switch::ah_and_esp, s == v1_switch::esp || s == v1_switch::ah_and_esp);
    publish();
  }
  /// What a host enabled task by task (offload/v1_task_offload.hpp); more than the hardware has changes nothing.
  void configure(const v1_report& wanted) noexcept {
    if (hardware_.covers(wanted)) configured_ = wanted;
    publish();
  }
  /// Whether the adapter is one of several that balance load: then nothing is offloaded (V1-12).
  void balance_load(bool on) noexcept {
    balances_ = on;
    publish();
  }

  /// Adds AH, ESP or both; → the handle for slot 1 and for delete_sa.
  ///   Errors   invalid_value: the request contradicts itself, or is one of UDP-ESP; not_supported: not in `current`; no_space; those of the NIC
  [[nodiscard]] result<offload_handle> add_sa(const v1_sa_request& r) noexcept {
    if (r.udp) return fault{fault_kind::invalid_value, "udp", "UDP-ESP has a request of its own", "add_udp_sa"};
    return add(r, {});
  }
  /// Deletes an SA that add_sa made.
  ///   Errors   not_found: of no SA; busy and others of the NIC, and then it stays
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept {
    if (!sas_.has(h)) return not_there;
    if (auto done = under_.delete_sa(h); !done) return done;
    sas_.erase(h);
    return {};
  }

  /// Adds ESP inside UDP. Outbound SAs take no entry: it says what to look for in what arrives.
  ///   Errors   those of add_sa; of the entry: not_supported, not_found, no_space. Nothing stays then (V1-19)
  [[nodiscard]] result<added> add_udp_sa(const v1_udp_sa_request& r) noexcept {
    v1_sa_request sa = r.sa;
    sa.udp = true;
    if (!sa.inbound) {
      auto made = add(sa, {});
      if (!made) return made.why();
      return added{*made, {}};
    }
    auto entry = entries_.acquire(r.entry_handle, r.entry);
    if (!entry) return entry.why();
    auto made = add(sa, entry->handle);
    if (!made) {
      entries_.give_up(*entry);
      return made.why();
    }
    return added{*made, entry->handle};
  }
  /// Deletes an SA that add_udp_sa made, and the entry with it when its handle is given.
  ///   Errors   not_found; those of the NIC, and then the deletion is owed (`sweep`)
  [[nodiscard]] result<void> delete_udp_sa(const v1_udp_delete& d) noexcept {
    if (!sas_.has(d.handle)) return not_there;
    if (auto done = under_.delete_sa(d.handle); !done) {
      if (d.entry_handle) entries_.condemn(d.entry_handle);
      sas_.owe(d.handle, d.entry_handle);
      return done;
    }
    sas_.erase(d.handle);
    return d.entry_handle ? entries_.remove(d.entry_handle) : result<void>{};
  }
  /// Deletes what is owed, as far as the NIC lets it now; → how many are left.
  std::size_t sweep() noexcept {
    return sas_.each_owed([this](offload_handle h, offload_handle entry) noexcept {
      auto done = under_.delete_sa(h);
      if (!done && done.why().kind != fault_kind::not_found) return false;
      if (entry) (void)entries_.remove(entry);
      return true;
    });
  }
  /// The adapter is gone, and with it its SAs (V1-27): nobody asks for their deletion.
  void removed() noexcept { sas_.clear(); }

  /// The SAs as packets ask for them; one whose deletion is owed is not among them.
  [[nodiscard]] const v1_sas<Capacity>& sas() const noexcept { return sas_; }
  /// Whether ESP is looked for behind this UDP port.
  ///   Units    host order
  [[nodiscard]] bool listens(std::uint16_t port) const noexcept { return entries_.listens(port); }
  /// SAs, those whose deletion is owed included.
  [[nodiscard]] std::size_t size() const noexcept { return sas_.size(); }
  /// Parser entries.
  [[nodiscard]] std::size_t entries() const noexcept { return entries_.size(); }
  /// The NIC that it stands in front of.
  [[nodiscard]] Device& under() noexcept { return under_; }

 private:
  static constexpr fault not_there{fault_kind::not_found, "handle", "names no SA of version 1", "the handle of an SA that was added and not deleted"};

  void publish() noexcept { live_.store(balances_ ? 0 : packed(configured_), order::release); }

  [[nodiscard]] result<offload_handle> add(const v1_sa_request& r, offload_handle entry) noexcept {
    auto asked = to_sa_request(r, current(), keys_);
    if (!asked) return asked.why();
    if (sas_.full()) return fault{fault_kind::no_space, "sa", "as many SAs of version 1 as can be kept", "an SA in software"};
    auto made = under_.add_sa(*asked);
    if (!made) return made;
    v1_sa kept{r.filter, asked->destination, 0, 0, 0, 0, r.inbound, r.udp, {}, {}};
    for (std::size_t i = 0; i < asked->count; ++i) {
      const offload_element& e = asked->elements[i];
      const suite_sizes* const suite = suite_named(e.transform);
      kept.integrity = kept.integrity | e.transform.integrity;
      kept.encryption = kept.encryption | e.transform.encryption;
      if (e.transform.protocol == protocol_kind::ah) kept.ah_spi = e.spi;
      else kept.esp_spi = e.spi, kept.esp_iv = suite->iv, kept.esp_icv = suite->icv;
    }
    sas_.insert(*made, kept, entry);
    return made;
  }

  Device& under_;
  v1_report hardware_, configured_ = hardware_;
  v1_key_order keys_;
  bool balances_ = false;
  atomic_word<std::uint64_t> live_{0};  // packets read it while requests change it
  v1_parser_entries<Entries> entries_{};
  v1_sas<Capacity> sas_{};
};

}  // namespace v0
}  // namespace esplanade
