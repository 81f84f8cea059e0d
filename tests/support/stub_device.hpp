// The least device that a host can be tested against: it seals frames by their words and opens packets by SPI, one at a time.
#pragma once

#include "support/world.hpp"

#include <esplanade/offload/device.hpp>
#include <esplanade/offload/device_context.hpp>
#include <esplanade/offload/device_store.hpp>
#include <esplanade/offload/host.hpp>
#include <esplanade/offload/placement.hpp>
#include <esplanade/testing/ciphers.hpp>

namespace support {

/// One that can everything.
inline constexpr device_capabilities whole_device{
    .framings = link_framing::ieee_802_3, .ipv6 = true, .ipv4_options = true, .ipv6_extension_headers = true, .ah = true, .esp = true, .ah_and_esp = true, .transport = true, .tunnel = true,
    .transport_in_tunnel = true, .large_send = true, .esn = true, .udp_esp = all_udp_esp_layouts, .integrity = all_offload_integrity, .encryption = all_offload_encryption, .sa_capacity = 128};

/// What a device is built with: any mode, one portion; with AH the same suites as the host.
template <class Host> struct device_of : Host {
  static constexpr auto modes = mode::tunnel | mode::transport;
};

template <class P, class Pkt, class Crypto> struct stub_device {
  using profile = device_of<P>;
  using store_type = device_store<profile, Crypto, 128>;
  using context = device_context<profile, Pkt, store_type, Crypto, 1>;
  static constexpr device_guarantees guarantees{};

  Crypto crypto{};
  typename Crypto::workspace workspace{};
  store_type store{};
  device_capabilities can = whole_device;
  std::unique_ptr<context> c = std::make_unique<context>();
  typename context::resources resources{store, crypto, whole_device, 0, {}};
  unsigned adds = 0, updates = 0, deletes = 0;
  std::vector<offload_handle> deleted{};
  bool ask_to_delete = false, active_v4 = true, active_v6 = true;

  [[nodiscard]] device_capabilities capabilities() const noexcept { return can; }
  [[nodiscard]] bool active(family version) const noexcept { return version == family::ipv4 ? active_v4 : active_v6; }
  [[nodiscard]] result<offload_handle> add_sa(const sa_request& r) noexcept {
    ++adds;
    if (auto taken = accepts(can, r); !taken) return taken.why();
    return store.add(crypto, r);
  }
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept {
    ++updates;
    return store.update(u);
  }
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept {
    ++deletes;
    deleted.push_back(h);
    auto done = store.remove(h);
    store.reclaim(crypto);
    return done;
  }

  /// Fills in what the words name; false = the frame does not leave.
  bool send(Pkt& p, const send_words& w) {
    if (!w) return true;
    if (!active(version_of(p))) return false;
    auto* const b = store.by_handle({w.ipsec.handle});
    if (b == nullptr || b->inbound || w.tunnel.handle != 0) return false;
    auto& s = begin(p, b);
    bool done = w.headers.esp_offset == 0 || seal_esp(p, s, w.headers.esp_offset);
    if (done && w.headers.ah_offset != 0) done = seal_ah(p, s, w.headers.ah_offset);
    return done;
  }
  /// Opens what it finds an SA for.
  receive_words receive(Pkt& p) {
    receive_words words{{.delete_requested = ask_to_delete}, {}};
    packet_reader read(p, packet_traits<Pkt>::length(p));
    ip_layout at;
    (void)visit_ip(read, packet_traits<Pkt>::length(p), [&](const ip_layout& found) {
      at = found;
      return found.status;
    });
    if (at.status != verdict::forwarded || at.fragment) return words;
    bool ah = at.protocol == protocol_number::ah;
    if (!ah && at.protocol != protocol_number::esp) return words;
    octet raw[40]{};
    if (at.total_length < at.header_length + 12u) return words;
    copy_out(p, 0, raw, header_octets(at.version));
    const address destination = address_of(raw, at.version);
    auto* const b = store.by_spi(spi_at(p, at.header_length + (ah ? 4u : 0u)), ah ? protocol_kind::ah : protocol_kind::esp, destination);
    if (b == nullptr) return words;
    auto& s = begin(p, b);
    s.length = at.total_length;
    s.version = at.version;
    s.esp_at = at.header_length;
    words.ipsec.done = true;
    if constexpr (has_ah<profile>) {
      if (ah) {
        s.element = &b->ah;
        const std::size_t size = ah_octets_of<profile>(b->ah.sizes, s.version);
        s.number = b->ah.number_of(spi_at(p, s.esp_at + 8u));
        if (!open(esplanade::detail::make_ah_open_job(*c, 0))) return failed(words, crypto_status::transport_ah_failed);
        if (!b->esp.sizes.installed) return words;
        s.esp_at = static_cast<std::uint16_t>(s.esp_at + size);
      }
    }
    s.element = &b->esp;
    s.number = b->esp.number_of(spi_at(p, s.esp_at + 4u));
    if (!open(esplanade::detail::make_open_job(*c, 0))) return failed(words, crypto_status::transport_esp_failed);
    return words;
  }

 private:
  static family version_of(Pkt& p) {
    octet first[1]{};
    copy_out(p, 0, first, 1);
    return first[0] >> 4 == 6 ? family::ipv6 : family::ipv4;
  }
  static address address_of(const octet* header, family version) {
    address a{};
    a.version = version;
    std::memcpy(a.value, header + (version == family::ipv4 ? 16 : 24), address::octets_of(version));
    return a;
  }
  static std::uint32_t spi_at(Pkt& p, std::size_t at) {
    octet raw[4]{};
    copy_out(p, at, raw, 4);
    return load_be32(raw);
  }
  template <class Bundle> auto& begin(Pkt& p, Bundle* b) {
    c->lane = &resources;
    c->workspace = &workspace;
    c->count = 1;
    c->work_count = 0;
    c->packets[0] = &p;
    c->state[0] = {};
    c->state[0].bundle = b;
    c->state[0].length = static_cast<std::uint32_t>(packet_traits<Pkt>::length(p));
    c->state[0].version = version_of(p);
    return c->state[0];
  }
  static receive_words failed(receive_words w, crypto_status status) {
    w.ipsec.status = status;
    return w;
  }
  bool open(verdict made) {
    malformed_ = made != verdict::forwarded;
    if (malformed_) return false;
    crypto.open(workspace, c->job_batch(), on_forged::restore);
    const bool done = c->work[0]->status == job_status::done;
    c->work_count = 0;
    return done;
  }
  template <class State> bool seal_esp(Pkt& p, State& s, std::size_t at) {
    s.element = &s.bundle->esp;
    const auto& sa = s.element->core();
    const std::size_t head = 8u + iv_octets<profile>(sa), icv = icv_octets<profile>(sa);
    s.number = s.element->number_of(spi_at(p, at + 4));
    if (spi_at(p, at) != sa.spi) return false;
    octet header[64]{}, straddling[64];
    copy_out(p, at, header, 8);
    if (iv_octets<profile>(sa) == 8) store_be64(header + 8, s.number);
    copy_in(p, at, header, head);
    octet* const side = c->aad.of(0, straddling);
    std::memcpy(side, header, head);
    job& j = c->new_job(0);
    esplanade::detail::fill_job<profile>(j, sa, side, side, s.number);
    j.icv = j.icv_memory;
    if (!esplanade::detail::fill_text(*c, j, 0, at + head, s.length - icv - at - head)) return false;
    crypto.seal(workspace, c->job_batch());
    c->work_count = 0;
    copy_in(p, s.length - icv, j.icv_memory, icv);
    return j.status == job_status::done;
  }
  template <class State> bool seal_ah(Pkt& p, State& s, std::size_t at) {
    if constexpr (has_ah<profile>) {
      s.element = &s.bundle->ah;
      const auto& sa = s.element->core();
      s.number = s.element->number_of(spi_at(p, at + 8));
      if (esplanade::detail::make_ah_job(*c, 0, at, ah_octets_of<profile>(sa, s.version), ah_end::sender) != verdict::forwarded) return false;
      job& j = *c->work[0];
      crypto.seal(workspace, c->job_batch());
      c->work_count = 0;
      if (j.icv == j.icv_memory) copy_in(p, at + 12 + iv_octets<profile>(sa), j.icv_memory, j.icv_length);
      return j.status == job_status::done;
    }
    return false;
  }
  bool malformed_ = false;
};

/// A host, its stores, its device, and who places SAs on it.
template <class P, class Pkt = flat_packet, class Crypto = testing::mixing_crypto, class Device = stub_device<P, Pkt, Crypto>> struct split {
  using host_type = host<P, Pkt, flat_store<64>, Crypto>;
  using packet_type = Pkt;

  Crypto crypto{};
  typename host_type::inbound_store receiving{};
  typename host_type::outbound_store sending{};
  typename host_type::policy_store policy{};
  Device device{};
  host_type side{{.inbound = receiving, .outbound = sending, .crypto = crypto, .policy = policy}};
  offloader<host_type, Device, 64> placing{receiving, sending, device};
  std::vector<send_words> words{};

  outbound_handle add_sender(sa_form form) { return sending.add(crypto, form.parameters()).value(); }
  inbound_handle add_receiver(sa_form form) { return receiving.add(crypto, form.parameters()).value(); }
  template <class Handle> auto offload(Handle h, sa_form form) {
    sa_parameters p = form.parameters();
    if (form.mode == mode::transport) p.source = p.destination = address{.version = form.outer};  // of any packet
    return placing.offload(h, p);
  }
  auto& sa(outbound_handle h) { return *sending.at(h); }
  auto& sa(inbound_handle h) { return *receiving.at(h); }

  /// Host and device; frames stay with the device until completed().
  void send(train<Pkt>& packets) {
    words.assign(packets.packets.size(), {});
    packets.survivors = side.outbound(packets.view_with_handles(), words);
    for (std::size_t i = 0; i < packets.survivors; ++i) {
      const bool left = device.send(*packets.packets[i], words[i]);
      CHECK(left);
    }
  }
  void complete() { side.completed(words); }
  void receive(train<Pkt>& packets) {
    std::vector<receive_words> said;
    for (Pkt* p : packets.packets) said.push_back(device.receive(*p));
    packets.survivors = side.inbound(packets.view(), said);
  }
  const device_counters& sent() { return side.sending().device(); }
  const device_counters& got() { return side.receiving().device(); }
};

}  // namespace support
