// Large TCP packets as a sender gives them to a host, and the segments that they stand for, written from RFC 9293 and ipsecov2.md 4.5.
#pragma once

#include "support/sent_lists.hpp"

#include <esplanade/offload/host.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/offload/placement.hpp>

namespace support {

struct large_form {
  family version = family::ipv4;
  std::size_t payload = 1000, mss = 300;
  bool version_2 = true;
  octet flags = 0x18 | 0x01 | 0x80;  ///< ACK, PSH, FIN, CWR
  std::size_t identification = 0x7ffe;
  bytes options{};                   ///< IPv4
  std::vector<std::pair<octet, bytes>> extensions{};
  std::size_t tcp_options = 12;

  std::size_t ip_octets() const {
    std::size_t size = version == family::ipv4 ? 20 + options.size() : 40;
    for (const auto& [kind, body] : extensions) size += 1 + body.size();
    return size;
  }
  std::size_t count() const { return payload == 0 ? 1 : (payload + mss - 1) / mss; }
  send_large word() const { return {static_cast<std::uint32_t>(mss), static_cast<std::uint16_t>(ip_octets()), version_2, version == family::ipv6}; }

  bytes packet(std::size_t from, std::size_t size, octet with, std::size_t id, bool whole) const {
    const bytes all = counted(payload, 0x21);
    bytes tcp;
    put32(tcp, 0x04d20050), put32(tcp, 5000 + from), put32(tcp, 77);
    put16(tcp, ((20 + tcp_options) / 4) << 12 | with);
    put16(tcp, 0x200), put16(tcp, 0), put16(tcp, 0);
    put(tcp, bytes(tcp_options, 1));
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
    tcp.insert(tcp.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
    ip_form form{.protocol = 6, .payload = tcp, .identification = id, .options = options, .extensions = extensions};
    if (version == family::ipv6) form.source = outside_v6(1), form.destination = outside_v6(2);
    bytes out = make_ip(form);
    const std::size_t at = ip_octets(), length = whole ? 0 : tcp.size();
    bytes pseudo(out.begin() + (version == family::ipv4 ? 12 : 8), out.begin() + (version == family::ipv4 ? 20 : 40));
    put32(pseudo, length), put32(pseudo, 6);
    bytes summed = whole ? bytes{} : bytes(out.begin() + static_cast<std::ptrdiff_t>(at), out.end());
    if (summed.size() % 2 != 0) summed.push_back(0);
    put(pseudo, summed);
    const std::size_t sum = sum_of(pseudo, pseudo.size()), written = whole ? sum : ~sum & 0xffff;
    out[at + 16] = static_cast<octet>(written >> 8), out[at + 17] = static_cast<octet>(written & 0xff);
    return out;
  }
  /// The whole, with the sum of the pseudo header without a length; version 2 says no length.
  bytes large() const {
    bytes out = packet(0, payload, flags, identification, true);
    const std::size_t at = version == family::ipv4 ? 2 : 4;
    if (version_2) out[at] = out[at + 1] = 0;
    return out;
  }
  bytes segment(std::size_t k) const {
    const std::size_t from = k * mss, size = std::min(mss, payload - from);
    octet with = flags;
    if (k + 1 != count()) with = static_cast<octet>(with & ~0x09);
    if (k != 0) with = static_cast<octet>(with & ~0x80);
    const std::size_t id = version_2 ? (identification & 0x8000) | ((identification + k) & 0x7fff) : (identification + k) & 0xffff;
    return packet(from, size, with, id, false);
  }
};

/// What a NIC is built with for this host.
template <class Host> struct nic_of : Host {
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr std::size_t levels = 2;
};

/// A host over a NIC that has large sends, both with pools; and the datapath at the other end.
template <class P, class Store = flat_store<64>, class Crypto = testing::mixing_crypto> struct large_bench {
  using host_type = host<P, net_buffer, Store, Crypto>;
  using adapter = nic<nic_of<P>, net_buffer_list, Crypto, 64, single_core, frame_pool>;
  using queue_type = typename adapter::send_queue;

  Crypto crypto{}, of_nic{};
  typename host_type::inbound_store receiving{};
  typename host_type::outbound_store sending{};
  typename host_type::policy_store policy{};
  [[no_unique_address]] random_of<P> random{};
  clock_of<P> clock{};
  host_type side{{.inbound = receiving, .outbound = sending, .crypto = crypto, .policy = policy, .clock = clock, .random = random}};
  std::unique_ptr<adapter> below = std::make_unique<adapter>(of_nic);
  frame_pool frames{300}, segments;
  std::unique_ptr<queue_type> queue = std::make_unique<queue_type>(*below, frames, typename queue_type::resources{.mtu = 0, .random = random});
  offloader<host_type, adapter, 64> placing{receiving, sending, *below};
  device_capabilities can = everything();

  std::vector<bytes> wire{};          ///< without link headers
  std::vector<verdict> verdicts{};    ///< of what came out of the host, survivors first
  std::vector<nbl_status> statuses{};
  std::size_t words_large = 0, returned = 0;
  bool complete = true;               ///< or the device keeps what it was given

  explicit large_bench(std::size_t pooled = 200) : segments(pooled, 2048, 128) {
    can.framings = link_framing::ieee_802_3;
    configure();
    for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted}) REQUIRE(below->happens(e));
  }
  void configure() {
    offload_report hardware{};
    hardware.ipsec = can;
    offload_activation both;
    const activation_request link{activation::on, link_framing::ieee_802_3, 14};
    REQUIRE(both.request(hardware, link, link) == activation_answer::done);
    below->configure(can, both);
  }
  outbound_handle add(sa_form form) { return sending.add(crypto, form.parameters()).value(); }
  auto offload(outbound_handle h, sa_form form) {
    sa_parameters p = form.parameters();
    if (form.mode == mode::transport) p.source = p.destination = address{.version = form.outer};
    return placing.offload(h, p);
  }
  auto& sa(outbound_handle h) { return *sending.at(h); }
  const device_counters& did() { return side.sending().device(); }

  struct given {
    bytes content{};
    send_large large{};
    outbound_handle sa{};
    testing::cut segments{};
    std::size_t headroom = 128;
  };
  void send(const std::vector<given>& batch, std::size_t room = 300) {
    std::vector<std::unique_ptr<testing::owned_net_buffer>> owned;
    std::vector<net_buffer*> in, out(batch.size() + room);
    std::vector<verdict> in_verdicts(batch.size());
    verdicts.assign(out.size(), verdict::withheld);
    std::vector<outbound_handle> handles;
    std::vector<send_large> large;
    std::vector<send_words> words(out.size());
    for (const given& g : batch) {
      owned.push_back(std::make_unique<testing::owned_net_buffer>(testing::packet_form{.content = g.content, .segments = g.segments, .headroom = g.headroom, .tailroom = 128}));
      in.push_back(owned.back().get());
      handles.push_back(g.sa);
      large.push_back(g.large);
    }
    const auto came = side.outbound({in, in_verdicts, handles}, large, segments, {out, verdicts}, words);
    verdicts.resize(came.packets);
    std::deque<net_buffer_list> lists;
    words_large = 0;
    for (std::size_t i = 0; i < came.survivors; ++i) {
      net_buffer& b = *out[i];
      octet first[1]{};
      copy_out(b, 0, first, 1);
      bytes link = counted(12, 0x50);
      put16(link, first[0] >> 4 == 4 ? 0x0800 : 0x86dd);
      REQUIRE(b.retreat(14));
      copy_in(b, 0, link.data(), 14);
      net_buffer_list& list = lists.emplace_back();
      list.set_first_buffer(&b);
      b.link(nullptr);
      put_words(list, words[i], 14);
      if (lists.size() > 1) lists[lists.size() - 2].link(&list);
      words_large += words[i].large != 0 ? 1u : 0u;
    }
    wire.clear(), statuses.clear();
    if (!lists.empty())
      queue->send(
          &lists.front(),
          [this](const net_buffer& b) noexcept {
            bytes all = testing::octets_of(b);
            wire.emplace_back(all.begin() + 14, all.end());
          },
          [this](net_buffer_list& l) noexcept { statuses.push_back(l.status()); });
    if (complete) side.completed({words.data(), came.survivors});
    returned = 0;
    for (std::size_t i = 0; i < came.packets; ++i) {
      if (!words[i].segment) continue;
      segments.give(out[i]);
      ++returned;
    }
  }
  void send(const large_form& l, outbound_handle sa, const testing::cut& cut = {}, std::size_t headroom = 128) { send({{l.large(), l.word(), sa, cut, headroom}}); }
};

/// The wire as the inline datapath writes it, of these packets under one SA, or under ESP and the AH around it.
template <class P, class Crypto = testing::mixing_crypto> std::vector<bytes> sealed_each(const large_form& l, std::vector<sa_form> under) {
  std::vector<bytes> all;
  for (std::size_t k = 0; k < l.count(); ++k) {
    bytes packet = l.segment(k);
    for (sa_form one : under) {
      one.start += k;
      packet = sealed_inline<P, Crypto>(packet, one);
    }
    all.push_back(packet);
  }
  return all;
}

}  // namespace support
