// Our NIC as a host's device: every packet goes down and comes up in a buffer list of its own.
#pragma once

#include "support/stub_device.hpp"

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/offload/receive_queue.hpp>
#include <esplanade/testing/net_buffers.hpp>

namespace support {

/// What a card is built with: what its host has, in any mode, and two portions.
template <class Host> struct card_of : Host {
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr std::size_t levels = 2;
};

template <class P, class Pkt, class Crypto> struct card {
  using profile = card_of<P>;
  using adapter = nic<profile, net_buffer_list, Crypto, 128>;
  using sender = typename adapter::send_queue;
  using receiver = receive_queue<profile, net_buffer_list, typename adapter::store_type, Crypto>;
  static constexpr device_guarantees guarantees = adapter::guarantees;

  Crypto crypto{};
  [[no_unique_address]] random_of<P> random{};
  std::unique_ptr<adapter> made = std::make_unique<adapter>(crypto);
  std::unique_ptr<sender> queue = std::make_unique<sender>(*made, typename sender::resources{.mtu = 0, .random = random});
  std::unique_ptr<receiver> receiving = std::make_unique<receiver>(typename receiver::resources{.store = made->store(), .crypto = crypto, .random = random});
  device_capabilities can = bare_packets();
  bool ethernet = false;  ///< frames with link headers
  std::size_t cut = 0;  ///< MDLs of so many octets; 0 = one
  unsigned updates = 0, deletes = 0;

  card() {
    configure();
    for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted}) REQUIRE(made->happens(e));
  }
  void configure() {
    offload_report hardware{};
    hardware.ipsec = can;
    offload_activation both;
    const activation_request link = ethernet ? activation_request{activation::on, link_framing::ieee_802_3, 14} : activation_request{activation::on, link_framing::none, 0};
    REQUIRE(both.request(hardware, link, link) == activation_answer::done);
    made->configure(can, both);
  }
  static device_capabilities bare_packets() {
    device_capabilities c = whole_device;
    c.framings = link_framing::none;
    return c;
  }
  void use_ethernet() {
    can.framings = set_of<link_framing>::from_bits(0x1e);
    ethernet = true;
    configure();
  }

  [[nodiscard]] device_capabilities capabilities() const noexcept { return made->capabilities(); }
  [[nodiscard]] bool active(family version) const noexcept { return made->active(version); }
  [[nodiscard]] result<offload_handle> add_sa(const sa_request& r) noexcept { return made->add_sa(r); }
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept {
    ++updates;
    return made->update_sa(u);
  }
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept {
    ++deletes;
    auto done = made->delete_sa(h);
    made->reclaim();
    return done;
  }

  bool send(Pkt& p, const send_words& w) {
    const bytes before = linked(p);
    testing::owned_net_buffer buffer(testing::packet_form{.content = before, .segments = pieces(before.size()), .headroom = 64, .tailroom = 64});
    net_buffer_list list;
    list.set_first_buffer(&buffer);
    put_words(list, w, link());
    bytes wire;
    bool back = false;
    queue->send(&list, [&wire](const net_buffer& b) noexcept { wire = testing::octets_of(b); }, [&back](net_buffer_list&) noexcept { back = true; });
    if (!back || list.status() != nbl_status::success || wire.size() != before.size()) return false;
    copy_in(p, 0, wire.data() + link(), wire.size() - link());
    return true;
  }
  receive_words receive(Pkt& p) {
    const bytes before = linked(p);
    testing::owned_net_buffer buffer(testing::packet_form{.content = before, .segments = pieces(before.size()), .headroom = 64, .tailroom = 64});
    net_buffer_list list;
    list.set_first_buffer(&buffer);
    const auto gates = receive_gates<profile>::of(can, true, true);
    (*receiving)(&list, gates);
    const bytes after = testing::octets_of(static_cast<const net_buffer&>(buffer));
    REQUIRE(after.size() == before.size());
    if (after.size() > link()) copy_in(p, 0, after.data() + link(), after.size() - link());
    return words_of(list);
  }

 private:
  std::size_t link() const { return ethernet ? 14 : 0; }
  bytes linked(Pkt& p) const {
    const bytes packet = testing::octets_of(p);
    if (!ethernet) return packet;
    bytes frame = counted(12, 0x40);
    put16(frame, packet[0] >> 4 == 6 ? 0x86dd : 0x0800);
    put(frame, packet);
    return frame;
  }
  testing::cut pieces(std::size_t size) const {
    testing::cut all;
    if (cut == 0) return all;
    for (std::size_t at = 0; at < size && all.size() < 7; at += cut) all.push_back(cut);
    return all;
  }
};

}  // namespace support
