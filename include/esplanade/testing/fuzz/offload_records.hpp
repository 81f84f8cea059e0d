// Records of configuration say what their octets say, read plainly; and no order of requests leaves an adapter that promises more
// than its hardware.
//
//   1  a report, a set of parameters, an activation: taken or refused as its octets say, each field as it stands there
//   2  what was taken is written and read again, and is the same
//   3  requests to an adapter behind a broker: hardware covers what is current; lanes see what is current; one that is refused
//      changes and indicates nothing; one that succeeds indicates exactly one new current configuration
//
//   input   kind (1) modulo 4: 0 a report, and the revision that its reader knows (1); 1 parameters; 2 an activation; the rest is the
//           record · 3 requests, each: below 128 parameters, else an activation; length (1), record; bit 0: an object header is
//           put in front
#pragma once

#include <esplanade/offload/configuration_broker.hpp>
#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/input.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {
/// Fields of a record read one by one, the way the model writes them down.
struct plain_record {
  const bytes& at;
  [[nodiscard]] std::uint32_t u32(std::size_t i) const { return static_cast<std::uint32_t>(at[i]) | static_cast<std::uint32_t>(at[i + 1]) << 8 | static_cast<std::uint32_t>(at[i + 2]) << 16 | static_cast<std::uint32_t>(at[i + 3]) << 24; }
  [[nodiscard]] std::size_t size() const { return at[2] + 256u * at[3]; }
  /// The revision it is taken as; 0 when it is refused.
  [[nodiscard]] unsigned taken(unsigned type, std::initializer_list<std::size_t> least) const {
    if (at.size() < 4 || at[0] != type || at[1] == 0 || at.size() < size()) return 0;
    const unsigned revision = at[1] < least.size() ? at[1] : static_cast<unsigned>(least.size());
    return size() < least.begin()[revision - 1] ? 0 : revision;
  }
};

struct sound_records {
  static result<offload_report> read_report(const_octets given, std::uint8_t as) noexcept { return esplanade::read_report(given, as); }
};

template <class Records> void report_of(bytes record, std::uint8_t as) {
  const auto fail = [](const std::string& how) { failed("offload_records", "a report " + how); };
  const plain_record plain{record};
  const unsigned newest = as < 1 ? 1u : as > 3 ? 3u : as;
  const unsigned taken = newest == 1 ? plain.taken(0xa7, {112}) : newest == 2 ? plain.taken(0xa7, {112, 144}) : plain.taken(0xa7, {112, 144, 156, 157});
  const auto read = Records::read_report(record, as);
  if (static_cast<bool>(read) != (taken != 0)) fail(taken != 0 ? "is refused that its header allows" : "is taken that its header forbids");
  if (!read) return;
  const device_capabilities& c = read->ipsec;
  if (taken < 2) {
    if (!(c == device_capabilities{})) fail("of revision 1 has IPsec of version 2");
  } else {
    const bool booleans[] = {c.ipv6, c.ipv4_options, c.ipv6_extension_headers, c.ah, c.esp, c.ah_and_esp, c.transport, c.tunnel, c.transport_in_tunnel, c.large_send, c.esn};
    for (std::size_t i = 0; i < 11; ++i)
      if (booleans[i] != (record[116 + i] != 0)) fail("has another boolean at " + std::to_string(116 + i));
    if (c.framings.bits != (plain.u32(112) & 0x1f) || c.udp_esp.bits != (plain.u32(128) & 0xf) || c.integrity.bits != (plain.u32(132) & 0x3f) || c.encryption.bits != (plain.u32(136) & 0x1ff) || c.sa_capacity != plain.u32(140))
      fail("has another mask or capacity");
    if (c.tcp_checksum != ((record[108] & 2) != 0) || c.udp_checksum != ((record[108] & 4) != 0)) fail("has another coexistence flag");
  }
  if (read->large_send_v1.octets_max != plain.u32(40) || read->ipsec_v1.esp != plain.u32(76) || read->large_send_v2_ipv6.options != plain.u32(104) || read->ipv6_receive_checksum.kinds != plain.u32(32)) fail("has another field of the older parts");
  if (read->checksums_grouped != ((record[108] & 1) != 0)) fail("has another flag of checksums");
  const bool third = taken >= 3;
  if (read->coalescing_ipv4 != (third && record[144] != 0) || read->coalescing_ipv6 != (third && record[145] != 0) || read->encapsulated.tasks != (third ? plain.u32(148) : 0) || read->encapsulated.header_octets_max != (third ? plain.u32(152) : 0))
    fail("has another field of revision 3");
  for (const std::uint8_t revision : {std::uint8_t{2}, std::uint8_t{3}}) {
    bytes again(report_octets[revision - 1]);
    offload_report same = *read;
    if (revision == 2) same.coalescing_ipv4 = same.coalescing_ipv6 = false, same.encapsulated = {};
    if (!write_report(*read, again, revision)) fail("cannot be written");
    const auto twice = esplanade::read_report(again);
    if (!twice || !(*twice == same)) fail("is another one when it was written and read again");
  }
}

inline void parameters_of(bytes record) {
  const auto fail = [](const std::string& how) { failed("offload_records", "a set of parameters " + how); };
  const plain_record plain{record};
  const unsigned taken = plain.taken(0x80, {20, 22, 26});
  const std::size_t places[] = {4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 21, 22, 23, 24, 13, 14, 25};  // those of settings first
  const unsigned most[] = {4, 4, 4, 4, 4, 2, 4, 2, 2, 4, 4, 2, 2, 2, 2, 2, 3};
  const auto there = [&](std::size_t i) { return places[i] < 15 || taken >= (places[i] < 22 ? 2u : 3u); };
  bool sound = taken != 0;
  for (std::size_t i = 0; sound && i < 17; ++i) sound = !there(i) || record[places[i]] <= most[i];
  const auto read = read_parameters(record);
  if (static_cast<bool>(read) != sound) fail(sound ? "is refused that is sound" : "is taken that is not");
  if (!read) return;
  for (std::size_t i = 0; i < offload_setting_count; ++i)
    if (read->parameters.values[i] != (there(i) ? record[places[i]] : 0)) fail("has another value at " + std::to_string(places[i]));
  if (read->parameters.keep_keywords != ((record[16] & 1) != 0) || read->revision != taken) fail("has another flag or revision");
  bytes again(26);
  if (!write_parameters(read->parameters, again, 3)) fail("cannot be written");
  const auto twice = read_parameters(again);
  if (!twice || !(twice->parameters == read->parameters)) fail("is another one when it was written and read again");
}

inline void activation_of(bytes record) {
  const auto fail = [](const std::string& how) { failed("offload_records", "an activation " + how); };
  const plain_record plain{record};
  const auto read = read_encapsulation(record);
  if (static_cast<bool>(read) != (plain.taken(0xa8, {28}) != 0)) fail("is not judged by its header");
  if (!read) return;
  const activation_request* both[] = {&read->ipv4, &read->ipv6};
  for (std::size_t i = 0; i < 2; ++i)
    if (static_cast<std::uint32_t>(both[i]->enabled) != plain.u32(4 + 12 * i) || static_cast<std::uint32_t>(both[i]->framing) != plain.u32(8 + 12 * i) || both[i]->header_octets != plain.u32(12 + 12 * i)) fail("has another field");
}

struct counting_sink {
  std::size_t current = 0, others = 0;
  offload_report last{};
  void operator()(const current_config_changed& e) noexcept { ++current, last = e.report; }
  void operator()(const hardware_capabilities_changed&) noexcept { ++others; }
  void operator()(const encapsulation_changed&) noexcept { ++others; }
};
struct few_keywords {
  std::uint32_t values[offload_setting_count]{};
  few_keywords() noexcept {
    for (std::size_t i = 0; i < offload_setting_count; ++i) values[i] = offload_keywords[i].value_max;
  }
  [[nodiscard]] static std::size_t place(const char* name) noexcept {
    std::size_t i = 0;
    while (i < offload_setting_count && !same_text(offload_keywords[i].name, name)) ++i;
    return i;
  }
  void write(const char* name, std::uint32_t value) noexcept { values[place(name)] = value; }
  std::uint32_t read(const char* name, std::uint32_t) noexcept { return values[place(name)]; }
};

inline void requests_of(input& in) {
  const auto fail = [](const std::string& how) { failed("offload_records", "after a request " + how); };
  offload_report hardware;
  hardware.large_send_v1 = {link_framing::ieee_802_3, 64000, 2, 0};
  hardware.ipv4_send_checksum = {link_framing::ieee_802_3, 0x3ff};
  hardware.ipsec = {set_of<link_framing>::from_bits(0x16), true, true, true, true, true, true, true, true, true, true, true, true, true, all_udp_esp_layouts, all_offload_integrity, all_offload_encryption, 8};
  few_keywords keywords;
  counting_sink above;
  adapter_configuration<> adapter;
  configuration_broker broker{keywords, adapter, above};
  broker.attach(adapter.start(hardware, keywords));
  for (int requests = 0; !in.empty() && requests < 40; ++requests) {
    const unsigned what = in.take_octet();
    bytes record = in.take_octets(in.take_octet());
    if ((what & 1) != 0) {
      const bool parameters = what < 128;
      const octet header[] = {static_cast<octet>(parameters ? 0x80 : 0xa8), static_cast<octet>(parameters ? 2 : 1), static_cast<octet>(parameters ? 22 : 28), 0};
      record.insert(record.begin(), header, header + 4);
      record.resize(parameters ? 22 : 28);
    }
    const counting_sink before = above;
    const offload_configuration was = adapter.configuration();
    const offload_activation active = adapter.activation();
    const oid_answer answer = broker.set(what < 128 ? regular_oid::offload_parameters : regular_oid::offload_encapsulation, record);
    const offload_report& current = adapter.configuration().current();
    if (!hardware.covers(current)) fail("the current configuration is more than the hardware");
    device_capabilities provided = current.ipsec.any() ? current.ipsec : device_capabilities{};
    provided.large_send = current.large_send_under_ipsec(family::ipv4) || current.large_send_under_ipsec(family::ipv6);
    if (!(adapter.live().capabilities() == provided)) fail("lanes see another configuration than the current one");
    for (const family v : {family::ipv4, family::ipv6})
      if (adapter.live().read().active(v) != ipsec_active(current.ipsec, adapter.activation(), v)) fail("lanes see another activation than the current one");
    if (!(broker.reported() == offload_attributes{current, hardware})) fail("the broker's copies are not the adapter's reports");
    if (answer.status == ndis_status::success) {
      const std::size_t framed = encapsulation_of(adapter.activation()) == encapsulation_of(active) ? 0 : 1;
      if (above.current != before.current + 1 || above.others != before.others + framed || !(above.last == current)) fail("that succeeded, not exactly one new configuration is indicated");
      if (what < 128 && !(adapter.activation() == active)) fail("that configures, something else is active");
      if (what >= 128 && !(adapter.configuration().settings() == was.settings())) fail("that activates, something else is set");
    } else if (above.current != before.current || above.others != before.others || !(current == was.current()) || !(adapter.activation() == active)) {
      fail("that was refused, something changed");
    }
  }
}
}  // namespace detail

/// A configuration may name `records` of its own to be judged.
template <class Configuration> int offload_records(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  switch (in.take_octet() % 4) {
    case 0: {
      const std::uint8_t as = in.take_octet();
      if constexpr (requires { typename Configuration::records; }) detail::report_of<typename Configuration::records>(in.take_rest(), as);
      else detail::report_of<detail::sound_records>(in.take_rest(), as);
      break;
    }
    case 1: detail::parameters_of(in.take_rest()); break;
    case 2: detail::activation_of(in.take_rest()); break;
    default: detail::requests_of(in); break;
  }
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
