// An SA as version 1 adds it: a filter of addresses, protocol and ports, AH, ESP or both, and keys in one piece.
#pragma once

#include <esplanade/offload/sa_request.hpp>
#include <esplanade/offload/v1_report.hpp>

namespace esplanade {
inline namespace v0 {

/// By the numbers of the record (ipsecov2.md 7.1, V1-15); 2 among the ciphers was reserved.
enum class v1_integrity : std::uint32_t { none = 0, md5 = 1, sha1 = 2 };
enum class v1_cipher : std::uint32_t { none = 0, des = 1, triple_des = 3 };
enum class v1_operation : std::uint32_t { authenticate = 1, encrypt = 2 };  ///< AH and ESP

/// Which key comes first inside an element's part of the blob: two pages of the documents contradict each other (V1-16).
enum class v1_key_order : std::uint8_t { cipher_first, integrity_first };

/// Which packets an SA is for. What is zero is not compared.
struct v1_filter {
  address source{}, destination{};
  std::uint32_t source_mask = 0, destination_mask = 0;  ///< host order; 0xffffffff = this address alone
  octet protocol = 0;
  std::uint16_t source_port = 0, destination_port = 0;  ///< host order, of TCP and UDP

  [[nodiscard]] constexpr bool covers_addresses(const address& from, const address& to) const noexcept {
    return from.version == family::ipv4 && to.version == family::ipv4 && within(source, source_mask, from) && within(destination, destination_mask, to);
  }
  [[nodiscard]] constexpr bool covers(const address& from, const address& to, octet of, std::uint16_t from_port, std::uint16_t to_port) const noexcept {
    return covers_addresses(from, to) && (protocol == 0 || protocol == of) && (source_port == 0 || source_port == from_port) && (destination_port == 0 || destination_port == to_port);
  }
  [[nodiscard]] static constexpr std::uint32_t number_of(const address& a) noexcept {
    return std::uint32_t{a.value[0]} << 24 | std::uint32_t{a.value[1]} << 16 | std::uint32_t{a.value[2]} << 8 | a.value[3];
  }

 private:
  [[nodiscard]] static constexpr bool within(const address& net, std::uint32_t mask, const address& one) noexcept { return net.unspecified() || ((number_of(net) ^ number_of(one)) & mask) == 0; }
};

/// One SA: numbers as they stand in the record, judged by `to_sa_request`.
struct v1_element {
  v1_operation operation = v1_operation::encrypt;
  std::uint32_t spi = 0;  ///< host order
  v1_integrity integrity = v1_integrity::none;
  v1_cipher cipher = v1_cipher::none;
  std::uint32_t integrity_key = 0, cipher_key = 0;  ///< octets of the blob
  std::uint32_t integrity_rounds = 0, cipher_rounds = 0;  ///< these algorithms have one number each: not looked at
};

/// What ADD_SA and ADD_UDPESP_SA ask for.
///   Threads  `keys` points to octets that last until the request is done
struct v1_sa_request {
  v1_filter filter{};
  address tunnel_source{}, tunnel_destination{};  ///< of the outer header; unspecified in transport mode
  bool inbound = false;
  bool udp = false;                               ///< of a UDP-ESP request
  std::uint8_t count = 1;
  v1_element elements[3]{};                       ///< AH and ESP in either order: AH is always outside
  const_octets keys{};
  [[nodiscard]] constexpr bool tunnel() const noexcept { return !tunnel_destination.unspecified(); }
};

namespace detail {
[[nodiscard]] constexpr result<void> check_v1_element(const v1_element& e, const v1_report& r, const v1_sa_request& of, bool beside_ah) noexcept {
  const bool ah = e.operation == v1_operation::authenticate;
  if (!ah && e.operation != v1_operation::encrypt) return fault{fault_kind::invalid_value, "operation", "neither AH nor ESP", "1 for AH, 2 for ESP"};
  if (static_cast<std::uint32_t>(e.integrity) > 2) return fault{fault_kind::invalid_value, "integrity", "no such algorithm", "0 none, 1 MD5, 2 SHA-1"};
  if (e.cipher != v1_cipher::none && e.cipher != v1_cipher::des && e.cipher != v1_cipher::triple_des) return fault{fault_kind::invalid_value, "cipher", "no such algorithm", "0 none, 1 DES, 3 3DES"};
  if (ah && e.cipher != v1_cipher::none) return fault{fault_kind::invalid_value, "cipher", "AH encrypts nothing", "no encryption beside AH"};
  if (e.integrity == v1_integrity::none && (ah || !beside_ah || e.cipher == v1_cipher::none))
    return fault{fault_kind::invalid_value, "integrity", "nothing authenticates the packet (V1-10)", "MD5 or SHA-1 in AH, in ESP or in both"};
  const auto lacks = [](const char* field, const char* accepted) { return fault{fault_kind::not_supported, field, "the NIC does not report it", accepted}; };
  if (ah ? !(of.inbound ? r.ah.receive : r.ah.send) : !(of.inbound ? r.esp.receive : r.esp.send)) return lacks("operation", "AH or ESP in a direction that the NIC reports");
  if (of.tunnel() ? !(ah ? r.ah.tunnel : r.esp.tunnel) : !(ah ? r.ah.transport : r.esp.transport)) return lacks("tunnel", "the mode that the NIC reports for this protocol");
  if ((e.integrity == v1_integrity::md5 && !r.ah.md5) || (e.integrity == v1_integrity::sha1 && !r.ah.sha1)) return lacks("integrity", "an algorithm of the report");
  if (!ah && (e.cipher == v1_cipher::none ? !r.esp.null : e.cipher == v1_cipher::des ? !r.esp.des : !r.esp.triple_des)) return lacks("cipher", "an algorithm of the report");
  if (!ah && e.integrity == v1_integrity::none && !r.esp.null) return lacks("integrity", "MD5 or SHA-1: ESP without integrity beside AH goes with NULL (V1-06)");
  return {};
}
}  // namespace detail

/// The request in the words of version 2, when this NIC reports all that it needs: accepted ⇔ advertised.
///   Errors   what contradicts itself; what the report lacks; keys that are not as long as the elements say
[[nodiscard]] constexpr result<sa_request> to_sa_request(const v1_sa_request& r, const v1_report& reported, v1_key_order order = v1_key_order::cipher_first) noexcept {
  if (r.count != 1 && r.count != 2) return fault{fault_kind::invalid_value, "count", "AH, ESP or both", "1 or 2 elements"};
  if (r.tunnel_destination.unspecified() && !r.tunnel_source.unspecified()) return fault{fault_kind::invalid_value, "tunnel_destination", "a tunnel has two ends", "both addresses, or neither"};
  const bool both = r.count == 2;
  if (both && r.elements[0].operation == r.elements[1].operation) return fault{fault_kind::invalid_value, "elements", "two of one protocol on one packet", "one AH and one ESP"};
  if (both && !reported.ah_and_esp) return fault{fault_kind::not_supported, "count", "the NIC does not report AH and ESP in one packet", "one element"};
  sa_request made;
  made.inbound = r.inbound;
  made.count = r.count;
  made.source = r.tunnel() ? r.tunnel_source : r.filter.source_mask == 0xffffffffu ? r.filter.source : address{};
  made.destination = r.tunnel() ? r.tunnel_destination : r.filter.destination_mask == 0xffffffffu ? r.filter.destination : address{};
  if (r.udp) {
    if (both || r.elements[0].operation != v1_operation::encrypt) return fault{fault_kind::invalid_value, "elements", "UDP carries ESP (RFC 3948)", "one ESP element"};
    made.udp_esp = r.tunnel() ? udp_esp_layout::tunnel : udp_esp_layout::transport;
    if (!reported.udp_esp.covers(made.udp_esp)) return fault{fault_kind::not_supported, "udp_esp", "the NIC does not report this layout", "a layout of the report"};
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < r.count; ++i) {
    const v1_element& e = r.elements[i];
    if (auto checked = detail::check_v1_element(e, reported, r, both); !checked) return checked.why();
    const bool ah = e.operation == v1_operation::authenticate;
    offload_element& to = made.elements[ah && both ? 1 : 0];
    to.spi = e.spi;
    to.transform.protocol = ah ? protocol_kind::ah : protocol_kind::esp;
    if (e.integrity != v1_integrity::none) to.transform.integrity = e.integrity == v1_integrity::md5 ? offload_integrity::hmac_md5 : offload_integrity::hmac_sha1;
    if (!ah) to.transform.encryption = e.cipher == v1_cipher::none ? offload_encryption::null : e.cipher == v1_cipher::des ? offload_encryption::des_cbc : offload_encryption::triple_des_cbc;
    const auto take = [&](const_octets& key, std::uint32_t count) {
      const bool inside = count <= r.keys.size() - at;
      if (inside) key = r.keys.subspan(at, count), at += count;
      return inside;
    };
    const bool taken = order == v1_key_order::cipher_first ? take(to.encryption_key, e.cipher_key) && take(to.integrity_key, e.integrity_key)
                                                           : take(to.integrity_key, e.integrity_key) && take(to.encryption_key, e.cipher_key);
    if (!taken) return fault{fault_kind::invalid_value, "keys", "the blob ends inside a key", "as many octets as the elements' keys have together"};
  }
  if (at != r.keys.size()) return fault{fault_kind::invalid_value, "keys", "the blob is longer than the keys", "as many octets as the elements' keys have together"};
  return made;
}

}  // namespace v0
}  // namespace esplanade
