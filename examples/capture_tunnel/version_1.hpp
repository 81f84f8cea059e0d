// A NIC of version 1: what that version had for configuration, requests and packets, in front of the engine of version 2.
#pragma once

#include <esplanade/offload/adapter_configuration.hpp>
#include <esplanade/offload/v1_control.hpp>
#include <esplanade/offload/v1_packets.hpp>

#include <optional>

namespace capture_tunnel {

/// The report of version 1 in a whole one; nothing where there is none.
[[nodiscard]] inline esplanade::v1_report v1_part_of(const esplanade::offload_report& r) {
  const auto read = esplanade::v1_report_of(r.ipsec_v1);
  return read ? *read : esplanade::v1_report{};
}

/// What the engine may do follows from what of version 1 is configured and active; the report of version 2 stays empty.
template <class Nic, std::size_t Capacity> class version_1 {
  struct nobody_waits {
    void operator()(esplanade::v1_request&, esplanade::ndis_status) const noexcept {}
  };
  using device_type = esplanade::v1_device<Nic, Capacity>;

 public:
  version_1(Nic& engine, const esplanade::offload_report& hardware) : engine_(engine), device_(engine, v1_part_of(hardware)), tasks_(v1_part_of(hardware), hardware.large_send_v1.any()) {}

  // --- what configuration requests reach -------------------------------------------------------------------------------
  esplanade::offload_attributes start(const esplanade::offload_report& hardware, const esplanade::offload_settings& settings) noexcept {
    const auto reported = configuration_.start(hardware, settings);
    follow();
    return reported;
  }
  template <esplanade::OffloadEventSink Sink> esplanade::oid_answer set_parameters(esplanade::const_octets record, Sink& above) noexcept {
    auto heard = followed_before(above);
    return configuration_.set_parameters(record, heard);
  }
  template <esplanade::OffloadEventSink Sink> esplanade::oid_answer set_encapsulation(esplanade::const_octets record, Sink& above) noexcept {
    auto heard = followed_before(above);
    return configuration_.set_encapsulation(record, heard);
  }

  /// The requests of version 1.
  esplanade::ndis_status request(esplanade::v1_request& r) noexcept {
    const esplanade::ndis_status done = control_.submit(r);
    let_engine_do_as_much();
    return done;
  }
  /// What stands between the host and the queues.
  [[nodiscard]] esplanade::v1_packets<device_type>& packets() noexcept { return packets_; }
  /// What is switched on, in the words of version 2; both directions are alike in these models.
  [[nodiscard]] esplanade::device_capabilities capabilities() const noexcept { return esplanade::capabilities_of(device_.current(), true, Capacity); }

 private:
  template <class Sink> [[nodiscard]] auto followed_before(Sink& above) noexcept {
    return [this, &above](const auto& event) noexcept {
      follow();
      above(event);
    };
  }
  void follow() noexcept {
    device_.configure(v1_part_of(configuration_.configuration().current()));
    let_engine_do_as_much();
  }
  void let_engine_do_as_much() noexcept { engine_.configure(capabilities(), configuration_.activation()); }

  Nic& engine_;
  esplanade::adapter_configuration<> configuration_;
  device_type device_;
  esplanade::v1_task_offload tasks_;
  esplanade::v1_control<device_type, nobody_waits> control_{device_, tasks_, {}};
  esplanade::v1_packets<device_type> packets_{device_};
};

/// The NIC as whoever is above finds it: itself, or version 1 in front of it.
template <class Nic, std::size_t Capacity> class nic_front {
 public:
  explicit nic_front(Nic& nic) : nic_(nic) {}
  [[nodiscard]] version_1<Nic, Capacity>* v1() noexcept { return v1_ ? &*v1_ : nullptr; }
  [[nodiscard]] const version_1<Nic, Capacity>* v1() const noexcept { return v1_ ? &*v1_ : nullptr; }

  esplanade::offload_attributes start(const esplanade::offload_report& hardware, const esplanade::offload_settings& settings, bool of_version_1) {
    if (!of_version_1) return nic_.start(hardware, settings);
    return v1_.emplace(nic_, hardware).start(hardware, settings);
  }
  template <esplanade::OffloadEventSink Sink> esplanade::oid_answer set_parameters(esplanade::const_octets record, Sink& above) noexcept {
    return v1_ ? v1_->set_parameters(record, above) : nic_.set_parameters(record, above);
  }
  template <esplanade::OffloadEventSink Sink> esplanade::oid_answer set_encapsulation(esplanade::const_octets record, Sink& above) noexcept {
    return v1_ ? v1_->set_encapsulation(record, above) : nic_.set_encapsulation(record, above);
  }

 private:
  Nic& nic_;
  std::optional<version_1<Nic, Capacity>> v1_;
};

}  // namespace capture_tunnel
