// What stands between the host and its NIC: keeps keywords and reports, turns SA requests into records, and notes every answer.
#pragma once

#include "nic_model.hpp"
#include "offload_facts.hpp"

#include <esplanade/format.hpp>
#include <esplanade/offload/configuration_broker.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/offload/records_write.hpp>

#include <map>

namespace capture_tunnel {

inline constexpr std::uint32_t ethernet_octets = 14;

/// Keywords, as long as the program runs.
class keyword_table {
 public:
  void write(const char* keyword, std::uint32_t value) noexcept { values_[keyword] = value; }
  [[nodiscard]] std::uint32_t read(const char* keyword, std::uint32_t fallback) noexcept {
    const auto found = values_.find(keyword);
    return found == values_.end() ? fallback : found->second;
  }

 private:
  std::map<std::string, std::uint32_t> values_;
};

/// Counts what the NIC indicates.
struct indication_count {
  std::uint64_t seen = 0;
  template <class Event> void operator()(const Event&) noexcept { ++seen; }
};

/// The rows of a report, hardware beside what is provided at present.
[[nodiscard]] std::vector<offload_facts::field> rows_of(const esplanade::device_capabilities& hardware, const esplanade::device_capabilities& current);
/// A status in words, its number where it has none.
[[nodiscard]] std::string words_for(esplanade::ndis_status status);

/// Models OffloadDevice over a NIC: every SA request goes down its control path as a record, as a protocol driver's would.
template <class Nic> class broker {
 public:
  static constexpr esplanade::device_guarantees guarantees = Nic::guarantees;

  broker(Nic& nic, const nic_model& model, const esplanade::device_capabilities& most) : nic_(nic) {
    using enum esplanade::adapter_event;
    for (const esplanade::adapter_event e : {initialize, initialized, restart, restarted}) (void)nic_.happens(e);
    os_.attach(nic_.start(model.report(most), esplanade::settings_from(keywords_)));
    ask(esplanade::regular_oid::hardware_capabilities, "OID_TCP_OFFLOAD_HARDWARE_CAPABILITIES");
    ask(esplanade::regular_oid::current_config, "OID_TCP_OFFLOAD_CURRENT_CONFIG");
    activate();
  }
  broker(const broker&) = delete;
  broker& operator=(const broker&) = delete;

  [[nodiscard]] const esplanade::offload_attributes& reported() const { return os_.reported(); }
  [[nodiscard]] const std::vector<offload_facts::oid>& answers() const { return answers_; }
  [[nodiscard]] std::uint64_t indications() const { return indications_.seen; }
  [[nodiscard]] bool active() const { return active_; }

  // --- OffloadDevice ----------------------------------------------------------------------------------------------------
  [[nodiscard]] esplanade::device_capabilities capabilities() const noexcept { return nic_.capabilities(); }
  [[nodiscard]] bool active(esplanade::family version) const noexcept { return nic_.active(version); }
  [[nodiscard]] esplanade::result<esplanade::offload_handle> add_sa(const esplanade::sa_request& r) noexcept {
    std::array<esplanade::octet, 512> record{};
    const auto size = esplanade::write_add_sa(record, esplanade::native_layout, true, r);
    if (!size) return size.why();
    const auto done = carry(esplanade::direct_oid::add_sa_ex, {record.data(), *size}, "OID_TCP_TASK_IPSEC_OFFLOAD_V2_ADD_SA_EX",
                            fmt::format("{} SA 0x{:08x}", r.inbound ? "inbound" : "outbound", r.elements[0].spi));
    const auto handle = esplanade::handle_in({record.data(), *size}, esplanade::native_layout, true);
    esplanade::wipe(record.data(), record.size());  // it holds keys
    if (!done) return done.why();
    return handle;
  }
  [[nodiscard]] esplanade::result<void> update_sa(const esplanade::sa_update& u) noexcept {
    std::array<esplanade::octet, 64> record{};
    const auto size = esplanade::write_update_sa(record, esplanade::native_layout, u);
    if (!size) return size.why();
    return carry(esplanade::direct_oid::update_sa, {record.data(), *size}, "OID_TCP_TASK_IPSEC_OFFLOAD_V2_UPDATE_SA", fmt::format("SA 0x{:08x}, high word {}", u.spi, u.high));
  }
  [[nodiscard]] esplanade::result<void> delete_sa(esplanade::offload_handle h) noexcept {
    std::array<esplanade::octet, 64> record{};
    const auto size = esplanade::write_delete_sa(record, esplanade::native_layout, h);
    if (!size) return size.why();
    return carry(esplanade::direct_oid::delete_sa, {record.data(), *size}, "OID_TCP_TASK_IPSEC_OFFLOAD_V2_DELETE_SA", "");
  }

 private:
  void note(const char* name, std::string about, esplanade::ndis_status status) { answers_.push_back({name, std::move(about), words_for(status)}); }

  void ask(esplanade::regular_oid oid, const char* name) {
    std::array<esplanade::octet, 512> memory{};
    const auto answer = os_.query(oid, memory);
    note(name, fmt::format("{} octets", answer.bytes), answer.status);
  }
  /// Every frame between host and NIC has an Ethernet header; what is written has that of the capture.
  void activate() {
    using namespace esplanade;
    std::array<octet, 64> record{};
    const activation_request ethernet{activation::on, link_framing::ieee_802_3, ethernet_octets};
    const auto size = write_encapsulation({ethernet, ethernet}, record);
    const auto answer = os_.set(regular_oid::offload_encapsulation, {record.data(), *size});
    active_ = answer.status == ndis_status::success;
    note("OID_OFFLOAD_ENCAPSULATION", "IPv4 and IPv6 on, 802.3", answer.status);
  }
  /// A direct request, followed to its end.
  esplanade::result<void> carry(esplanade::direct_oid oid, esplanade::octets record, const char* name, std::string about) noexcept {
    esplanade::direct_request r;
    r.oid = static_cast<std::uint32_t>(oid);
    r.information = reinterpret_cast<std::uintptr_t>(record.data());
    r.information_octets = static_cast<std::uint32_t>(record.size());
    r.completed = [](esplanade::direct_request&) noexcept {};
    esplanade::ndis_status status = nic_.control().request(r);
    for (int i = 0; status == esplanade::ndis_status::pending && i < 8; ++i) {
      nic_.reclaim();
      status = r.status;
    }
    note(name, std::move(about), status);
    if (status == esplanade::ndis_status::success) return {};
    return r.why;
  }

  Nic& nic_;
  keyword_table keywords_;
  indication_count indications_;
  esplanade::configuration_broker<keyword_table, Nic, indication_count> os_{keywords_, nic_, indications_};
  std::vector<offload_facts::oid> answers_;
  bool active_ = false;
};

}  // namespace capture_tunnel
