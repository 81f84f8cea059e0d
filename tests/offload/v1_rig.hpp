// A NIC of version 1: requests in front of a NIC, and packets in front of its queues. Frames for it are made by hand.
#pragma once

#include "support/world.hpp"
#include "v1_support.hpp"

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/offload/receive_queue.hpp>
#include <esplanade/offload/v1_device.hpp>
#include <esplanade/offload/v1_packets.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/net_buffers.hpp>
#include <esplanade/testing/seeded.hpp>

#include <deque>

namespace v1_tests {
using support::bytes;
using md5 = legacy::hmac_md5_96;
using sha1 = hmac_sha1_96;

struct v1_profile : profile {
  static constexpr auto suites = esplanade::suites<ah<md5>, ah<sha1>, esp_null<md5>, esp_null<sha1>, legacy::esp_des_cbc<md5>, legacy::esp_des_cbc<sha1>, legacy::esp_des_cbc<no_integrity>,
                                                   legacy::esp_3des_cbc<md5>, legacy::esp_3des_cbc<sha1>, legacy::esp_3des_cbc<no_integrity>>;
  static constexpr bool legacy_algorithms = true, encryption_without_integrity = true;
  static constexpr auto modes = mode::transport | mode::tunnel;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr std::size_t levels = 2;
  using trailer = trailer_in_frame_wins;
  using random = testing::seeded;
};

/// What a host of version 1 frames: AH, ESP or both around a payload, with rubbish where the NIC writes.
struct v1_frame {
  v1_sa_request sa{};
  std::uint32_t number = 1;
  bytes payload = support::udp(4000, 53, 40);
  octet protocol = protocol_number::udp;
  std::size_t fragment = 0;
  bytes options{};
  unsigned pad_more = 0;       ///< blocks of padding beyond the least

  [[nodiscard]] bytes made() const {
    const v1_element *esp = nullptr, *ah = nullptr;
    for (std::size_t i = 0; i < sa.count; ++i) (sa.elements[i].operation == v1_operation::encrypt ? esp : ah) = &sa.elements[i];
    bytes inside = payload;
    octet next = protocol;
    if (sa.tunnel()) {
      inside = support::make_ip({.source = sa.filter.source, .destination = sa.filter.destination, .protocol = protocol, .payload = payload});
      next = protocol_number::ipv4;
    }
    if (esp != nullptr) {
      const std::size_t iv = esp->cipher == v1_cipher::none ? 0 : 8, icv = esp->integrity == v1_integrity::none ? 0 : 12, align = iv == 0 ? 4 : 8;
      bytes around;
      support::put32(around, esp->spi), support::put32(around, number);
      around.insert(around.end(), iv, 0xe1);
      support::put(around, inside);
      std::size_t pad = pad_more * align + (align - (inside.size() + 2) % align) % align;
      for (std::size_t k = 1; k <= pad; ++k) around.push_back(static_cast<octet>(k));
      around.push_back(static_cast<octet>(pad)), around.push_back(next);
      around.insert(around.end(), icv, 0xe2);
      inside = around;
      next = protocol_number::esp;
      if (sa.udp) inside = udp_around(inside), next = protocol_number::udp;
    }
    if (ah != nullptr) {
      bytes around{next, 4, 0, 0};
      support::put32(around, ah->spi), support::put32(around, number);
      around.insert(around.end(), 12, 0xe3);
      support::put(around, inside);
      inside = around;
      next = protocol_number::ah;
    }
    return support::make_ip({.source = sa.tunnel() ? sa.tunnel_source : sa.filter.source, .destination = sa.tunnel() ? sa.tunnel_destination : sa.filter.destination, .protocol = next, .payload = inside,
                             .fragment = fragment, .options = options});
  }
  static bytes udp_around(const bytes& esp) {
    bytes out;
    support::put16(out, 4500), support::put16(out, 4500), support::put16(out, 8 + esp.size()), support::put16(out, 0);
    support::put(out, esp);
    return out;
  }
};

/// One adapter, its host side by hand.
class v1_rig {
 public:
  using adapter = nic<v1_profile, net_buffer_list, testing::mixing_crypto, 16>;
  using front = v1_device<adapter, 16, 2>;
  using queue_in = receive_queue<v1_profile, net_buffer_list, adapter::store_type, testing::mixing_crypto>;

  testing::mixing_crypto crypto{64};
  testing::seeded random{11};
  std::unique_ptr<adapter> card = std::make_unique<adapter>(crypto);
  front v1;
  v1_packets<front> packets{v1};
  std::unique_ptr<adapter::send_queue> out = std::make_unique<adapter::send_queue>(*card, adapter::send_queue::resources{.mtu = 0, .random = random});
  std::unique_ptr<queue_in> in = std::make_unique<queue_in>(queue_in::resources{.store = card->store(), .crypto = crypto, .random = random});
  std::vector<bytes> wire{};

  explicit v1_rig(const v1_report& report = everything()) : v1(*card, report) {
    device_capabilities current = capabilities_of(report, true, 16);
    current.framings = link_framing::none;
    offload_report hardware;
    hardware.ipsec = current;
    offload_activation active;
    const activation_request on{activation::on, link_framing::none, 0};
    REQUIRE(active.request(hardware, on, {}) == activation_answer::done);
    card->configure(current, active);
    for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted}) REQUIRE(card->happens(e));
  }
  static v1_report without_link(v1_report r) {
    r.framings = link_framing::none;
    return r;
  }

  offload_handle add(v1_sa_request r, bool inbound) {
    r.inbound = inbound;
    if (r.udp) return v1.add_udp_sa({r, {v1_udp_type::other, 4500}, {}}).value().sa;
    return v1.add_sa(r).value();
  }
  /// One list of these frames; → its status. What left is in `wire`.
  nbl_status send(const std::vector<bytes>& frames, offload_handle handle, void (*beside)(net_buffer_list&) = nullptr) {
    wire.clear();
    net_buffer_list list;
    std::vector<std::unique_ptr<testing::owned_net_buffer>> buffers;
    for (const bytes& f : frames) {
      buffers.push_back(std::make_unique<testing::owned_net_buffer>(testing::packet_form{.content = f}));
      if (buffers.size() > 1) buffers[buffers.size() - 2]->link(buffers.back().get());
    }
    list.set_first_buffer(buffers.front().get());
    if (handle) set_oob(list, send_ipsec{handle.word});
    if (beside != nullptr) beside(list);
    int completed = 0;
    const auto done = [&](net_buffer_list& l) noexcept { completed += &l == &list; };
    packets.send(&list, [&](net_buffer_list* chain) noexcept { out->send(chain, [this](const net_buffer& b) noexcept { wire.push_back(testing::octets_of(b)); }, done); }, done);
    REQUIRE(completed == 1);
    return list.status();
  }
  /// What a frame sealed under `handle` looks like.
  bytes sealed(const v1_frame& f, offload_handle handle) {
    REQUIRE(send({f.made()}, handle) == nbl_status::success);
    REQUIRE(wire.size() == 1);
    return wire[0];
  }

  struct told {
    receive_ipsec ipsec{};
    oob_entry slot_1{}, slot_12{};
    bytes frame{};
  };
  std::vector<told> receive(const std::vector<bytes>& frames) {
    std::deque<net_buffer_list> lists(frames.size());
    std::vector<std::unique_ptr<testing::owned_net_buffer>> buffers;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      buffers.push_back(std::make_unique<testing::owned_net_buffer>(testing::packet_form{.content = frames[i]}));
      lists[i].set_first_buffer(buffers[i].get());
      if (i != 0) lists[i - 1].link(&lists[i]);
    }
    const auto gates = receive_gates<v1_profile>::of(card->capabilities(), true, false);
    packets.receive(&lists.front(), [&](net_buffer_list* chain) noexcept { (*in)(chain, gates); });
    std::vector<told> all;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      CHECK(lists[i].next() == (i + 1 < frames.size() ? &lists[i + 1] : nullptr));
      all.push_back({get_oob<receive_ipsec>(lists[i]), lists[i].entry(oob_slot::ipsec), lists[i].entry(oob_slot::ipsec_headers), testing::octets_of(*buffers[i])});
    }
    return all;
  }
  told receive(const bytes& frame) { return receive(std::vector<bytes>{frame})[0]; }
};
inline bool untouched(const v1_rig::told& t, const bytes& sent) { return t.ipsec == receive_ipsec{} && t.frame == sent; }
inline bool good(const v1_rig::told& t) { return t.ipsec == receive_ipsec{.done = true}; }
/// The payload that both frames have, wherever it stands.
inline bool holds(const bytes& frame, const bytes& payload) { return std::search(frame.begin(), frame.end(), payload.begin(), payload.end()) != frame.end(); }

}  // namespace v1_tests
