// Direct requests that own their memory, and write down how they ended.
#pragma once

#include "support/bundles.hpp"

#include <esplanade/capability/device_capabilities.hpp>
#include <esplanade/offload/direct_request.hpp>
#include <esplanade/offload/records_write.hpp>

#include <atomic>
#include <vector>

namespace support {

/// One request with a list of records, wherever they lie: at even distances in one piece of memory.
class issued_request {
 public:
  static constexpr std::uint64_t base = 0x10000;
  direct_request request{};
  std::atomic<unsigned> completions{0};
  record_layout layout = native_layout;
  bytes memory{};
  std::vector<std::size_t> records{};  ///< where each begins
  static constexpr std::size_t stride = 512;

  issued_request() = default;
  issued_request(const issued_request&) = delete;

  /// A list of bundles to add, or with `ex` one.
  issued_request& add(const std::vector<bundle_form>& forms, bool ex = false) {
    start(ex ? direct_oid::add_sa_ex : direct_oid::add_sa, forms.size());
    for (std::size_t i = 0; i < forms.size(); ++i) {
      bundle_form form = forms[i];
      last_octets_ = *write_add_sa(at(i), layout, ex, form.request(), link(i, forms.size()));
      // Something stands where handles will be.
      record_writer(at(i), layout).word(detail::add_fields_of(layout, ex).handle, 0xeeee);
      if (i == 0) request.information_octets = static_cast<std::uint32_t>(last_octets_);
    }
    return *this;
  }
  issued_request& remove(const std::vector<offload_handle>& handles) {
    start(direct_oid::delete_sa, handles.size());
    for (std::size_t i = 0; i < handles.size(); ++i) request.information_octets = static_cast<std::uint32_t>(*write_delete_sa(at(i), layout, handles[i], link(i, handles.size())));
    return *this;
  }
  issued_request& update(const sa_update& u) {
    start(direct_oid::update_sa, 1);
    request.information_octets = static_cast<std::uint32_t>(*write_update_sa(at(0), layout, u));
    return *this;
  }
  /// Of an ADD_SA or ADD_SA_EX: what stands in the i-th record.
  offload_handle handle(std::size_t i = 0) const {
    return handle_in(const_octets(memory).subspan(records[i]), layout, request.oid == static_cast<std::uint32_t>(direct_oid::add_sa_ex));
  }
  octets at(std::size_t i) { return octets(memory).subspan(records[i], stride); }

 private:
  void start(direct_oid oid, std::size_t count) {
    memory.assign(stride * (count + 1), 0xee);
    records.clear();
    for (std::size_t i = 0; i < count; ++i) records.push_back(i * stride);
    if (count > 2) std::swap(records[0], records[count - 1]);  // links lead forwards and back
    request = {};
    request.oid = static_cast<std::uint32_t>(oid);
    request.layout = layout;
    request.memory = record_memory::of(memory, base);
    request.information = base + records[0];
    request.issuer = this;
    request.completed = [](direct_request& r) noexcept { static_cast<issued_request*>(r.issuer)->completions.fetch_add(1); };
    completions = 0;
  }
  std::uint64_t link(std::size_t i, std::size_t count) const { return i + 1 < count ? base + records[i + 1] : 0; }
  std::size_t last_octets_ = 0;
};

/// A configuration that does everything, and may be changed.
struct loose_configuration {
  device_capabilities now{.ipv6 = true, .ah = true, .esp = true, .ah_and_esp = true, .transport = true, .tunnel = true, .transport_in_tunnel = true, .esn = true,
                          .udp_esp = all_udp_esp_layouts, .integrity = all_offload_integrity, .encryption = all_offload_encryption, .sa_capacity = 1000};
  device_capabilities capabilities() const noexcept { return now; }
};

}  // namespace support
