#include "support/receiving_nic.hpp"

#include <esplanade/offload/receive_steering.hpp>

#include <algorithm>
#include <deque>

using namespace support;

namespace {
using of_nic = receiving_profile;
struct chain {
  std::vector<std::unique_ptr<testing::owned_net_buffer>> buffers{};
  std::deque<net_buffer_list> lists{};
  net_buffer_list& add(const bytes& frame, const testing::cut& cut = {}) {
    buffers.push_back(std::make_unique<testing::owned_net_buffer>(testing::packet_form{.content = frame, .segments = cut}));
    lists.emplace_back().set_first_buffer(buffers.back().get());
    if (lists.size() > 1) lists[lists.size() - 2].link(&lists.back());
    return lists.back();
  }
};
receive_spreading over(std::size_t queues) {
  receive_spreading s;
  for (std::size_t i = 0; i < scaling_key::size; ++i) s.key.value[i] = static_cast<octet>(0x6d + 37 * i);
  s.table = scaling_table<>::over(queues);
  return s;
}
bytes linked(const bytes& packet) {
  bytes frame = counted(12, 0x40);
  put16(frame, packet[0] >> 4 == 4 ? 0x0800 : 0x86dd);
  put(frame, packet);
  return frame;
}
bytes tcp_packet(family version) {
  bytes segment = counted(60, 4);
  segment[12] = 0x50;
  ip_form form{.protocol = 6, .payload = segment};
  if (version == family::ipv6) form.source = outside_v6(1), form.destination = outside_v6(2);
  return make_ip(form);
}
}  // namespace

TEST_CASE("F147: lists go to the queue that the hash of addresses and SPI names, those of one SA to one, and stay in order") {
  peer other;
  chain all;
  constexpr std::size_t queues = 3, sas = 12;
  for (std::size_t k = 0; k < 60; ++k) {
    const bundle_form form = esp_bundle(0x1000 + static_cast<std::uint32_t>(k % sas));
    const bytes frame = linked(other.seal(form, mode::transport, plain(form, 20 + k), k + 1));
    all.add(frame, k % 2 == 0 ? testing::cut{} : testing::cut{15, 10, frame.size() - 25});
  }
  const receive_spreading how = over(queues);
  net_buffer_list* parts[queues];
  steer<of_nic>(&all.lists[0], how, link_framing::ieee_802_3, parts);
  std::size_t seen = 0, used = 0;
  std::vector<std::size_t> queue_of_sa(sas, queues);
  for (std::size_t q = 0; q < queues; ++q) {
    used += parts[q] != nullptr;
    std::uint32_t before = 0;
    for (net_buffer_list* l = parts[q]; l != nullptr; l = l->next(), ++seen) {
      const bytes frame = testing::octets_of(static_cast<const net_buffer&>(*l->first_buffer()));
      const std::size_t sa = get32(frame, 34) - 0x1000;
      CHECK((queue_of_sa[sa] == queues || queue_of_sa[sa] == q));
      queue_of_sa[sa] = q;
      CHECK(get32(frame, 38) > before);  // the number: all were sealed one after the other
      before = static_cast<std::uint32_t>(get32(frame, 38));
      const bytes packet(frame.begin() + 14, frame.end());
      span_reader read{packet};
      CHECK(how.table.queue_of(scaling_hash(how.key, read, packet.size(), [](std::uint16_t) { return false; })) == q);
    }
  }
  CHECK(seen == 60);
  CHECK(used == queues);
}

TEST_CASE("receive_steering: what has no hash, or a queue that there is not, goes to the first; one queue takes all") {
  peer other;
  const bundle_form form = esp_bundle();
  const bytes frame = linked(other.seal(form, mode::transport, plain(form)));
  receive_spreading elsewhere = over(1);
  std::fill(std::begin(elsewhere.table.queue), std::end(elsewhere.table.queue), std::uint8_t{9});
  for (const receive_spreading& how : {elsewhere, over(4)}) {
    chain all;
    all.add(frame);
    if (how.table.queue[1] != 9) all.lists[0].first_buffer()->assign(all.lists[0].first_buffer()->chain(), 0, 5);  // shorter than a link header
    all.lists.emplace_back();  // no frame at all
    all.lists[0].link(&all.lists[1]);
    net_buffer_list* parts[2];
    steer<of_nic>(&all.lists[0], how, link_framing::ieee_802_3, parts);
    CHECK(parts[0] == &all.lists[0]);
    CHECK(all.lists[0].next() == &all.lists[1]);
    CHECK(parts[1] == nullptr);
  }
  chain all;
  all.add(frame), all.add(frame);
  net_buffer_list* one[1];
  steer<of_nic>(&all.lists[0], over(1), link_framing::ieee_802_3, one);
  CHECK(one[0] == &all.lists[0]);
  CHECK(one[0]->next() == &all.lists[1]);
  net_buffer_list* none[2];
  steer<of_nic>(static_cast<net_buffer_list*>(nullptr), over(2), link_framing::ieee_802_3, none);
  CHECK((none[0] == nullptr && none[1] == nullptr));
}

TEST_CASE("F117: a list may be joined with others where coalescing is on for its IP version and no IPsec protects it, opened or not") {
  peer other;
  const bundle_form esp = esp_bundle(), auth = ah_bundle();
  const auto may = [](const bytes& packet, const coalescing& on, const receive_ipsec& said = {}) {
    chain all;
    net_buffer_list& list = all.add(linked(packet));
    set_oob(list, said);
    return may_join<of_nic>(list, on, link_framing::ieee_802_3);
  };
  CHECK(may(tcp_packet(family::ipv4), {true, false}));
  CHECK(may(tcp_packet(family::ipv6), {false, true}));
  CHECK_FALSE(may(tcp_packet(family::ipv4), {false, true}));
  CHECK_FALSE(may(tcp_packet(family::ipv6), {true, false}));
  CHECK_FALSE(may(tcp_packet(family::ipv4), {true, true}, {.done = true}));
  CHECK_FALSE(may(other.seal(esp, mode::transport, tcp_packet(family::ipv4)), {true, true}));
  CHECK_FALSE(may(other.seal(auth, mode::transport, tcp_packet(family::ipv4)), {true, true}));
}
