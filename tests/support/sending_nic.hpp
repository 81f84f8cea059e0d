// A NIC's send list driven by hand, and frames for it that are made of what the inline datapath sealed.
#pragma once

#include "support/world.hpp"

#include <esplanade/offload/device_store.hpp>
#include <esplanade/offload/send_list.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/seeded.hpp>

namespace support {

/// All that a NIC may be, for one that lacks nothing.
inline device_capabilities everything() {
  device_capabilities c;
  c.framings = set_of<link_framing>::from_bits(0x1f);
  c.ipv6 = c.ipv4_options = c.ipv6_extension_headers = c.ah = c.esp = c.ah_and_esp = c.transport = c.tunnel = c.transport_in_tunnel = true;
  c.large_send = c.esn = c.tcp_checksum = c.udp_checksum = true;
  c.udp_esp = all_udp_esp_layouts;
  c.integrity = all_offload_integrity;
  c.encryption = all_offload_encryption;
  c.sa_capacity = 64;
  return c;
}

inline namespace sending {  // tests/support/bundles.hpp has another bundle_form in the same program
/// What a host asks for where the inline datapath has these SAs; owns the keys.
struct bundle_form {
  std::vector<sa_form> elements{};   ///< ESP before AH
  bool inbound = false;
  family version = family::ipv4;
  set_of<udp_esp_layout> udp_esp{};

  std::vector<bytes> keys{};
  sa_request made{};

  const sa_request& request() {
    keys.clear();
    made = sa_request{};
    made.inbound = inbound;
    made.version = version;
    made.source = made.destination = address{.version = version};
    made.udp_esp = udp_esp;
    made.count = static_cast<std::uint8_t>(elements.size());
    for (const sa_form& e : elements) {
      bytes key = key_of(e.suite, e.which);
      put(key, salt_of(e.suite, e.which));
      keys.push_back(key);
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
      const suite_sizes& suite = elements[i].suite;
      const bool one_key = suite.salt != 0;
      const bool by_integrity = suite.family == cipher_family::aes_gmac || suite.mac == mac_family::aes_gmac;
      offload_element& e = made.elements[i];
      e.transform = transform_named(suite);
      e.spi = elements[i].spi;
      e.esn = elements[i].esn;
      e.high = static_cast<std::uint32_t>(elements[i].start >> 32);
      const const_octets all = keys[i];
      e.encryption_key = one_key ? (by_integrity ? const_octets{} : all) : all.first(suite.cipher_key());
      e.integrity_key = one_key ? (by_integrity ? all : const_octets{}) : all.last(suite.mac_key);
    }
    return made;
  }
};
}  // namespace sending

/// A sealed packet taken back to what a host frames: plaintext and trailer, and rubbish where the NIC writes.
struct framing {
  std::size_t at = 20;          ///< of the ESP header
  octet next_header = 17;
  bytes payload{};              ///< without trailer
  std::size_t behind = 0;       ///< octets behind this ESP: the trailer and ICV of an outer one
};
inline bytes framed(bytes sealed, const suite_sizes& suite, const framing& f, std::uint8_t* pad = nullptr) {
  const std::size_t text = f.at + 8 + suite.iv, end = sealed.size() - f.behind - suite.icv;
  for (std::size_t k = f.at + 8; k < text; ++k) sealed[k] = 0xe1;
  for (std::size_t k = end; k < end + suite.icv; ++k) sealed[k] = 0xe2;
  REQUIRE(end >= text + f.payload.size() + 2);
  const std::size_t padding = end - text - f.payload.size() - 2;
  std::copy(f.payload.begin(), f.payload.end(), sealed.begin() + static_cast<std::ptrdiff_t>(text));
  for (std::size_t k = 0; k < padding; ++k) sealed[text + f.payload.size() + k] = static_cast<octet>(k + 1);
  sealed[end - 2] = static_cast<octet>(padding);
  sealed[end - 1] = f.next_header;
  if (pad != nullptr) *pad = static_cast<std::uint8_t>(padding);
  return sealed;
}

/// Rubbish in the IV and the ICV of an AH header.
inline bytes without_ah_icv(bytes packet, const suite_sizes& suite, std::size_t at) {
  for (std::size_t k = 0; k < std::size_t{suite.iv} + suite.icv; ++k) packet[at + 12 + k] = 0xe3;
  return packet;
}

/// What the inline datapath makes of a packet under one SA.
template <class Profile, class Crypto = testing::mixing_crypto> bytes sealed_inline(const bytes& packet, const sa_form& form) {
  auto path = std::make_unique<world<Profile, flat_packet, Crypto>>();
  auto [what, octets] = path->sent(packet, path->add_sender(form));
  REQUIRE(what == verdict::forwarded);
  return octets;
}

/// What stands beside a frame.
struct words {
  offload_handle handle{}, tunnel{};
  send_headers headers{};
  send_checksum checksums{};
};

/// The stages of a NIC, without a NIC around them.
template <class P, class Pkt = flat_packet, class Crypto = testing::mixing_crypto> struct sending_nic {
  using store_type = device_store<P, Crypto, 16>;
  using context = device_context<P, Pkt, store_type, Crypto, 16>;
  using list = decltype(send_recipe<P>());

  Crypto crypto{};
  std::unique_ptr<store_type> store = std::make_unique<store_type>();
  [[no_unique_address]] random_of<P> random{};
  typename context::resources resources{.store = *store, .crypto = crypto, .current = everything(), .mtu = 0, .random = random};
  typename Crypto::workspace workspace{};
  std::unique_ptr<context> c = std::make_unique<context>();
  receive_gates<P> gates{};
  std::size_t link = 0;  ///< octets in front of IP
  std::size_t count = 0;
  train<Pkt> packets{};
  std::vector<words> beside{};

  offload_handle add(bundle_form form) { return store->add(crypto, form.request()).value(); }
  Pkt& put(const testing::packet_form& form, const words& w) {
    beside.push_back(w);
    return packets.add(form);
  }
  /// As it is made when the configuration changes.
  void open_gates() {
    gates = receive_gates<P>::of(resources.current, true, true);
    c->begin(gates);
  }
  void run() {
    open_gates();
    c->count = packets.in_order.size();
    c->work_count = 0;
    c->lane = &resources;
    c->workspace = &workspace;
    for (std::size_t i = 0; i < c->count; ++i) {
      c->packets[i] = packets.in_order[i];
      c->verdicts[i] = verdict::forwarded;
      auto& s = c->state[i];
      s = {};
      s.base = static_cast<std::uint16_t>(link);
      s.handle = beside[i].handle;
      s.tunnel_handle = beside[i].tunnel;
      s.headers = beside[i].headers;
      s.to_compute = beside[i].checksums.pack();
    }
    esplanade::detail::walk_of<list, context>::start(list{}, *c);
  }
  verdict of(std::size_t i) const { return c->verdicts[i]; }
  bytes octets(std::size_t i) const { return packets.octets(i); }

  /// One frame, in a block of exactly its size, cut as told.
  std::pair<verdict, bytes> sent(const bytes& frame, const words& w, const testing::cut& cut = {}) {
    for (Pkt* p : packets.owned) packets.factory.release(p);
    packets.owned.clear(), packets.packets.clear(), packets.in_order.clear(), packets.verdicts.clear(), packets.handles.clear();
    beside.clear();
    put({.content = frame, .segments = cut}, w);
    run();
    return {of(0), octets(0)};
  }
};

}  // namespace support
