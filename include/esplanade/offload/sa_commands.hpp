// What each of the direct OIDs does to a NIC's SA table.
#pragma once

#include <esplanade/capability/device_capabilities.hpp>
#include <esplanade/offload/direct_request.hpp>
#include <esplanade/offload/request_rules.hpp>

namespace esplanade {
inline namespace v0 {

/// The direct OIDs over a store, one at a time.
///   Shape    perform(request) → whether it is done: its answers are written then; false: it is done once `request.ticket` is settled
///   Cost     O(records); the provider's for each key
///   Errors   statuses, in the request (ipsecov2.md 3.2 to 3.4, U-6)
///   Threads  whoever has the control token
template <class Store, class Crypto, class Configuration, class Rules = request_rules> class sa_commands {
 public:
  sa_commands(Store& store, Crypto& crypto, const Configuration& configuration) noexcept : store_(store), crypto_(crypto), configuration_(configuration) {}

  [[nodiscard]] bool perform(direct_request& r) noexcept {
    r.bytes_read = r.bytes_needed = 0;
    r.supported_revision = 0;
    r.why = {};
    const auto oid = static_cast<direct_oid>(r.oid);
    const std::size_t least = record_octets_of(oid, r.layout);
    if (r.information_octets < least) return too_short(r, least);
    const octets buffer = r.memory.at(r.information, r.information_octets);
    if (buffer.empty()) return failed(r, {fault_kind::invalid_value, "information", "not an address of the issuer's memory", "where the buffer lies"});
    switch (oid) {
      case direct_oid::add_sa: return add_list(r, buffer);
      case direct_oid::add_sa_ex: return add_one(r, buffer);
      case direct_oid::delete_sa: return remove_list(r, buffer);
      case direct_oid::update_sa: return update(r, buffer);
    }
    return failed(r, {fault_kind::not_supported, "oid", "not a request of the direct path", "ADD_SA, ADD_SA_EX, DELETE_SA, UPDATE_SA"});
  }

  /// One bundle, judged by the configuration of this moment.
  [[nodiscard]] result<offload_handle> add(const sa_request& s) noexcept {
    auto added = store_.add(crypto_, s, configuration_.capabilities());
    control_counters::count(added ? counts_.added : counts_.refused);
    return added;
  }
  [[nodiscard]] result<void> remove(offload_handle h) noexcept {
    auto removed = store_.remove(h);
    control_counters::count(removed ? counts_.deleted : counts_.unknown_handles);
    return removed;
  }
  [[nodiscard]] result<void> update(const sa_update& u) noexcept {
    auto updated = store_.update(u);
    if (updated) control_counters::count(counts_.updated);
    return updated;
  }
  /// Frees what is in nobody's hands any more.
  void reclaim() noexcept { store_.reclaim(crypto_); }

  [[nodiscard]] Store& store() noexcept { return store_; }
  [[nodiscard]] control_counters& counts() noexcept { return counts_; }
  [[nodiscard]] const control_counters& counts() const noexcept { return counts_; }

 private:
  using icv = typename Rules::icv_size;

  // An end of each kind; all of them return true: it is done.
  static bool succeeded(direct_request& r, std::uint64_t read) noexcept {
    r.status = ndis_status::success;
    r.bytes_read = static_cast<std::uint32_t>(read);
    r.supported_revision = 1;
    return true;
  }
  static bool failed(direct_request& r, const fault& why) noexcept {
    r.why = why;
    r.status = status_of(why);
    return true;
  }
  static bool too_short(direct_request& r, std::uint64_t needed) noexcept {
    r.bytes_needed = static_cast<std::uint32_t>(needed < 0xffffffffu ? needed : 0xffffffffu);
    return failed(r, {fault_kind::too_short, "information_octets", "the buffer ends before the record", "bytes_needed octets"});
  }

  // Octets of a record of ADD_SA with its keys.
  [[nodiscard]] static std::uint64_t extent_of(const_octets record, record_layout layout) noexcept {
    const detail::add_fields& at = detail::add_fields_of(layout, false);
    record_reader r(record, layout);
    const std::uint64_t with_keys = std::uint64_t{at.key_data} + r.u32(at.key_length), said = r.u16(2);
    return with_keys < said ? said : with_keys;
  }
  // Writes the handle where the issuer looks for it. One that the issuer's words cannot hold is taken back.
  [[nodiscard]] result<void> hand_over(octets record, const direct_request& r, const detail::add_fields& at, const sa_request& s) noexcept {
    auto added = add(s);
    if (!added) return added.why();
    record_writer w(record, r.layout);
    w.word(at.handle, added->word);
    if (w.complete()) return {};
    static_cast<void>(remove(*added));
    return fault{fault_kind::no_space, "handle", "handles of this NIC are wider than the record's", "a store whose handles have 32 bits"};
  }
  [[nodiscard]] result<void> add_record(octets record, const direct_request& r, const detail::add_fields& at, bool ex) noexcept {
    auto said = read_add_sa<icv>(record, r.layout, ex);
    if (said) return hand_over(record, r, at, *said);
    control_counters::count(counts_.refused);
    return said.why();
  }

  bool add_list(direct_request& r, octets buffer) noexcept {
    const detail::add_fields& at = detail::add_fields_of(r.layout, false);
    const detail::record_list list{r.memory, r.information, r.layout, at.next, at.size};
    // Every handle is 0 until its bundle is there (F34).
    auto count = list.count([&](octets record) noexcept { record_writer(record, r.layout).word(at.handle, 0); });
    if (!count) return count.why().kind == fault_kind::too_short ? too_short(r, at.size) : failed(r, count.why());
    const std::uint64_t extent = extent_of(buffer, r.layout);
    if (extent > buffer.size()) return too_short(r, extent);
    std::size_t done = 0;
    list.walk(*count, [&](std::uint64_t here, octets known) noexcept {
      const octets record = here == r.information ? buffer : r.memory.at(here, extent_of(known, r.layout));
      const result<void> added = record.empty() ? fault{fault_kind::invalid_value, "key_length", "the keys reach beyond the issuer's memory", "keys inside it"} : add_record(record, r, at, false);
      if (added) ++done;
      else if (r.why.reason[0] == 0) r.why = added.why();
    });
    return done != 0 ? succeeded(r, extent) : failed(r, r.why);  // F35
  }

  bool add_one(direct_request& r, octets buffer) noexcept {
    const detail::add_fields& at = detail::add_fields_of(r.layout, true);
    record_writer(buffer, r.layout).word(at.handle, 0);
    record_reader keys(buffer, r.layout);
    const std::uint64_t end = std::uint64_t{keys.u32(at.key_offset)} + keys.u32(at.key_length);
    if (auto added = add_record(buffer, r, at, true); !added) return added.why().kind == fault_kind::too_short ? too_short(r, end < at.size ? at.size : end) : failed(r, added.why());
    return succeeded(r, end < at.size ? at.size : end);
  }

  bool remove_list(direct_request& r, const_octets buffer) noexcept {
    if (const std::size_t said = record_reader(buffer, r.layout).u16(2); said > buffer.size()) return too_short(r, said);
    const detail::delete_fields& at = detail::delete_fields_of(r.layout);
    const detail::record_list list{r.memory, r.information, r.layout, at.next, at.size};
    std::size_t unknown = 0;
    auto count = list.count([&](octets record) noexcept {
      const auto said = read_delete_sa(record, r.layout);
      if (said && store_.by_handle(said->handle) == nullptr) ++unknown;
    });
    if (!count) return count.why().kind == fault_kind::too_short ? too_short(r, at.size) : failed(r, count.why());
    if (Rules::unknown_handles::refused && unknown != 0) {
      control_counters::count(counts_.unknown_handles, unknown);
      return failed(r, {fault_kind::not_found, "handle", "a handle of the list names no bundle; nothing was removed", "handles that were not deleted yet"});
    }
    list.walk(*count, [&](std::uint64_t, octets record) noexcept {
      if (const auto said = read_delete_sa(record, r.layout)) static_cast<void>(remove(said->handle));
    });
    reclaim();
    succeeded(r, at.size);
    return settles(r);
  }

  bool update(direct_request& r, octets buffer) noexcept {
    const auto said = read_update_sa(buffer, r.layout);
    if (!said) return said.why().kind == fault_kind::too_short ? too_short(r, detail::update_fields_of(r.layout).size) : failed(r, said.why());
    if (const auto updated = update(*said); !updated) {
      failed(r, updated.why());
      r.status = ndis_status::invalid_parameter;  // F54, whatever is wrong with it
      return true;
    }
    succeeded(r, detail::update_fields_of(r.layout).size);
    return settles(r);  // U-18: no packet is worked on under the old word any more
  }

  bool settles(direct_request& r) noexcept {
    r.ticket = store_.ticket();
    return store_.settled(r.ticket);
  }

  Store& store_;
  Crypto& crypto_;
  const Configuration& configuration_;
  control_counters counts_{};
};

}  // namespace v0
}  // namespace esplanade
