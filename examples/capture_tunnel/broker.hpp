// What stands between the host and its NIC: keeps keywords and reports, turns SA requests into records, and notes every answer.
#pragma once

#include "nic_model.hpp"
#include "offload_facts.hpp"
#include "version_1.hpp"

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/format.hpp>
#include <esplanade/offload/configuration_broker.hpp>
#include <esplanade/offload/direct_requests.hpp>
#include <esplanade/offload/host_words.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/offload/records_write.hpp>
#include <esplanade/offload/v1_host_request.hpp>
#include <esplanade/sa/parameters.hpp>
#include <esplanade/testing/lying_control.hpp>

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

/// The rows of a report, hardware beside what is provided at present; those of version 1 with the large sends that it excludes.
[[nodiscard]] std::vector<offload_facts::field> rows_of(const esplanade::device_capabilities& hardware, const esplanade::device_capabilities& current);
[[nodiscard]] std::vector<offload_facts::field> rows_of_version_1(const esplanade::offload_report& hardware, const esplanade::offload_report& current);
/// Large sends and checksums; and in a line each what version 1 of IPsec has, where it is not told in full.
[[nodiscard]] std::vector<offload_facts::field> other_rows_of(const esplanade::offload_report& hardware, const esplanade::offload_report& current, bool version_1);
/// A status in words, its number where it has none.
[[nodiscard]] std::string words_for(esplanade::ndis_status status);

/// Models OffloadDevice over a NIC: every SA request goes down its control path as a record of its version, as a protocol driver's
/// would, and every packet passes with the words of that version.
template <class Nic, std::size_t Capacity> class broker {
  using control = esplanade::testing::lying_control<typename Nic::control_type>;

 public:
  static constexpr esplanade::device_guarantees guarantees = Nic::guarantees;

  broker(Nic& nic, const nic_model& model, const esplanade::device_capabilities& most) : nic_(nic) {
    using enum esplanade::adapter_event;
    for (const esplanade::adapter_event e : {initialize, initialized, restart, restarted}) (void)nic_.happens(e);
    if (model.version_1) keywords_.write("*LsoV1IPv4", 0);  // IPsec of version 1 or large sends (V1-30)
    os_.attach(front_.start(model.report(most), esplanade::settings_from(keywords_), model.version_1));
    ask(esplanade::regular_oid::hardware_capabilities, "OID_TCP_OFFLOAD_HARDWARE_CAPABILITIES");
    ask(esplanade::regular_oid::current_config, "OID_TCP_OFFLOAD_CURRENT_CONFIG");
    activate();
    enable_tasks();
  }
  broker(const broker&) = delete;
  broker& operator=(const broker&) = delete;

  [[nodiscard]] const esplanade::offload_attributes& reported() const { return os_.reported(); }
  [[nodiscard]] std::vector<offload_facts::field> rows() const {
    std::vector<offload_facts::field> all = front_.v1() != nullptr ? rows_of_version_1(reported().hardware, reported().current) : rows_of(reported().hardware.ipsec, reported().current.ipsec);
    for (auto& other : other_rows_of(reported().hardware, reported().current, front_.v1() == nullptr)) all.push_back(std::move(other));
    return all;
  }
  /// What a request of version 1 says of an SA, and one of version 2 does not.
  void know(const esplanade::sa_parameters& sa) { modes_[sa.spi] = sa.mode; }
  [[nodiscard]] const std::vector<offload_facts::oid>& answers() const { return answers_; }
  [[nodiscard]] std::uint64_t indications() const { return indications_.seen; }
  [[nodiscard]] bool active() const { return active_; }
  /// Who decides when requests and completions are lied about.
  [[nodiscard]] esplanade::testing::liar& teller() noexcept { return teller_; }
  /// Looks after requests that end late.
  void tend() noexcept { unanswered_ = requests_.tend(); }
  /// Requests that have not ended.
  [[nodiscard]] std::size_t unanswered() const noexcept { return unanswered_; }

  // --- OffloadDevice ----------------------------------------------------------------------------------------------------
  [[nodiscard]] esplanade::device_capabilities capabilities() const noexcept { return front_.v1() != nullptr ? front_.v1()->capabilities() : nic_.capabilities(); }
  [[nodiscard]] bool active(esplanade::family version) const noexcept { return nic_.active(version); }
  [[nodiscard]] esplanade::large_limits large_sends(esplanade::family version) const noexcept { return nic_.large_sends(version); }
  [[nodiscard]] esplanade::result<esplanade::offload_handle> add_sa(const esplanade::sa_request& r) noexcept {
    if (front_.v1() != nullptr) return add_in_version_1(r);
    return noted(requests_.add_sa(r), "OID_TCP_TASK_IPSEC_OFFLOAD_V2_ADD_SA_EX", about(r));
  }
  [[nodiscard]] esplanade::result<void> update_sa(const esplanade::sa_update& u) noexcept {
    if (front_.v1() != nullptr) return esplanade::fault{esplanade::fault_kind::not_supported, "high", "version 1 knows no ESN", "SAs without ESN"};
    return noted(requests_.update_sa(u), "OID_TCP_TASK_IPSEC_OFFLOAD_V2_UPDATE_SA", fmt::format("SA 0x{:08x}, high word {}", u.spi, u.high));
  }
  [[nodiscard]] esplanade::result<void> delete_sa(esplanade::offload_handle h) noexcept {
    if (front_.v1() != nullptr) {
      std::array<esplanade::octet, 64> record{};
      esplanade::record_writer(record, esplanade::native_layout).word(0, h.word);
      return carry(esplanade::v1_oid::delete_sa, record, "OID_TCP_TASK_IPSEC_DELETE_SA", "");
    }
    return noted(requests_.delete_sa(h), "OID_TCP_TASK_IPSEC_OFFLOAD_V2_DELETE_SA", "");
  }

  // --- packets ------------------------------------------------------------------------------------------------------------
  /// The words beside a list to send; version 1 has the handle alone.
  void put_words(esplanade::net_buffer_list& list, const esplanade::send_words& words) const noexcept {
    if (front_.v1() == nullptr) return esplanade::put_words(list, words, ethernet_octets);
    list.clear_slots();
    esplanade::set_oob(list, words.ipsec);
  }
  template <class Queue, class Wire, class Done> void send(Queue& queue, esplanade::net_buffer_list* chain, Wire on_wire, Done completed) noexcept {
    if (front_.v1() == nullptr) return queue.send(chain, on_wire, completed);
    front_.v1()->packets().send(chain, [&](esplanade::net_buffer_list* first) noexcept { queue.send(first, on_wire, completed); }, completed);
  }
  /// `queue(chain)` works on received lists.
  template <class Queue> void receive(esplanade::net_buffer_list* chain, Queue queue) noexcept {
    if (front_.v1() == nullptr) return queue(chain);
    front_.v1()->packets().receive(chain, queue);
  }

 private:
  static std::string about(const esplanade::sa_request& r) { return fmt::format("{} SA 0x{:08x}", r.inbound ? "inbound" : "outbound", r.elements[0].spi); }
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
  /// Version 1 had a list of tasks before it had what was asked and set above; enabled is what a set lists.
  void enable_tasks() {
    if (front_.v1() == nullptr || v1_part_of(reported().hardware) == esplanade::v1_report{}) return;
    std::array<esplanade::octet, esplanade::v1_task_offload::query_octets> tasks{};
    esplanade::v1_request r{.oid = esplanade::v1_oid::task_offload, .buffer = tasks, .query = true};
    const auto asked = front_.v1()->request(r);
    note("OID_TCP_TASK_OFFLOAD", fmt::format("{} octets", r.octets_needed), asked);
    r.query = false;
    r.issuer = 1;  // the one protocol above
    note("OID_TCP_TASK_OFFLOAD", "IPsec on", front_.v1()->request(r));
  }
  esplanade::result<esplanade::offload_handle> add_in_version_1(const esplanade::sa_request& r) noexcept {
    std::array<esplanade::octet, 64> keys{};
    std::array<esplanade::octet, 512> record{};
    const auto asked = esplanade::to_v1_request(r, modes_[r.elements[0].spi], keys);
    if (!asked) return asked.why();
    const std::size_t size = esplanade::write_v1_add_sa(*asked, record, esplanade::native_layout);
    const auto done = carry(esplanade::v1_oid::add_sa, {record.data(), size}, "OID_TCP_TASK_IPSEC_ADD_SA", about(r));
    const esplanade::offload_handle handle{static_cast<std::uintptr_t>(esplanade::record_reader(record, esplanade::native_layout).word(esplanade::v1_offsets::handle))};
    esplanade::wipe(record.data(), record.size());
    esplanade::wipe(keys.data(), keys.size());
    if (!done) return done.why();
    return handle;
  }
  /// A request of version 1, which ends when it returns. It has a status and no words.
  esplanade::result<void> carry(esplanade::v1_oid oid, esplanade::octets record, const char* name, std::string about) noexcept {
    esplanade::v1_request r{.oid = oid, .buffer = record};
    const esplanade::ndis_status status = front_.v1()->request(r);
    note(name, std::move(about), status);
    if (status == esplanade::ndis_status::success) return {};
    return esplanade::fault{esplanade::fault_kind::not_supported, "sa", esplanade::name_of(status), "an SA in software"};
  }
  /// A direct request that was followed to its end, or is pending still.
  template <class T> esplanade::result<T> noted(esplanade::result<T> done, const char* name, std::string about) noexcept {
    using esplanade::ndis_status;
    note(name, std::move(about), done ? ndis_status::success : done.why().kind == esplanade::fault_kind::busy ? ndis_status::pending : esplanade::status_of(done.why()));
    return done;
  }

  Nic& nic_;
  nic_front<Nic, Capacity> front_{nic_};
  esplanade::testing::liar teller_;
  control control_{nic_.control(), teller_};  // honest, unless the model is one that lies
  esplanade::direct_requests<control> requests_{control_};
  std::size_t unanswered_ = 0;
  keyword_table keywords_;
  indication_count indications_;
  esplanade::configuration_broker<keyword_table, nic_front<Nic, Capacity>, indication_count> os_{keywords_, front_, indications_};
  std::map<std::uint32_t, esplanade::mode> modes_;  // of SAs, by SPI
  std::vector<offload_facts::oid> answers_;
  bool active_ = false;
};

}  // namespace capture_tunnel
