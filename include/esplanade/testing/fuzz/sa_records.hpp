// Requests on a NIC's control path do what a plain reading of their records says, whatever octets stand in them.
//
//   1  every request ends once, and writes nothing but handles into its issuer's memory; nothing outside of that is read
//   2  a record has a handle if, and only if, the plain reading takes its bundle: form, algorithms, keys, duplicates, capacity
//   3  the NIC holds the bundles of the model with their SPIs, ICVs, high words and directions, and no other; in the end no key
//
// Where records of one list overlap, what a handle is written over depends on the order of writing: then only (1) is looked at.
//
//   input   layout (1: 32 bits) · requests until it ends, each:
//           octet      1, 2 ADD_SA, ADD_SA_EX, DELETE_SA or UPDATE_SA; 4 a lane goes in, or out; 8 a cancellation; 16 octets as they are
//           records    a number (modulo 4, and one), each: algorithm, low octet of the SPI, flags, handle
//           changes    a number (modulo 8), each: where (2), and an octet
//           16         instead of records and changes: a number of octets, and the octets
#pragma once

#include <esplanade/offload/control_path.hpp>
#include <esplanade/offload/device_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>
#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/plain_sa_records.hpp>
#include <esplanade/testing/fuzz/sa_record_writer.hpp>

#include <map>
#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {
struct record_nic : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_8<128>, esp_aes_gcm_12<128>, esp_aes_gcm_16<128>, esp_aes_gcm_16<256>, esp_null_aes_gmac<128>, esp_null<hmac_sha1_96>, esp_aes_cbc<128, hmac_sha1_96>,
                                                   ah<hmac_sha1_96>, ah_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct few_mixing_keys : mixing_crypto {
  few_mixing_keys() : mixing_crypto(16) {}
};
using record_keys = key_keeper<few_mixing_keys>;
using record_store = device_store<record_nic, record_keys, 4>;
struct everything_configured {
  [[nodiscard]] static device_capabilities capabilities() noexcept {
    return {.ipv6 = true, .ah = true, .esp = true, .ah_and_esp = true, .transport = true, .tunnel = true, .transport_in_tunnel = true, .esn = true,
            .udp_esp = all_udp_esp_layouts, .integrity = all_offload_integrity, .encryption = all_offload_encryption, .sa_capacity = 4};
  }
};

template <class Store> class record_ground {
  struct issued {
    plain_memory memory{};
    direct_request request{};
    unsigned ends = 0;
  };
  static constexpr std::uint64_t base = sa_record_writer::base;

 public:
  explicit record_ground(input& in) : in_(in), layout_((in.take_octet() & 1) != 0 ? record_layout::of_32_bits : record_layout::of_64_bits), at_(layout_ == record_layout::of_32_bits ? plain_32 : plain_64) {}

  void run() {
    for (int i = 0; i < 24 && !in_.empty(); ++i) {
      const unsigned what = in_.take_octet();
      if ((what & 4) != 0) turn_lane();
      if ((what & 8) != 0) cancel();
      if (!ask(what)) break;
    }
    inside_.reset();
    control_.adapter_gone();
    control_.poll();
    for (const auto& one : issued_)
      if (one->ends != 1) failed("sa_records", "a request ended " + std::to_string(one->ends) + " times");
    if (store_.size() + store_.retired() != 0 || keys_.keys() != 0 || keys_.misuses() != 0) failed("sa_records", "something is left when the adapter is gone");
  }

 private:
  void turn_lane() {
    if (inside_) inside_.reset();
    else inside_.emplace(store_.enter());
    control_.poll();
    if (!inside_) removed_ = 0;
  }
  void cancel() { static_cast<void>(control_.cancel(in_.take_octet() % 4u)); }

  // False: records overlapped, and the model does not know what is there.
  bool ask(unsigned what) {
    issued& one = *issued_.emplace_back(std::make_unique<issued>());
    constexpr direct_oid oids[] = {direct_oid::add_sa, direct_oid::add_sa_ex, direct_oid::delete_sa, direct_oid::update_sa};
    const direct_oid oid = oids[what & 3];
    one.memory.base = base;
    std::size_t first = 0;
    if ((what & 16) != 0) one.memory.octets = in_.take_exactly(in_.take_octet());
    else first = writer_.write(one.memory.octets, oid);
    const plain_memory before = one.memory;
    direct_request& r = one.request;
    r.oid = static_cast<std::uint32_t>(oid);
    r.id = issued_.size() % 4;
    r.layout = layout_;
    r.memory = record_memory::of(one.memory.octets, base);
    r.information = base;
    r.information_octets = static_cast<std::uint32_t>((what & 16) != 0 ? one.memory.octets.size() : first);
    r.issuer = &one;
    r.completed = [](direct_request& done) noexcept { ++static_cast<issued*>(done.issuer)->ends; };
    const ndis_status said = control_.request(r);
    if (said != ndis_status::pending) ++one.ends;
    const bool known = answer(before, one, oid, said);
    if (one.memory.octets != expected_) failed("sa_records", "something else than a handle was written");
    if (known) look();
    return known;
  }

  // What the model makes of the request; `expected_` is the memory as it must be.
  bool answer(const plain_memory& before, const issued& one, direct_oid oid, ndis_status said);
  // Whether a bundle is taken, as far as the others go.
  [[nodiscard]] bool fits(const plain_bundle& b) const {
    if (live_.size() + removed_ >= 4) return false;
    for (const auto& [handle, other] : live_)
      if (b.inbound && other.inbound && other.v6 == b.v6 && other.destination == b.destination)
        for (const plain_element& e : b.elements)
          for (const plain_element& f : other.elements)
            if (e.spi == f.spi && e.ah == f.ah) return false;
    return true;
  }
  void look() {
    if (store_.size() != live_.size()) failed("sa_records", "the NIC holds " + std::to_string(store_.size()) + " bundles where there are " + std::to_string(live_.size()));
    for (const auto& [handle, b] : live_) {
      const auto* const there = store_.by_handle({handle});
      if (there == nullptr || there->inbound != b.inbound) failed("sa_records", "a bundle is not what its handle says");
      for (const plain_element& e : b.elements) {
        const device_element& is = e.ah ? there->ah : there->esp;
        if (!is.core().installed || is.core().spi != e.spi || is.core().icv_octets != e.icv || is.number_of(1) != (e.esn ? std::uint64_t{e.high} << 32 | 1 : 1)) failed("sa_records", "an element is another");
      }
    }
  }

  input& in_;
  record_layout layout_;
  const plain_layout& at_;
  record_keys keys_{};
  Store store_{};
  everything_configured configuration_{};
  control_path<Store, record_keys, everything_configured, request_rules, 8> control_{store_, keys_, configuration_};
  std::optional<single_core::guard> inside_{};
  std::vector<std::unique_ptr<issued>> issued_{};
  std::vector<offload_handle> given_{};
  sa_record_writer writer_{in_, layout_, given_};
  std::map<std::uintptr_t, plain_bundle> live_{};
  std::size_t removed_ = 0;  // and still in a lane's hands
  bytes expected_{};
};

template <class Store> bool record_ground<Store>::answer(const plain_memory& before, const issued& one, direct_oid oid, ndis_status said) {
  const auto fail = [](const char* how) { failed("sa_records", how); };
  const plain_memory& after = one.memory;
  expected_ = before.octets;
  const std::uint64_t octets_there = one.request.information_octets;
  const std::size_t size = oid == direct_oid::add_sa ? at_.size : oid == direct_oid::add_sa_ex ? at_.ex_size : oid == direct_oid::delete_sa ? at_.delete_size : at_.update_size;
  const bool good = said == ndis_status::success || said == ndis_status::pending;
  if (octets_there < size) return good ? (fail("a short buffer was taken"), false) : true;
  const auto write_word = [&](std::uint64_t at) {
    for (unsigned i = 0; i < at_.word; ++i) expected_[static_cast<std::size_t>(at - base) + i] = after.octets[static_cast<std::size_t>(at - base) + i];
  };
  const auto taken = [&](const std::optional<plain_bundle>& b, std::uint64_t handle_at) {
    const auto handle = static_cast<std::uintptr_t>(after.number(handle_at, at_.word));
    write_word(handle_at);
    if ((handle != 0) != (b && fits(*b))) fail(handle != 0 ? "a record was taken that must be refused" : "a record was refused that is right");
    if (handle == 0) return false;
    if (!live_.emplace(handle, *b).second) fail("two bundles have one handle");
    given_.push_back({handle});
    return true;
  };
  if (oid == direct_oid::add_sa_ex) {
    if (taken(plain_add(before, base, octets_there, at_, true), base + at_.ex_handle) != good) fail("ADD_SA_EX ends in another way than its record");
    return true;
  }
  if (oid == direct_oid::update_sa) {
    const auto found = live_.find(static_cast<std::uintptr_t>(before.number(base + at_.update_handle, at_.word)));
    const std::uint32_t operation = before.u32(base + at_.update_operation);
    plain_element* which = nullptr;
    const std::uint64_t header_size = before.number(base + 2, 2);
    const bool sound = before.number(base, 1) == 0x80 && before.number(base + 1, 1) != 0 && header_size >= size && header_size <= octets_there && (operation == 1 || operation == 2);
    if (sound && found != live_.end())
      for (plain_element& e : found->second.elements)
        if (e.ah == (operation == 1) && e.spi == before.wire32(base + at_.update_spi) && e.esn) which = &e;
    if (good != (which != nullptr)) fail(good ? "an update was taken that names nothing" : "an update was refused that is right");
    if (which != nullptr) which->high = before.u32(base + at_.update_high);
    return true;
  }
  const auto records = plain_list(before, base, at_, size);
  // Octets of each record, for those that overlap.
  if (records)
    for (std::size_t i = 0; i < records->size(); ++i)
      for (std::size_t j = 0; j < records->size(); ++j)
        if (const std::uint64_t from = (*records)[i], other = (*records)[j]; i != j && from <= other && other < from + std::max<std::uint64_t>(size, oid == direct_oid::add_sa ? plain_extent(before, from, at_) : 0)) {
          expected_ = after.octets;
          return false;
        }
  if (oid == direct_oid::delete_sa) {
    const bool sound = records && before.number(base + 2, 2) <= octets_there;
    if (good != sound) fail(good ? "a malformed list was taken" : "a list was refused that is right");
    if (!sound) return true;
    for (const std::uint64_t here : *records) removed_ += live_.erase(static_cast<std::uintptr_t>(before.number(here + at_.delete_handle, at_.word)));
    if (!inside_) removed_ = 0;
    return true;
  }
  if (!records) {  // handles that were reached are 0 now
    if (good) fail("a malformed list was taken");
    expected_ = after.octets;
    return true;
  }
  const std::uint64_t extent = plain_extent(before, base, at_);
  std::size_t done = 0;
  for (const std::uint64_t here : *records) {
    const auto b = extent > octets_there ? std::nullopt : plain_add(before, here, here == base ? octets_there : plain_extent(before, here, at_), at_, false);
    done += taken(b, here + at_.handle) ? 1u : 0u;
  }
  if (good != (done != 0)) fail("ADD_SA ends in another way than its records");
  return true;
}
}  // namespace detail

/// A configuration may name a `record_store` of its own to be judged.
template <class Configuration> int sa_records(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  if constexpr (requires { typename Configuration::record_store; }) std::make_unique<detail::record_ground<typename Configuration::record_store>>(in)->run();
  else std::make_unique<detail::record_ground<detail::record_store>>(in)->run();
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
