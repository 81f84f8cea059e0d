// A NIC that only receives, the peer whose packets it gets, and what it says of them.
#pragma once

#include "support/bundles.hpp"
#include "support/udp.hpp"
#include "support/world.hpp"

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/offload/device_store.hpp>
#include <esplanade/offload/receive_queue.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/net_buffers.hpp>

namespace support {

/// What `receiving_nic` is built with.
struct receiving_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>, esp_null_aes_gmac<128>, esp_null<hmac_sha1_96>, esp_aes_cbc<128, hmac_sha1_96>, ah<hmac_sha1_96>, ah_aes_gmac<128>>;
  static constexpr auto modes = mode::transport | mode::tunnel;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr std::size_t levels = 2;
  using random = testing::seeded;
  using udp_port = esp_ports<4500, 4501>;
};
/// Of the peer: the same, one SA at a time.
struct peer_profile : receiving_profile {
  static constexpr std::size_t levels = 1;
};

/// Everything, on a link without headers; checksums only where a test says so.
inline device_capabilities every_capability() {
  device_capabilities all;
  all.framings = link_framing::none;
  all.ipv6 = all.ipv4_options = all.ipv6_extension_headers = all.ah = all.esp = all.ah_and_esp = all.transport = all.tunnel = all.transport_in_tunnel = all.esn = true;
  all.udp_esp = all_udp_esp_layouts;
  all.integrity = all_offload_integrity;
  all.encryption = all_offload_encryption;
  all.sa_capacity = 64;
  return all;
}

inline bundle_form received(bundle_form form) {
  form.inbound = true;
  return form;
}
inline bundle_form esp_bundle(std::uint32_t spi = 0x1001, offload_transform t = gcm_named()) {
  bundle_form form;
  form.first = t;
  form.spi = spi;
  return received(form);
}
inline bundle_form ah_bundle(std::uint32_t spi = 0x2001, offload_integrity i = offload_integrity::hmac_sha1) { return esp_bundle(spi, ah_named(i)); }
inline bundle_form ah_esp_bundle(std::uint32_t esp = 0x1001, std::uint32_t ah = 0x2001) {
  bundle_form form = esp_bundle(esp);
  form.count = 2;
  form.second = ah_named();
  form.second_spi = ah;
  return form;
}
inline bundle_form to(bundle_form form, const address& source, const address& destination) {
  form.source = source;
  form.destination = destination;
  form.version = destination.version;
  return form;
}

/// A UDP packet from one end of a bundle to the other.
inline bytes plain(const bundle_form& form, std::size_t size = 40, unsigned first = 0) {
  return make_ip({.source = form.source, .destination = form.destination, .payload = udp(4000, 53, size, first)});
}
/// A bundle of the portion inside, between other hosts.
inline bundle_form inner(bundle_form form, family version = family::ipv4) {
  return version == family::ipv4 ? to(form, address::v4(10, 0, 0, 1), address::v4(10, 0, 0, 2)) : to(form, address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1), address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7));
}
inline bytes changed(bytes packet, std::size_t at, octet by = 1) {
  packet[at] = static_cast<octet>(packet[at] ^ by);
  return packet;
}
inline bytes end_changed(const bytes& packet) { return changed(packet, packet.size() - 1); }

/// The other end: seals packets with the inline datapath, one element of a bundle after the other.
class peer {
  using sealing = world<peer_profile, flat_packet, testing::mixing_crypto>;
  using path = sealing::path_type;

 public:
  /// Under element `i` of the bundle.
  bytes seal(bundle_form form, std::size_t i, esplanade::mode mode, const bytes& packet, std::uint64_t number = 1) {
    const offload_element& e = form.request().elements[i];
    sa_parameters p;
    p.spi = e.spi;
    p.suite = *suite_named(e.transform);
    const bool by_integrity = p.suite.salt != 0 && e.encryption_key.empty();
    bytes key(e.encryption_key.begin(), e.encryption_key.end());
    if (by_integrity || p.suite.mac_key != 0) key.insert(key.end(), e.integrity_key.begin(), e.integrity_key.end());
    const std::size_t cipher = static_cast<std::size_t>(p.suite.key);
    p.key = const_octets(key).first(cipher);
    p.salt = const_octets(key).subspan(cipher);
    p.mode = mode;
    p.esn = e.esn;
    p.source = form.source;
    p.destination = form.destination;
    p.sequence_start = number - 1;
    if (!form.udp_esp.empty() && e.transform.protocol == protocol_kind::esp && in_udp) p.encapsulation = encapsulation::udp;
    const outbound_handle handle = sending_.add(crypto_, p).value();
    train<flat_packet> one;
    one.add(packet, handle);
    one.survivors = path_.outbound(one.view_with_handles());
    REQUIRE(one.of(0) == verdict::forwarded);
    REQUIRE(static_cast<bool>(sending_.remove(handle)));
    sending_.reclaim(crypto_, 1);
    return one.octets(0);
  }
  /// ESP, and AH around it where the bundle has both.
  bytes seal(const bundle_form& form, esplanade::mode mode, const bytes& packet, std::uint64_t number = 1) {
    const bytes inside = seal(form, 0, mode, packet, number);
    return form.count == 2 ? seal(form, 1, mode::transport, inside, number) : inside;
  }
  bool in_udp = true;  ///< bundles with a UDP layout have UDP in the portion that is sealed

 private:
  testing::mixing_crypto crypto_{};
  path::inbound_store receiving_{};
  path::outbound_store sending_{};
  testing::seeded random_{77};
  path path_{{.inbound = receiving_, .outbound = sending_, .crypto = crypto_, .random = random_}};
};

/// What went up with a frame.
struct told {
  receive_ipsec ipsec{};
  receive_headers headers{};
  receive_checksum checksums{};
  oob_word words[3]{};  ///< slots 1, 12 and 0 as they stand
  bytes frame{};
};

/// One queue with everything that it works with.
template <class P = receiving_profile, class Crypto = testing::mixing_crypto> class receiving_nic {
 public:
  using store_type = device_store<P, Crypto, 64>;
  using queue_type = receive_queue<P, net_buffer_list, store_type, Crypto>;

  Crypto crypto{};
  store_type store{};
  testing::seeded random{5};
  device_capabilities current = every_capability();
  bool ipv4 = true, ipv6 = true;
  std::unique_ptr<queue_type> queue = std::make_unique<queue_type>(typename queue_type::resources{.store = store, .crypto = crypto, .random = random});

  offload_handle add(bundle_form form) { return store.add(crypto, form.request()).value(); }
  device_sa<P, Crypto>& bundle(offload_handle h) { return *store.by_handle(h); }

  /// A whole chain of frames, each in MDLs of these sizes.
  std::vector<told> receive(const std::vector<testing::packet_form>& frames, nbl_flags flags = {}, oob_word tag = 0) {
    std::vector<std::unique_ptr<testing::owned_net_buffer>> buffers;
    std::vector<net_buffer_list> lists(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      buffers.push_back(std::make_unique<testing::owned_net_buffer>(frames[i]));
      lists[i].set_first_buffer(buffers[i].get());
      REQUIRE(lists[i].set_flags(flags));
      buffers[i]->set_writable(frames[i].writable);
      if (i + 1 < frames.size()) lists[i].link(&lists[i + 1]);
      set_oob(lists[i], send_ipsec{~std::uintptr_t{0}});  // of the list's life before
      lists[i].put(oob_slot::ipsec_headers, {0xffffffff, oob_direction::send});
      lists[i].put(oob_slot::vlan, {tag, oob_direction::receive});
    }
    const auto gates = receive_gates<P>::of(current, ipv4, ipv6);
    if (!lists.empty()) (*queue)(&lists[0], gates);
    std::vector<told> all;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const net_buffer_list& l = lists[i];
      CHECK(l.entry(oob_slot::ipsec).direction == oob_direction::receive);
      CHECK(l.entry(oob_slot::ipsec_headers).direction == oob_direction::receive);
      CHECK(l.next() == (i + 1 < frames.size() ? &lists[i + 1] : nullptr));
      all.push_back({get_oob<receive_ipsec>(l), get_oob<receive_headers>(l), get_oob<receive_checksum>(l), {l.entry(oob_slot::ipsec).word, l.entry(oob_slot::ipsec_headers).word, l.entry(oob_slot::checksum).word},
                     testing::octets_of(static_cast<const net_buffer&>(*buffers[i]))});
    }
    return all;
  }
  told receive(const bytes& frame, const std::vector<std::size_t>& pieces = {}) { return receive({testing::packet_form{.content = frame, .segments = pieces}})[0]; }
};

/// The words of zeros of a frame that nobody worked on.
inline bool untouched(const told& t, const bytes& sent) { return t.words[0] == 0 && t.words[1] == 0 && t.words[2] == 0 && t.frame == sent; }

/// A row of ipsecov2.md 5.3, as slot 1 says it: CryptoDone, NextCryptoDone, CryptoStatus.
inline oob_word slot_1(bool done, bool next, unsigned status) { return oob_word{done} << 1 | oob_word{next} << 2 | oob_word{status} << 16; }
/// Slot 12 of a trailer.
inline oob_word slot_12(unsigned next_header, unsigned pad_length) { return oob_word{next_header} | oob_word{pad_length} << 8 | oob_word{1} << 16; }

}  // namespace support
