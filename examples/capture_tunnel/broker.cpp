#include "broker.hpp"

namespace capture_tunnel {
namespace {

std::string yes(bool said) { return said ? "yes" : "no"; }

/// Names of the bits of a mask.
template <std::size_t N> std::string listed(std::uint32_t bits, const char* const (&names)[N]) {
  std::string words;
  for (std::size_t i = 0; i < N; ++i) {
    if ((bits >> i & 1) == 0) continue;
    if (!words.empty()) words += " ";
    words += names[i];
  }
  return words.empty() ? "none" : words;
}
constexpr const char* framing_names[] = {"none", "802.3", "vlan-inline", "vlan-beside", "llc-snap"};
constexpr const char* udp_names[] = {"transport", "tunnel", "transport-over-udp-tunnel", "udp-transport-over-tunnel"};
constexpr const char* integrity_names[] = {"md5", "sha1", "sha256", "gmac128", "gmac192", "gmac256"};
constexpr const char* encryption_names[] = {"null", "des", "3des", "gcm128", "gcm192", "gcm256", "cbc128", "cbc192", "cbc256"};

}  // namespace

std::vector<offload_facts::field> rows_of(const esplanade::device_capabilities& h, const esplanade::device_capabilities& c) {
  std::vector<offload_facts::field> rows;
  const auto flag = [&](const char* name, bool esplanade::device_capabilities::*field) { rows.push_back({name, yes(h.*field), yes(c.*field)}); };
  using its = esplanade::device_capabilities;
  rows.push_back({"Encapsulation", listed(h.framings.bits, framing_names), listed(c.framings.bits, framing_names)});
  flag("IPv6Supported", &its::ipv6);
  flag("IPv4Options", &its::ipv4_options);
  flag("IPv6NonIPsecExtensionHeaders", &its::ipv6_extension_headers);
  flag("Ah", &its::ah);
  flag("Esp", &its::esp);
  flag("AhEspCombined", &its::ah_and_esp);
  flag("Transport", &its::transport);
  flag("Tunnel", &its::tunnel);
  flag("TransportTunnelCombined", &its::transport_in_tunnel);
  flag("LsoSupported", &its::large_send);
  flag("ExtendedSequenceNumbers", &its::esn);
  flag("TCP checksum beside IPsec", &its::tcp_checksum);
  flag("UDP checksum beside IPsec", &its::udp_checksum);
  rows.push_back({"UdpEsp", listed(h.udp_esp.bits, udp_names), listed(c.udp_esp.bits, udp_names)});
  rows.push_back({"AuthenticationAlgorithms", listed(h.integrity.bits, integrity_names), listed(c.integrity.bits, integrity_names)});
  rows.push_back({"EncryptionAlgorithms", listed(h.encryption.bits, encryption_names), listed(c.encryption.bits, encryption_names)});
  rows.push_back({"SaOffloadCapacity", std::to_string(h.sa_capacity), std::to_string(c.sa_capacity)});
  return rows;
}

std::vector<offload_facts::field> rows_of_version_1(const esplanade::offload_report& hardware, const esplanade::offload_report& current) {
  const esplanade::v1_report h = v1_part_of(hardware), c = v1_part_of(current);
  std::vector<offload_facts::field> rows;
  const auto flag = [&](const char* name, bool of_hardware, bool now) { rows.push_back({name, yes(of_hardware), yes(now)}); };
  rows.push_back({"Encapsulation", listed(h.framings.bits, framing_names), listed(c.framings.bits, framing_names)});
  flag("AhEspCombined", h.ah_and_esp, c.ah_and_esp);
  flag("TransportTunnelCombined", h.transport_in_tunnel, c.transport_in_tunnel);
  flag("IPv4Options", h.ipv4_options, c.ipv4_options);
  rows.push_back({"UdpEsp", listed(h.udp_esp.bits, udp_names), listed(c.udp_esp.bits, udp_names)});
  flag("IPv4AH.Md5", h.ah.md5, c.ah.md5);
  flag("IPv4AH.Sha_1", h.ah.sha1, c.ah.sha1);
  flag("IPv4AH.Transport", h.ah.transport, c.ah.transport);
  flag("IPv4AH.Tunnel", h.ah.tunnel, c.ah.tunnel);
  flag("IPv4AH.Send", h.ah.send, c.ah.send);
  flag("IPv4AH.Receive", h.ah.receive, c.ah.receive);
  flag("IPv4ESP.Des", h.esp.des, c.esp.des);
  flag("IPv4ESP.TripleDes", h.esp.triple_des, c.esp.triple_des);
  flag("IPv4ESP.NullEsp", h.esp.null, c.esp.null);
  flag("IPv4ESP.Transport", h.esp.transport, c.esp.transport);
  flag("IPv4ESP.Tunnel", h.esp.tunnel, c.esp.tunnel);
  flag("IPv4ESP.Send", h.esp.send, c.esp.send);
  flag("IPv4ESP.Receive", h.esp.receive, c.esp.receive);
  return rows;
}

std::vector<offload_facts::field> other_rows_of(const esplanade::offload_report& h, const esplanade::offload_report& c, bool version_1) {
  std::vector<offload_facts::field> rows;
  const auto large = [](const esplanade::large_send_limits& l) {
    return l.any() ? fmt::format("{} octets, {} segments or more; {}", l.octets_max, l.segments_min, listed(l.framings.bits, framing_names)) : std::string("none");
  };
  const auto both_large = [&](const char* name, esplanade::large_send_limits esplanade::offload_report::*which) { rows.push_back({name, large(h.*which), large(c.*which)}); };
  both_large("LsoV1.IPv4", &esplanade::offload_report::large_send_v1);
  both_large("LsoV2.IPv4", &esplanade::offload_report::large_send_v2_ipv4);
  both_large("LsoV2.IPv6", &esplanade::offload_report::large_send_v2_ipv6);
  const auto sums = [](const esplanade::checksum_offload& s, bool ipv4) {
    constexpr const char* names[] = {"options", "tcp-options", "tcp", "udp", "ip"};
    std::uint32_t has = 0;
    for (unsigned k = 0; k < (ipv4 ? 5u : 4u); ++k) has |= (s.kinds >> 2 * k & 3) != 0 ? 1u << k : 0u;
    return s.framings.empty() ? std::string("none") : listed(has, names);
  };
  const auto both_sums = [&](const char* name, esplanade::checksum_offload esplanade::offload_report::*which, bool ipv4) { rows.push_back({name, sums(h.*which, ipv4), sums(c.*which, ipv4)}); };
  both_sums("Checksum.IPv4Transmit", &esplanade::offload_report::ipv4_send_checksum, true);
  both_sums("Checksum.IPv4Receive", &esplanade::offload_report::ipv4_receive_checksum, true);
  both_sums("Checksum.IPv6Transmit", &esplanade::offload_report::ipv6_send_checksum, false);
  both_sums("Checksum.IPv6Receive", &esplanade::offload_report::ipv6_receive_checksum, false);
  if (!version_1) return rows;
  const esplanade::v1_report hv = v1_part_of(h), cv = v1_part_of(c);
  const auto ah = [](const esplanade::v1_report& v) { return listed((v.ah.md5 ? 1u : 0u) | (v.ah.sha1 ? 2u : 0u), integrity_names); };
  const auto esp = [](const esplanade::v1_report& v) { return listed((v.esp.null ? 1u : 0u) | (v.esp.des ? 2u : 0u) | (v.esp.triple_des ? 4u : 0u), encryption_names); };
  rows.push_back({"IPsecV1.IPv4AH", ah(hv), ah(cv)});
  rows.push_back({"IPsecV1.IPv4ESP", esp(hv), esp(cv)});
  return rows;
}

std::string words_for(esplanade::ndis_status status) { return esplanade::name_of(status); }

}  // namespace capture_tunnel
