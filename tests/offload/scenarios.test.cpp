// What a NIC is certified with: two hosts, each with a card, and traffic of every kind between them, with real ciphers.
#include "support/card.hpp"
#include "support/sent_lists.hpp"
#include "support/udp.hpp"

#include <esplanade/crypto/botan.hpp>
#include <esplanade/offload/receive_steering.hpp>

#include <map>

using namespace support;

namespace scenarios {
using sha1 = hmac_sha1_96;

struct of_esp : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<192>, esp_aes_gcm_16<256>, esp_null<sha1>, esp_null_aes_gmac<128>, esp_null_aes_gmac<192>, esp_null_aes_gmac<256>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct of_ah : profile {
  static constexpr auto suites = esplanade::suites<ah<sha1>, ah_aes_gmac<128>, ah_aes_gmac<192>, ah_aes_gmac<256>>;
  static constexpr auto modes = mode::transport;
};
struct of_both : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>, esp_null_aes_gmac<128>, ah<sha1>, ah_aes_gmac<128>, ah_aes_gmac<256>>;
  static constexpr auto modes = mode::transport;
  static constexpr std::size_t levels = 2;
  using policy = linear_policy<8>;
};

/// TCP, UDP and ICMP, of sizes up to a full frame.
inline std::vector<bytes> traffic(family version) {
  std::vector<bytes> all;
  for (const octet protocol : {protocol_number::tcp, protocol_number::udp, version == family::ipv4 ? protocol_number::icmp : protocol_number::icmpv6})
    for (const std::size_t size : {0u, 1u, 17u, 64u, 511u, 1300u}) {
      ip_form f{.protocol = protocol, .payload = counted(20 + size, protocol)};
      if (version == family::ipv6) f.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1), f.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
      all.push_back(make_ip(f));
    }
  return all;
}

template <class P> using machine = split<P, flat_packet, botan_for<P>, card<P, flat_packet, botan_for<P>>>;

/// Two machines and the wire from the first to the second.
template <class P> struct wire {
  std::unique_ptr<machine<P>> here = std::make_unique<machine<P>>(), there = std::make_unique<machine<P>>();
  std::vector<bytes> seen{};  ///< on the wire

  struct pair {
    outbound_handle out{};
    inbound_handle in{};
  };
  pair add(const sa_form& form) { return {here->add_sender(form), there->add_receiver(form)}; }
  pair plumb(const sa_form& form) {
    const pair made = add(form);
    REQUIRE(here->offload(made.out, form));
    REQUIRE(there->offload(made.in, form));
    return made;
  }
  /// All the way; → what came out, in order. Every packet counts.
  std::vector<bytes> carry(const std::vector<bytes>& packets, const std::vector<outbound_handle>& under) {
    train<flat_packet> out, in;
    for (std::size_t i = 0; i < packets.size(); ++i) out.add(packets[i], under.empty() ? outbound_handle{} : under[i % under.size()]);
    here->send(out);
    REQUIRE(out.survivors == packets.size());
    here->complete();
    seen.clear();
    for (std::size_t i = 0; i < packets.size(); ++i) {
      seen.push_back(out.octets(i));
      in.add(testing::packet_form{.content = seen.back()});
    }
    there->receive(in);
    CHECK(in.survivors == packets.size());
    std::vector<bytes> came;
    for (std::size_t i = 0; i < in.survivors; ++i) came.push_back(testing::octets_of(*in.packets[i]));
    return came;
  }
  std::size_t framed() { return here->sent().framed.get(); }
  std::size_t believed() { return there->got().believed.get(); }
};
inline bool holds(const bytes& frame, const bytes& part) { return std::search(frame.begin(), frame.end(), part.begin(), part.end()) != frame.end(); }

/// Every packet of both families under one SA of this suite, all of the cryptography on the cards.
template <class P> void everything_under(const suite_sizes& suite, mode how, family outer, family inner) {
  CAPTURE(int(suite.key));
  wire<P> w;
  const auto sa = w.plumb({.suite = suite, .mode = how, .outer = outer});
  const auto packets = traffic(inner);
  CHECK(w.carry(packets, {sa.out}) == packets);
  CHECK(w.framed() == packets.size());
  CHECK(w.believed() == packets.size());
  const bool hides = suite.family != cipher_family::null && suite.family != cipher_family::aes_gmac;
  const bytes& last = packets.back();
  CHECK(holds(w.seen.back(), bytes(last.end() - 64, last.end())) != hides);
}
constexpr family families[] = {family::ipv4, family::ipv6};
}  // namespace scenarios
using namespace scenarios;

TEST_CASE("F139: ESP with AES-GCM of every key size, transport mode, IPv4 and IPv6, TCP, UDP and ICMP") {
  for (const family version : families)
    for (const suite_sizes& suite : {esp_aes_gcm_16<128>::sizes, esp_aes_gcm_16<192>::sizes, esp_aes_gcm_16<256>::sizes}) everything_under<of_esp>(suite, mode::transport, version, version);
}

TEST_CASE("F140: ESP-NULL with SHA-1 and with AES-GMAC of every key size") {
  for (const family version : families)
    for (const suite_sizes& suite : {esp_null<sha1>::sizes, esp_null_aes_gmac<128>::sizes, esp_null_aes_gmac<192>::sizes, esp_null_aes_gmac<256>::sizes}) everything_under<of_esp>(suite, mode::transport, version, version);
}

TEST_CASE("F141: AH with SHA-1 and with AES-GMAC of every key size") {
  for (const family version : families)
    for (const suite_sizes& suite : {ah<sha1>::sizes, ah_aes_gmac<128>::sizes, ah_aes_gmac<192>::sizes, ah_aes_gmac<256>::sizes}) everything_under<of_ah>(suite, mode::transport, version, version);
}

TEST_CASE("F142: bundles of AH and ESP, with GCM and GMAC, both done by one handle") {
  const std::pair<suite_sizes, suite_sizes> bundles[] = {{esp_aes_gcm_16<128>::sizes, ah_aes_gmac<128>::sizes}, {esp_aes_gcm_16<256>::sizes, ah_aes_gmac<256>::sizes},
                                                         {esp_aes_gcm_16<256>::sizes, ah<sha1>::sizes},         {esp_null_aes_gmac<128>::sizes, ah_aes_gmac<128>::sizes}};
  for (const family version : families)
    for (const auto& [esp, ah_suite] : bundles) {
      wire<of_both> w;
      sa_form inside{.suite = esp, .spi = 0x1001, .mode = mode::transport, .outer = version}, around{.suite = ah_suite, .spi = 0x2002, .mode = mode::transport, .outer = version, .which = 2};
      const auto first = w.add(inside), second = w.add(around);
      REQUIRE(w.here->policy.add({traffic_selector{selector_parameters{.protocol = protocol_number::esp}}, policy_action::protect, second.out}));
      REQUIRE(w.here->policy.add({traffic_selector::any(), policy_action::protect, first.out}));
      sa_parameters p = inside.parameters(), q = around.parameters();
      for (sa_parameters* any : {&p, &q}) any->source = any->destination = address{.version = version};
      REQUIRE(w.here->placing.offload(first.out, p, second.out, q));
      REQUIRE(w.there->placing.offload(first.in, p, second.in, q));
      const auto packets = traffic(version);
      CHECK(w.carry(packets, {}) == packets);
      CHECK(w.seen[0][version == family::ipv4 ? 9 : 6] == protocol_number::ah);
      CHECK(w.framed() != 0);
      CHECK(w.here->sent().sealed_here.get() == 0);
      CHECK(w.believed() != 0);
      CHECK(w.there->got().opened_here.get() == 0);
      for (const send_words& words : w.here->words) CHECK((words.ipsec.handle != 0 && words.tunnel.handle == 0 && words.headers.ah_offset != 0 && words.headers.esp_offset != 0));
    }
}

TEST_CASE("F143: tunnels of IPv4 and IPv6, either family inside") {
  for (const family outer : families)
    for (const family inner : families)
      for (const suite_sizes& suite : {esp_aes_gcm_16<128>::sizes, esp_null<sha1>::sizes}) everything_under<of_esp>(suite, mode::tunnel, outer, inner);
}

TEST_CASE("F144: SAs are renewed again and again under traffic, and no packet is lost") {
  wire<of_esp> w;
  const auto packets = traffic(family::ipv4);
  const auto form_of = [](unsigned n) { return sa_form{.spi = 0x1000 + n, .mode = mode::transport, .which = n % 8 + 1}; };
  auto now = w.plumb(form_of(1));
  std::size_t expected = 0;
  for (unsigned n = 2; n <= 40; ++n) {
    const auto next = w.plumb(form_of(n));
    CHECK(w.carry(packets, {now.out}) == packets);             // both ends know both SAs
    CHECK(w.carry(packets, {now.out, next.out}) == packets);   // the sender switches, packet by packet
    expected += 2 * packets.size();
    REQUIRE(w.here->placing.withdraw(now.out));
    REQUIRE(w.there->placing.withdraw(now.in));
    for (int k = 0; k < 3; ++k) (void)w.here->placing.tend(), (void)w.there->placing.tend();
    REQUIRE(w.here->sending.remove(now.out));
    REQUIRE(w.there->receiving.remove(now.in));
    w.here->sending.reclaim(w.here->crypto, 1), w.there->receiving.reclaim(w.there->crypto, 1);
    CHECK(w.here->placing.size() == 1);
    CHECK(w.here->device.made->store().size() == 1);
    CHECK(w.there->device.made->store().size() == 1);
    now = next;
  }
  CHECK(w.framed() == expected);
  CHECK(w.believed() == expected);
}

TEST_CASE("F145: as many SAs as the card reports are on it, the one beyond is in software, and all carry traffic") {
  wire<of_esp> w;
  for (auto* end : {w.here.get(), w.there.get()}) {
    end->device.can.sa_capacity = 12;
    end->device.configure();
  }
  std::vector<outbound_handle> all;
  const auto form_of = [](unsigned n) { return sa_form{.spi = 0x1000 + n, .mode = mode::transport, .which = n + 1}; };
  for (unsigned n = 0; n < 13; ++n) {
    const auto sa = w.add(form_of(n));
    all.push_back(sa.out);
    const auto out = w.here->offload(sa.out, form_of(n));
    const auto in = w.there->offload(sa.in, form_of(n));
    REQUIRE(bool(out) == (n < 12));
    REQUIRE(bool(in) == (n < 12));
    if (n == 12) CHECK(out.why().kind == fault_kind::no_space);
  }
  std::vector<bytes> packets;
  for (int k = 0; k < 2; ++k)
    for (const bytes& p : traffic(family::ipv4)) packets.push_back(p);
  packets.resize(26);
  CHECK(w.carry(packets, all) == packets);
  CHECK(w.framed() == 24);
  CHECK(w.believed() == 24);
}

namespace {
/// A large TCP send in a transport-mode SA's frame, as a host leaves it to the card: headers of the first segment, all the payload, no trailer.
bytes large_frame(std::uint32_t spi, std::uint32_t number, const bytes& payload, bool in_tunnel) {
  bytes tcp;
  put32(tcp, 0x04d20050), put32(tcp, 5000), put32(tcp, 77);
  put16(tcp, 5u << 12 | 0x18), put16(tcp, 0x200), put16(tcp, 0), put16(tcp, 0);
  put(tcp, payload);
  const ip_form form{.protocol = protocol_number::tcp, .payload = tcp};
  bytes esp;
  put32(esp, spi), put32(esp, number);
  esp.insert(esp.end(), 8, 0);
  put(esp, in_tunnel ? make_ip(form) : tcp);
  bytes frame = make_ip({.source = form.source, .destination = form.destination, .protocol = protocol_number::esp, .payload = esp});
  frame[2] = frame[3] = 0;  // version 2: the length is the frame's
  const std::size_t at = in_tunnel ? 56 : 36, sum = pseudo_sum(frame, frame.size(), protocol_number::tcp);
  frame[at + 16] = static_cast<octet>(sum >> 8), frame[at + 17] = static_cast<octet>(sum & 0xff);
  return frame;
}
}  // namespace

TEST_CASE("F146: a large send is cut on the card, each segment under a number of its own, and the peer reads one stream; not in a tunnel") {
  using card_type = card<of_esp, flat_packet, botan_for<of_esp>>;
  using queue_type = send_queue<card_type::profile, net_buffer_list, card_type::adapter::store_type, botan_for<of_esp>, frame_pool>;
  for (const bool in_tunnel : {false, true}) {
    wire<of_esp> w;
    const sa_form form{.spi = 0x1001, .mode = mode::transport};
    const auto sa = w.plumb(form);
    w.carry(traffic(family::ipv4), {sa.out});                                // numbers go on behind these
    const bytes payload = counted(40'000, 3);
    constexpr std::size_t mss = 1'448, segments = (40'000 + mss - 1) / mss;
    auto& numbers = w.here->sa(sa.out).sequence();
    const auto first = static_cast<std::uint32_t>(numbers.used() + 1);
    for (std::size_t k = 0; k < segments; ++k) (void)numbers.take().consume();

    frame_pool pool(64);
    queue_type queue(queue_type::resources{.store = w.here->device.made->store(), .crypto = w.here->device.crypto}, pool);
    testing::owned_net_buffer buffer(testing::packet_form{.content = large_frame(form.spi, first, payload, in_tunnel)});
    net_buffer_list list;
    list.set_first_buffer(&buffer);
    set_oob(list, send_ipsec{w.here->sa(sa.out).place().handle().word});
    set_oob(list, send_headers{static_cast<octet>(in_tunnel ? 4 : 6), 0, 0, 20});
    set_oob(list, send_large{mss, static_cast<std::uint16_t>(in_tunnel ? 56 : 36), true, false});
    std::vector<bytes> segments_seen;
    queue.send(&list, w.here->device.made->conditions(), [&](const net_buffer& b) noexcept { segments_seen.push_back(testing::octets_of(b)); }, [](net_buffer_list&) noexcept {});
    if (in_tunnel) {
      CHECK(list.status() == nbl_status::failure);
      CHECK(segments_seen.empty());
      continue;
    }
    REQUIRE(list.status() == nbl_status::success);
    REQUIRE(segments_seen.size() == segments);
    train<flat_packet> in;
    for (const bytes& s : segments_seen) in.add(testing::packet_form{.content = s});
    w.there->receive(in);
    REQUIRE(in.survivors == segments);
    CHECK(w.there->got().opened_here.get() == 0);
    bytes stream;
    for (std::size_t k = 0; k < segments; ++k) {
      const bytes packet = in.octets(k);
      CHECK(wrong_in_ip(packet) == "");
      CHECK(upper_checksum_holds(packet, 20, protocol_number::tcp));
      CHECK(get32(packet, 24) == 5000 + stream.size());
      put(stream, bytes(packet.begin() + 40, packet.end()));
    }
    CHECK(stream == payload);
    CHECK(w.carry(traffic(family::ipv4), {sa.out}) == traffic(family::ipv4));  // and the host goes on with the next number
  }
}

TEST_CASE("F147: IPsec beside checksums that the cards compute and check, and beside several receive queues") {
  wire<of_esp> w;
  using receiver = card<of_esp, flat_packet, botan_for<of_esp>>::receiver;
  for (auto* end : {w.here.get(), w.there.get()}) {
    end->device.can.tcp_checksum = end->device.can.udp_checksum = true;
    end->device.configure();
  }
  std::vector<outbound_handle> all;
  for (unsigned n = 0; n < 6; ++n) all.push_back(w.plumb({.spi = 0x1000 + n, .mode = mode::transport, .which = n + 1}).out);
  receiver second(receiver::resources{.store = w.there->device.made->store(), .crypto = w.there->device.crypto});
  receiver* const queues[] = {w.there->device.receiving.get(), &second};
  receive_spreading spread;
  for (std::size_t i = 0; i < scaling_key::size; ++i) spread.key.value[i] = static_cast<octet>(0x6d + 37 * i);
  spread.table = scaling_table<>::over(2);
  std::map<std::uint32_t, std::size_t> queue_of_sa;
  std::size_t taken[2] = {0, 0};
  for (std::size_t k = 0; k < 60; ++k) {
    const bool tcp = k % 2 == 0;
    const octet protocol = tcp ? protocol_number::tcp : protocol_number::udp;
    bytes right = make_ip({.protocol = protocol, .payload = tcp ? counted(20 + 7 * k) : udp(4000, 53, 9 * k)});
    if (tcp) right[32] = 5 << 4;
    set_upper_checksum(right, 20, tcp ? 16 : 6, protocol);
    bytes left_to_the_card = right;
    const std::size_t field = 20 + (tcp ? 16u : 6u), pseudo = pseudo_sum(right, 20, protocol);
    left_to_the_card[field] = static_cast<octet>(pseudo >> 8), left_to_the_card[field + 1] = static_cast<octet>(pseudo & 0xff);

    train<flat_packet> out, in;
    flat_packet& packet = out.add(left_to_the_card, all[k % all.size()]);
    w.here->words.assign(1, {});
    REQUIRE(w.here->side.outbound(out.view_with_handles(), w.here->words) == 1);
    const auto through = [&](const bytes& frame, auto&& act) {
      testing::owned_net_buffer buffer(testing::packet_form{.content = frame});
      net_buffer_list list;
      list.set_first_buffer(&buffer);
      act(list);
      return std::pair{testing::octets_of(static_cast<const net_buffer&>(buffer)), list.status()};
    };
    const auto [sealed, status] = through(testing::octets_of(packet), [&](net_buffer_list& list) {
      put_words(list, w.here->words[0]);
      set_oob(list, send_checksum{.ipv4 = true, .tcp = tcp, .udp = !tcp, .tcp_offset = 36});
      w.here->device.queue->send(&list, [](const net_buffer&) noexcept {}, [](net_buffer_list&) noexcept {});
    });
    REQUIRE(status == nbl_status::success);
    w.here->complete();

    // By the hash of what is not encrypted: addresses and SPI.
    std::size_t queue = 2;
    static_cast<void>(through(sealed, [&](net_buffer_list& list) {
      net_buffer_list* parts[2];
      steer<card_of<of_esp>>(&list, spread, link_framing::none, parts);
      queue = parts[0] == &list ? 0 : 1;
    }));
    ++taken[queue];
    std::size_t& before = queue_of_sa.try_emplace(static_cast<std::uint32_t>(get32(sealed, 20)), queue).first->second;
    CHECK(before == queue);
    receive_words said;
    const bytes opened = through(sealed, [&](net_buffer_list& list) {
      (*queues[queue])(&list, receive_gates<card_of<of_esp>>::of(w.there->device.can, true, true));
      const auto checked = get_oob<receive_checksum>(list);
      CHECK(checked.tcp_right == tcp);
      CHECK(checked.udp_right == !tcp);
      CHECK_FALSE(checked.tcp_failed);
      CHECK_FALSE(checked.udp_failed);
      said = words_of(list);
    }).first;
    CHECK(said.ipsec == receive_ipsec{.done = true});
    in.add(testing::packet_form{.content = opened});
    REQUIRE(w.there->side.inbound(in.view(), {&said, 1}) == 1);
    CHECK(in.octets(0) == right);
  }
  CHECK(queue_of_sa.size() == all.size());
  for (const std::size_t of_queue : taken) CHECK(of_queue >= 60 / all.size());
  CHECK(w.there->got().believed.get() == 60);
}
