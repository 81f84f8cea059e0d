// A datapath with everything it works with, and trains of packets to send through it.
#pragma once

#include "support/ip.hpp"

#include <esplanade/crypto/null.hpp>
#include <esplanade/pipeline/datapath.hpp>
#include <esplanade/sa/flat_store.hpp>
#include <esplanade/testing/packets.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

template <> struct doctest::StringMaker<esplanade::verdict> {
  static doctest::String convert(esplanade::verdict v) { return esplanade::name_of(v); }
};

namespace support {

using namespace esplanade;

using gcm128 = esp_aes_gcm_16<128>;
using gcm256 = esp_aes_gcm_16<256>;
using gcm128_8 = esp_aes_gcm_8<128>;

inline bytes key_of(const suite_sizes& suite, unsigned which = 1) { return counted(suite.key, 16 * which + 3); }
inline bytes salt_of(const suite_sizes& suite, unsigned which = 1) { return counted(suite.salt, 0xa0 + which); }

/// Parameters that own what they point to.
struct sa_form {
  suite_sizes suite = gcm128::sizes;
  std::uint32_t spi = 0x1001;
  esplanade::mode mode = mode::tunnel;
  bool esn = false;
  family outer = family::ipv4;
  std::uint64_t start = 0;
  unsigned which = 1;  ///< which key, salt and addresses
  traffic_selector selector{};
  octet hop_limit = 64;

  bytes key{}, salt{};
  sa_parameters made{};

  const sa_parameters& parameters() {
    key = key_of(suite, which);
    salt = salt_of(suite, which);
    made.spi = spi;
    made.suite = suite;
    made.key = key;
    made.salt = salt;
    made.mode = mode;
    made.esn = esn;
    made.source = outside(outer, 1);
    made.destination = outside(outer, 10 + which);
    made.selector = selector;
    made.sequence_start = start;
    made.hop_limit = hop_limit;
    return made;
  }
};

/// Packets in exact heap blocks, with their verdicts by the place they were put in at.
template <class P> class train {
 public:
  testing::owned_packets<P> factory{};
  std::vector<P*> packets{}, in_order{}, owned{};
  std::vector<verdict> verdicts{};
  std::vector<outbound_handle> handles{};
  std::size_t survivors = 0;

  train() = default;
  train(const train&) = delete;
  train& operator=(const train&) = delete;
  ~train() {
    for (P* p : owned) factory.release(p);
  }

  P& add(const testing::packet_form& form, outbound_handle handle = {}) {
    P* p = factory.make(form);
    owned.push_back(p);
    return lend(*p, handle);
  }
  /// A packet that stays the caller's.
  P& lend(P& p, outbound_handle handle = {}) {
    packets.push_back(&p);
    in_order.push_back(&p);
    verdicts.push_back(verdict::withheld);
    handles.push_back(handle);
    return p;
  }
  P& add(const bytes& content, outbound_handle handle = {}, std::size_t headroom = 128, std::size_t tailroom = 128) {
    return add(testing::packet_form{.content = content, .headroom = headroom, .tailroom = tailroom}, handle);
  }
  batch_view<P> view() { return {packets, verdicts, {}}; }
  batch_view<P> view_with_handles() { return {packets, verdicts, handles}; }

  /// Of the packet put in as the i-th.
  verdict of(std::size_t i) const {
    for (std::size_t k = 0; k < packets.size(); ++k)
      if (packets[k] == in_order[i]) return verdicts[k];
    return verdict::withheld;
  }
  bytes octets(std::size_t i) const { return testing::octets_of(*in_order[i]); }
  std::size_t count(verdict v) const { return static_cast<std::size_t>(std::count(verdicts.begin(), verdicts.end(), v)); }
};

/// A datapath over stores, provider and the SAs that were added.
template <class Profile, class P = flat_packet, class Crypto = null_crypto, class Store = flat_store<64>> struct world {
  using path_type = datapath<Profile, P, Store, Crypto>;
  using packet_type = P;

  Crypto crypto{};
  typename path_type::inbound_store receiving{};
  typename path_type::outbound_store sending{};
  typename path_type::policy_store policy{};
  clock_of<Profile> clock{};
  path_type path{{.inbound = receiving, .outbound = sending, .crypto = crypto, .policy = policy, .clock = clock}};

  outbound_handle add_sender(sa_form form) { return sending.add(crypto, form.parameters()).value(); }
  inbound_handle add_receiver(sa_form form) { return receiving.add(crypto, form.parameters()).value(); }
  /// Both ends of one SA.
  outbound_handle add(const sa_form& form) {
    add_receiver(form);
    return add_sender(form);
  }

  void send(train<P>& packets) { packets.survivors = path.outbound(packets.view_with_handles()); }
  void receive(train<P>& packets) { packets.survivors = path.inbound(packets.view()); }

  /// One packet through the outbound side; empty when it was dropped.
  std::pair<verdict, bytes> sent(const bytes& content, outbound_handle handle, std::size_t headroom = 128, std::size_t tailroom = 128) {
    train<P> one;
    one.add(content, handle, headroom, tailroom);
    send(one);
    return {one.of(0), one.octets(0)};
  }
  /// One packet through the inbound side, in a block of exactly its size.
  std::pair<verdict, bytes> received(const bytes& content) {
    train<P> one;
    one.add(content, {}, 0, 0);
    receive(one);
    return {one.of(0), one.octets(0)};
  }
};

/// What stands between ESP header and ICV before encryption, with any padding and next header.
inline bytes esp_text(const bytes& payload, std::size_t padding, std::size_t pad_length, octet next_header) {
  bytes text = payload;
  for (std::size_t i = 0; i < padding; ++i) text.push_back(static_cast<octet>(i + 1));
  text.push_back(static_cast<octet>(pad_length));
  text.push_back(next_header);
  return text;
}
/// With the least padding to a multiple of four.
inline bytes esp_text(const bytes& payload, octet next_header) {
  const std::size_t padding = (4 - (payload.size() + 2) % 4) % 4;
  return esp_text(payload, padding, padding, next_header);
}

/// SPI ‖ number ‖ IV ‖ ciphertext ‖ ICV of `text`, sealed under `form` by the provider alone (RFC 4106 3 to 5).
template <class Crypto> bytes sealed_esp(Crypto& crypto, const sa_form& form, std::uint64_t number, bytes text) {
  const bytes key = key_of(form.suite, form.which), salt = salt_of(form.suite, form.which);
  const std::uint32_t schedule = *crypto.add_key(form.suite, key);
  bytes out, aad;
  put32(out, form.spi);
  put32(out, number & 0xffffffff);
  put32(out, number >> 32);
  put32(out, number & 0xffffffff);
  put32(aad, form.spi);
  if (form.esn) put32(aad, number >> 32);
  put32(aad, number & 0xffffffff);

  segment piece{text.data(), text.size()};
  job j;
  j.source = j.destination = &piece;
  j.length = static_cast<std::uint32_t>(text.size());
  j.icv = j.icv_memory;
  j.icv_length = form.suite.icv;
  j.iv_length = form.suite.iv;
  j.salt_length = form.suite.salt;
  j.aad = aad.data();
  j.aad_length = static_cast<std::uint16_t>(aad.size());
  j.schedule = schedule;
  std::copy(salt.begin(), salt.end(), j.salt_memory + (salt_max - salt.size()));
  std::copy(out.begin() + 8, out.begin() + 16, j.iv_memory);
  job* jobs[] = {&j};
  typename Crypto::workspace work{};
  crypto.seal(work, jobs);
  put(out, text);
  out.insert(out.end(), j.icv, j.icv + j.icv_length);
  crypto.remove_key(schedule);
  return out;
}

/// The same in an outer packet of the SA.
template <class Crypto> bytes sealed_packet(Crypto& crypto, const sa_form& form, std::uint64_t number, const bytes& text, octet traffic_class = 0) {
  return make_ip({.source = outside(form.outer, 1), .destination = outside(form.outer, 10 + form.which), .protocol = 50,
                  .payload = sealed_esp(crypto, form, number, text), .traffic_class = traffic_class});
}

/// A tunnelled packet with a correct ICV, inside as it is.
template <class Crypto> bytes tunnelled_packet(Crypto& crypto, const sa_form& form, std::uint64_t number, const bytes& inner, octet traffic_class = 0) {
  return sealed_packet(crypto, form, number, esp_text(inner, inner[0] >> 4 == 6 ? 41 : 4), traffic_class);
}

}  // namespace support
