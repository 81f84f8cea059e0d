// The packets of version 1 on their way to and from a NIC of version 2: one slot beside them in place of three.
#pragma once

#include <esplanade/buffer/nbl_traits.hpp>
#include <esplanade/net/udp.hpp>
#include <esplanade/offload/link_header.hpp>
#include <esplanade/offload/send_ip.hpp>
#include <esplanade/offload/v1_locate.hpp>

namespace esplanade {
inline namespace v0 {

/// In front of a NIC's queues. Its profile says `using trailer = trailer_in_frame_wins;`: packets of one list may be padded differently.
///   Shape    send(chain, engine, completed)   engine(first): the lists that may go, slot 12 written as version 2 has it, slot 11 empty (V1-22);
///                                             completed(list): each of the others, with failure
///            receive(chain, engine)           engine(first): runs of lists that SAs and parser entries of version 1 let in; slot 12 is empty afterwards, slot 1 as in version 2
///   Cost     a walk of the headers, O(SAs)
///   Errors   statuses of lists
///   Threads  one a queue, beside requests
///   Source   ipsecov2.md 7.1, V1-09, V1-11, V1-20, V1-22, V1-23, V1-30
template <class V1Device> class v1_packets {
 public:
  constexpr explicit v1_packets(const V1Device& device) noexcept : device_(device) {}

  template <NetBufferList Nbl, class Engine, class Done> void send(Nbl* chain, Engine&& engine, Done&& completed) noexcept {
    using traits = nbl_traits<Nbl>;
    Nbl *first = nullptr, *last = nullptr;
    while (chain != nullptr) {
      Nbl* const list = chain;
      chain = traits::next(*list);
      if (prepare(*list)) {
        (last == nullptr ? (void)(first = list) : traits::link(*last, list));
        last = list;
        traits::link(*list, nullptr);
      } else {
        traits::set_status(*list, nbl_status::failure);
        completed(*list);
      }
    }
    if (first != nullptr) engine(first);
  }

  template <NetBufferList Nbl, class Engine> void receive(Nbl* chain, Engine&& engine) noexcept {
    using traits = nbl_traits<Nbl>;
    while (chain != nullptr) {
      if (!lets_in(*chain)) {
        set_oob(*chain, receive_ipsec{});
        clear_oob(*chain, oob_slot::ipsec_headers);
        chain = traits::next(*chain);
        continue;
      }
      Nbl *const first = chain, *last = chain;
      for (Nbl* next = traits::next(*last); next != nullptr && lets_in(*next); next = traits::next(*last)) last = next;
      chain = traits::next(*last);
      traits::link(*last, nullptr);
      engine(first);
      traits::link(*last, chain);
      for (Nbl* l = first; l != chain; l = traits::next(*l)) clear_oob(*l, oob_slot::ipsec_headers);
    }
  }

 private:
  template <class Packet_> using reader = detail::reader_behind<Packet_>;

  /// Whether a list may go; with its headers beside it then. Under an SA that rests none does (U-14).
  template <NetBufferList Nbl> [[nodiscard]] bool prepare(Nbl& list) const noexcept {
    using traits = nbl_traits<Nbl>;
    clear_oob(list, oob_slot::ipsec_tunnel);
    clear_oob(list, oob_slot::ipsec_headers);
    const offload_handle handle{get_oob<send_ipsec>(list).handle};
    if (!handle) return true;
    v1_sa sa;
    const v1_report now = device_.current();
    if (get_oob<send_large>(list) || !device_.sas().find(handle, sa) || sa.inbound || !sa.served_by(now)) return false;
    v1_located found;
    auto* const first = traits::first_buffer(list);
    for (auto* b = first; b != nullptr; b = traits::next_buffer(*b)) {
      packet_reader whole(*b);
      const std::size_t link = read_link_header(whole, now.framings).octets, all = packet_traits<net_buffer_of<Nbl>>::length(*b);
      reader<net_buffer_of<Nbl>> read{packet_reader(*b), link};
      const v1_located one = all < link ? v1_located{verdict::runt, {}} : locate_v1(read, all - link, sa, now.ipv4_options);
      if (one.status != verdict::forwarded) return false;
      if (b != first && (one.headers.ah_offset != found.headers.ah_offset || one.headers.esp_offset != found.headers.esp_offset)) return false;  // one slot for all of them
      found = one;
    }
    set_oob(list, found.headers);
    return true;
  }

  /// Whether a frame is for an SA that is there and does not rest, through an entry that is there.
  template <NetBufferList Nbl> [[nodiscard]] bool lets_in(Nbl& list) const noexcept {
    auto* const b = nbl_traits<Nbl>::first_buffer(list);
    if (b == nullptr) return false;
    const v1_report now = device_.current();
    packet_reader whole(*b);
    const std::size_t link = read_link_header(whole, now.framings).octets, all = packet_traits<net_buffer_of<Nbl>>::length(*b);
    if (all < link) return false;
    reader<net_buffer_of<Nbl>> read{packet_reader(*b), link};
    const ip_layout ip = walk_ip(read, all - link);
    if (ip.status != verdict::forwarded || ip.version != family::ipv4 || ip.later_fragment) return false;
    const octet* const header = read(0, ipv4_header_octets);
    const address from = address::from(family::ipv4, header + 12), to = address::from(family::ipv4, header + 16);
    std::size_t at = ip.header_length;
    octet protocol = ip.protocol;
    bool udp = false;
    if (protocol == protocol_number::udp) {
      const octet* const ports = read(at, udp_header_octets);
      if (ports == nullptr || !device_.listens(load_be16(ports + 2))) return false;
      at += udp_header_octets;
      protocol = protocol_number::esp;
      udp = true;
    }
    if (protocol != protocol_number::esp && protocol != protocol_number::ah) return false;
    const octet* const spi = read(at + (protocol == protocol_number::ah ? 4u : 0u), 4);
    v1_sa sa;
    return spi != nullptr && device_.sas().find_inbound(load_be32(spi), protocol == protocol_number::ah ? protocol_kind::ah : protocol_kind::esp, from, to, sa) && sa.udp == udp && sa.served_by(now);
  }

  const V1Device& device_;
};

}  // namespace v0
}  // namespace esplanade
