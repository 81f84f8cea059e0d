// Requests of version 1 say what their octets say, read plainly; and no order of them leaves an SA, an entry or a request that nobody
// answers for.
//
//   1  ADD_SA and ADD_UDPESP_SA: taken or refused as their octets say, each field as it stands there
//   2  what was taken is written and read again, and is the same
//   3  requests to a NIC that may refuse deletes and may be held: what version 1 counts the NIC has; a request that was refused
//      changes nothing and leaves no handle; every one that waits is completed once, in order
//
//   input   kind (1): bit 0: requests, else a record; of a record: bit 1: UDP-ESP, bit 2: of 32 bits, the rest is the record
//           requests, each: what (1) modulo 8: 0 add, 1 add UDP-ESP, 2 delete, 3 delete UDP-ESP, 4 tasks, 5 the NIC refuses deletes or takes them
//           again, 6 hold, 7 release; then what it asks: count (1), octets
#pragma once

#include <esplanade/offload/v1_control.hpp>
#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/input.hpp>

#include <deque>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {
struct sound_v1_records {
  static result<v1_sa_request> read(const_octets given, record_layout layout, bool udp) noexcept {
    if (!udp) return read_v1_add_sa(given, layout);
    const auto made = read_v1_add_udp_sa(given, layout);
    if (!made) return made.why();
    return made->sa;
  }
};

template <class Records> void v1_record_of(const bytes& at, bool udp, record_layout layout) {
  const auto fail = [](const std::string& how) { failed("v1_requests", "a record " + how); };
  const auto le = [&at](std::size_t i, std::size_t n) {
    std::uint32_t value = 0;
    for (std::size_t k = n; k-- > 0;) value = value << 8 | at[i + k];
    return value;
  };
  const auto be = [&at](std::size_t i, std::size_t n) {
    std::uint32_t value = 0;
    for (std::size_t k = 0; k < n; ++k) value = value << 8 | at[i + k];
    return value;
  };
  const bool wide = layout == record_layout::of_64_bits;
  const std::size_t key_length = udp ? (wide ? 192 : 184) : (wide ? 176 : 172), fixed = key_length + 4;
  const bool taken = at.size() >= fixed && le(key_length, 4) <= at.size() - fixed && le(16, 4) <= 0xff && (le(32, 2) == 1 || le(32, 2) == 2) && le(34, 2) >= 1 && le(34, 2) <= 3;
  const auto read = Records::read(at, layout, udp);
  if (static_cast<bool>(read) != taken) fail(taken ? "is refused that its octets allow" : "is taken that its octets forbid");
  if (!read) return;
  const v1_sa_request& r = *read;
  const v1_filter& f = r.filter;
  if (v1_filter::number_of(f.source) != be(0, 4) || f.source_mask != be(4, 4) || v1_filter::number_of(f.destination) != be(8, 4) || f.destination_mask != be(12, 4)) fail("has another address or mask");
  if (f.protocol != at[16] || f.source_port != be(20, 2) || f.destination_port != be(22, 2)) fail("has another protocol or port");
  if (v1_filter::number_of(r.tunnel_source) != be(24, 4) || v1_filter::number_of(r.tunnel_destination) != be(28, 4)) fail("has another tunnel");
  if (r.inbound != (at[32] == 1) || r.count != at[34] || r.udp != udp) fail("has another direction or count");
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t e = 36 + 44 * i;
    const v1_element& x = r.elements[i];
    if (static_cast<std::uint32_t>(x.operation) != le(e, 4) || x.spi != be(e + 4, 4) || static_cast<std::uint32_t>(x.integrity) != le(e + 8, 4) || x.integrity_key != le(e + 12, 4) ||
        static_cast<std::uint32_t>(x.cipher) != le(e + 20, 4) || x.cipher_key != le(e + 24, 4))
      fail("has another element");
  }
  if (!std::equal(r.keys.begin(), r.keys.end(), at.begin() + static_cast<std::ptrdiff_t>(fixed), at.begin() + static_cast<std::ptrdiff_t>(fixed + le(key_length, 4)))) fail("has other keys");
  if (udp) return;
  bytes again(at.size());
  again.resize(write_v1_add_sa(r, again, layout));
  const auto back = read_v1_add_sa(again, layout);
  if (!back || back->filter.destination_port != f.destination_port || back->count != r.count || back->elements[0].spi != r.elements[0].spi || back->keys.size() != r.keys.size()) fail("is another one when it is written and read again");
}

/// A NIC's control side with room for six, which refuses deletes while it is told to.
struct stubborn_device {
  static constexpr device_guarantees guarantees{};
  bool deletes = true;
  std::uintptr_t added = 0;
  std::vector<std::uintptr_t> sas{};
  device_capabilities capabilities() const noexcept { return {}; }
  bool active(family) const noexcept { return true; }
  result<offload_handle> add_sa(const sa_request&) noexcept {
    if (sas.size() == 6) return fault{fault_kind::no_space, "sa", "full", "fewer"};
    sas.push_back(++added << 8);
    return offload_handle{sas.back()};
  }
  result<void> update_sa(const sa_update&) noexcept { return fault{fault_kind::not_supported, "high", "none", "none"}; }
  result<void> delete_sa(offload_handle h) noexcept {
    if (!deletes) return fault{fault_kind::busy, "adapter", "resets", "later"};
    const auto at = std::find(sas.begin(), sas.end(), h.word);
    if (at == sas.end()) return fault{fault_kind::not_found, "handle", "nothing", "a handle"};
    sas.erase(at);
    return {};
  }
};

inline void v1_requests_of(input& in) {
  const auto fail = [](const std::string& how) { failed("v1_requests", "after a request " + how); };
  v1_report hardware;
  hardware.ah_and_esp = hardware.transport_in_tunnel = hardware.ipv4_options = true;
  hardware.udp_esp = all_udp_esp_layouts;
  hardware.ah = {true, true, true, true, true, true};
  hardware.esp = {true, true, true, true, true, true, true};
  stubborn_device nic;
  v1_device<stubborn_device, 8, 2> v1{nic, hardware};
  v1_task_offload tasks{hardware, true};
  std::deque<v1_request> requests;
  std::deque<bytes> records;
  std::size_t waiting = 0, completed = 0;
  const v1_request* next_to_complete = nullptr;
  std::deque<const v1_request*> pending;
  const auto complete = [&](v1_request& r, ndis_status s) noexcept {
    ++completed;
    next_to_complete = pending.empty() ? nullptr : pending.front();
    if (next_to_complete != &r || s == ndis_status::pending) fail("another one is completed, or not for good");
    pending.pop_front();
  };
  v1_control<decltype(v1), decltype(complete)> control{v1, tasks, complete};
  for (int n = 0; !in.empty() && n < 60; ++n) {
    const unsigned what = in.take_octet() % 8;
    if (what == 5) nic.deletes = !nic.deletes;
    if (what == 6) control.hold();
    if (what == 7) {
      control.release();
      (void)v1.sweep();
    }
    if (what < 5) {
      static constexpr v1_oid oids[] = {v1_oid::add_sa, v1_oid::add_udp_sa, v1_oid::delete_sa, v1_oid::delete_udp_sa, v1_oid::task_offload};
      bytes& record = records.emplace_back(in.take_octets(in.take_octet()));
      const bool add = what < 2;
      if (add && !record.empty()) {  // from a few octets, so that many are taken
        const bytes few = record;
        const auto at = [&few](std::size_t i) { return few[i % few.size()]; };
        static constexpr octet keys[96]{};
        v1_sa_request r;
        r.inbound = (at(0) & 1) != 0, r.udp = what == 1;
        r.count = static_cast<std::uint8_t>(1 + at(0) % 4 / 3);
        if ((at(0) & 4) != 0) r.tunnel_source = r.tunnel_destination = address::v4(192, 0, 2, at(1));
        std::size_t octets_of_keys = 0;
        for (std::size_t i = 0; i < r.count; ++i) {
          v1_element& e = r.elements[i];
          e = {static_cast<v1_operation>(1 + (at(2 + i) + i) % 2), 256u + at(3), static_cast<v1_integrity>(at(4 + i) % 3), static_cast<v1_cipher>(at(5 + i) % 4), at(6) % 24u, at(7) % 24u, 0, 0};
          octets_of_keys += e.integrity_key + e.cipher_key;
        }
        r.keys = const_octets(keys).first(octets_of_keys);
        record.assign(400, 0);
        record.resize(what == 0 ? write_v1_add_sa(r, record, native_layout) : write_v1_add_udp_sa({r, {static_cast<v1_udp_type>(at(8) % 8 != 0), static_cast<std::uint16_t>(at(9) % 8 != 0 ? 4500 : 500)}, {}}, record, native_layout));
      } else if (what != 4 && record.size() == 1 && !nic.sas.empty()) {  // of one that is there
        const std::uintptr_t handle = nic.sas[record[0] % nic.sas.size()], entry = record[0] > 127 ? std::uintptr_t{257} : 0;
        record.assign(2 * sizeof(void*), 0);
        record_writer out{record, native_layout};
        out.word(0, handle), out.word(sizeof(void*), entry);
      }
      v1_request& r = requests.emplace_back(v1_request{oids[what], record, false, 1, 0});
      const std::size_t was = v1.size(), entries = v1.entries();
      const v1_report enabled = tasks.enabled();
      const ndis_status status = control.submit(r);
      if (status == ndis_status::pending) ++waiting, pending.push_back(&r);
      else if (add && (status == ndis_status::success) != (v1.size() == was + 1)) fail("that adds, its answer is not what became of it");
      else if (add && status != ndis_status::success && v1.entries() != entries) fail("that added nothing, an entry is left");
      else if (what == 4 && status != ndis_status::success && !(tasks.enabled() == enabled)) fail("that was refused, other tasks are enabled");
      if (add && status != ndis_status::pending && record.size() >= v1_offsets::handle + sizeof(void*)) {
        record_reader answer{record, native_layout};
        const offload_handle handle{static_cast<std::uintptr_t>(answer.word(v1_offsets::handle))};
        if (status == ndis_status::success ? !v1.sas().has(handle) : status != ndis_status::invalid_length && bool{handle}) fail("the record has another handle than the NIC gave");
      }
    }
    if (v1.size() != nic.sas.size()) fail("the NIC has other SAs than version 1 counts");
    if (!hardware.covers(tasks.enabled()) || !hardware.covers(v1.current())) fail("more is enabled than the hardware can");
    if (completed + pending.size() != waiting) fail("one that waits is lost, or completed twice");
  }
  control.release();
  if (completed != waiting) fail("one still waits");
  nic.deletes = true;
  if (v1.sweep() != 0 || v1.size() != nic.sas.size()) fail("a delete stays owed");
}
}  // namespace detail

/// A configuration may name `v1_records` of its own to be judged.
template <class Configuration> int v1_requests(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  const unsigned kind = in.take_octet();
  if ((kind & 1) != 0) {
    detail::v1_requests_of(in);
    return 0;
  }
  const record_layout layout = (kind & 4) != 0 ? record_layout::of_32_bits : record_layout::of_64_bits;
  if constexpr (requires { typename Configuration::v1_records; }) detail::v1_record_of<typename Configuration::v1_records>(in.take_rest(), (kind & 2) != 0, layout);
  else detail::v1_record_of<detail::sound_v1_records>(in.take_rest(), (kind & 2) != 0, layout);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
