#include "support/card.hpp"
#include "support/events.hpp"

using namespace support;

namespace placement_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, esp_null_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};
using device = stub_device<gateway, flat_packet, testing::mixing_crypto>;
struct other_ivs : device {
  static constexpr device_guarantees guarantees{.counter_ivs = false};
};
struct busy_device : device {
  bool busy = false;
  static constexpr fault later{fault_kind::busy, "control", "another request is at work; nothing was done", "the same again"};
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept { return busy ? result<void>(later) : device::update_sa(u); }
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept { return busy ? result<void>(later) : device::delete_sa(h); }
};
struct spoiling_device : device {
  static constexpr device_guarantees guarantees{.failed_as_received = false};
};

/// Both ends of SAs, of which the device may have some; everything that is sent comes back and is opened.
template <class Device = device> struct ends : split<gateway, flat_packet, testing::mixing_crypto, Device> {
  using base = split<gateway, flat_packet, testing::mixing_crypto, Device>;
  struct pair {
    sa_form form;
    outbound_handle out;
    inbound_handle in;
  };
  pair make(unsigned n, std::uint64_t start = 0) {
    const sa_form form{.spi = 0x1000 + n, .esn = true, .start = start, .which = n};
    return {form, this->add_sender(form), this->add_receiver(form)};
  }
  pair place(unsigned n, std::uint64_t start = 0) {
    const pair p = make(n, start);
    REQUIRE(this->offload(p.out, p.form));
    REQUIRE(this->offload(p.in, p.form));
    this->placing.pair(p.in, p.out);
    return p;
  }
  /// Sends and receives `n` packets; → how many the device framed and how many of its results were believed.
  std::pair<std::uint64_t, std::uint64_t> through(const pair& p, std::size_t n = 8) {
    const std::uint64_t framed = this->sent().framed.get(), believed = this->got().believed.get();
    train<flat_packet> t;
    for (std::size_t i = 0; i < n; ++i) t.add(udp_packet(family::ipv4, 40 + i), p.out);
    this->send(t);
    CHECK(t.survivors == n);
    this->complete();
    this->receive(t);
    CHECK(t.survivors == n);
    return {this->sent().framed.get() - framed, this->got().believed.get() - believed};
  }
  using traffic = std::pair<std::uint64_t, std::uint64_t>;
  const traffic by_device{8, 8}, in_software{0, 0};
};
}  // namespace placement_test
using namespace placement_test;

TEST_CASE("F144: rekeying under traffic: the fresh SA takes over, the old one drains, and nothing is lost; it is deleted when nothing comes under it any more") {
  ends<> e;
  auto old = e.place(1);
  outbound_handle sends_under = old.out;
  CHECK(e.through(old) == e.by_device);
  for (unsigned n = 2; n < 12; ++n) {
    const auto fresh = e.make(n);
    train<flat_packet> late;  // under way while the SA is replaced
    late.add(udp_packet(family::ipv4, 33), old.out);
    e.send(late);
    auto with_device = e.words;
    sa_form form = fresh.form;
    REQUIRE(e.placing.rekey({old.in, old.out}, {fresh.in, fresh.out}, form.parameters(), form.parameters(), [&](outbound_handle h) noexcept {
      CHECK(e.sa(fresh.in).place().now().where == placement::offloaded);
      CHECK(e.sa(old.out).place().now().where == placement::offloaded);
      sends_under = h;
      return result<void>{};
    }, 2));
    CHECK(sends_under == fresh.out);
    CHECK(e.through(fresh) == e.by_device);
    CHECK(e.placing.tend() == 1);
    CHECK(e.sa(old.out).place().now().where == placement::draining);  // a frame of it is out, for all the host knows
    CHECK(e.sa(old.in).place().now().where == placement::offloaded);
    const auto believed = e.got().believed.get();
    e.receive(late);
    CHECK(late.survivors == 1);
    CHECK(e.got().believed.get() == believed + 1);
    e.side.completed(with_device);
    CHECK(e.placing.tend() == 0);
    CHECK(e.sa(old.out).place().now().where == placement::software);
    CHECK(e.sa(old.in).place().now().where == placement::offloaded);  // something came since the last look
    for (int k = 0; k < 3; ++k) e.placing.tend();
    CHECK(e.placing.size() == 2);
    CHECK_FALSE(e.sa(old.in).place().handle());
    REQUIRE(e.sending.remove(old.out));
    REQUIRE(e.receiving.remove(old.in));
    old = fresh;
  }
  CHECK(e.device.deletes == 20);
  CHECK(e.device.store.size() == 2);
}

TEST_CASE("F144: rekeying that the caller cannot follow leaves the old SAs as they were; what the device does not take is fresh in software") {
  ends<> e;
  const auto old = e.place(1), fresh = e.make(2);
  sa_form form = fresh.form;
  const auto refused = e.placing.rekey({old.in, old.out}, {fresh.in, fresh.out}, form.parameters(), form.parameters(), [](outbound_handle) noexcept { return result<void>(fault{fault_kind::no_space, "policy", "full", "less"}); });
  REQUIRE(!refused);
  CHECK(refused.why().field == std::string("policy"));
  CHECK(e.through(old) == e.by_device);
  for (int k = 0; k < 20; ++k) e.placing.tend();
  CHECK(e.through(old) == e.by_device);
  CHECK(e.through(fresh) == e.in_software);
  CHECK(e.placing.size() == 2);
  e.device.can.sa_capacity = 2;
  REQUIRE(e.placing.rekey({old.in, old.out}, {fresh.in, fresh.out}, form.parameters(), form.parameters(), [](outbound_handle) noexcept { return result<void>{}; }));
  CHECK(e.through(fresh) == e.in_software);
  for (int k = 0; k < 12; ++k) e.placing.tend();
  CHECK(e.placing.size() == 0);
  CHECK(e.through(old) == e.in_software);
}

TEST_CASE("F144: a list that is completed twice counts once, and no SA is deleted on the device while a frame of it is out [class 38]") {
  ends<> e;
  const auto p = e.place(1);
  train<flat_packet> two;
  two.add(udp_packet(family::ipv4, 40), p.out), two.add(udp_packet(family::ipv4, 41), p.out);
  e.send(two);
  auto& place = e.sa(p.out).place();
  CHECK(place.given() == 2);
  const std::span<send_words> first(e.words.data(), 1), second(e.words.data() + 1, 1);
  for (int k = 0; k < 3; ++k) {
    e.side.completed(first);
    CHECK(place.given() == 1);
  }
  REQUIRE(e.placing.withdraw(p.out));
  CHECK(e.placing.tend() == 1);
  CHECK(e.device.deletes == 0);
  CHECK(e.device.store.by_handle(e.sa(p.out).place().handle()) != nullptr);
  e.side.completed(second);
  CHECK(place.given() == 0);
  CHECK(e.placing.tend() == 0);
  CHECK(e.device.deletes == 1);
}

TEST_CASE("placement: words that were copied before they came back take no count below nothing, and withdraw() ends") {
  ends<> e;
  const auto p = e.place(1);
  train<flat_packet> one;
  one.add(udp_packet(family::ipv4, 40), p.out);
  e.send(one);
  auto copied = e.words;
  e.complete();
  e.side.completed(copied);
  CHECK(e.sa(p.out).place().given() == 0);
  REQUIRE(e.placing.withdraw(p.out));
  CHECK(e.placing.tend() == 0);
  CHECK(e.device.deletes == 1);
}

TEST_CASE("F145: SAs up to the device's capacity; what is more stays in software and works all the same") {
  ends<> e;
  e.device.can.sa_capacity = 6;
  std::vector<ends<>::pair> all;
  for (unsigned n = 1; n <= 3; ++n) all.push_back(e.place(n));
  const auto beyond = e.make(4);
  const auto refused = e.offload(beyond.out, beyond.form);
  CHECK_FALSE(refused);
  CHECK(refused.why().kind == fault_kind::no_space);
  CHECK(e.through(beyond) == e.in_software);
  for (const auto& p : all) CHECK(e.through(p) == e.by_device);
  REQUIRE(e.placing.withdraw(all[0].in));
  e.placing.tend();
  CHECK(e.offload(beyond.out, beyond.form));
  CHECK(e.through(beyond).first == 8);
}

TEST_CASE("F116: the host answers a request for room with two deletes, inbound and then outbound") {
  ends<> e;
  const auto p = e.place(1), other = e.place(2);
  const offload_handle in = e.sa(p.in).place().handle(), out = e.sa(p.out).place().handle();
  e.device.ask_to_delete = true;
  CHECK(e.through(p) == e.by_device);
  e.device.ask_to_delete = false;
  CHECK(e.device.deletes == 0);
  e.placing.tend();
  e.placing.tend();
  CHECK(e.device.deleted == std::vector{in, out});
  CHECK(e.through(p) == e.in_software);
  CHECK(e.through(other) == e.by_device);
  CHECK(e.placing.activity().asked_to_delete.get() == 1);
}

TEST_CASE("placement: a device that is busy is asked again: nothing is forgotten there, and nothing counts as done") {
  ends<busy_device> e;
  const auto p = e.place(1, 0xffff'fffcu);
  e.device.busy = true;
  e.through(p);  // the low word wraps under way
  REQUIRE(e.placing.withdraw(p.in));
  for (int k = 0; k < 5; ++k) CHECK(e.placing.tend() != 0);
  CHECK(e.device.deletes == 0);
  CHECK(e.device.updates == 0);
  CHECK(e.placing.size() == 2);
  e.device.busy = false;
  for (int k = 0; k < 4; ++k) e.placing.tend();
  CHECK(e.device.deletes == 1);
  CHECK(e.device.updates == 1);
  CHECK(e.placing.size() == 1);
  CHECK(e.through(p) == std::pair<std::uint64_t, std::uint64_t>{8, 0});
  CHECK(e.offload(p.in, p.form));
}

TEST_CASE("placement: an SA whose packets may have to be opened twice is not for a device that spoils what it cannot open") {
  ends<spoiling_device> e;
  const auto p = e.make(1);
  const auto refused = e.offload(p.in, p.form);
  REQUIRE(!refused);
  CHECK(refused.why().field == std::string("esn"));
  CHECK(e.offload(p.out, p.form));
}

TEST_CASE("placement: traffic that goes elsewhere stays away while a new high word is on its way") {
  ends<> e;
  const auto p = e.place(1, 0xffff'fff8u);
  train<flat_packet> t;
  for (int i = 0; i < 16; ++i) t.add(udp_packet(family::ipv4, 40), p.out);
  e.send(t);  // some frames are with the device, and the next number is of the new word
  e.placing.tend();
  e.placing.leave();
  e.complete();
  for (int k = 0; k < 4; ++k) e.placing.tend();
  CHECK(e.through(p).first == 0);
}

TEST_CASE("F123, F124: while the adapter resets or sleeps software does the work, and afterwards the SAs are there as before") {
  ends<> e;
  const auto p = e.place(1);
  CHECK(e.through(p) == e.by_device);
  e.placing.suspend();
  CHECK(e.through(p).first == 0);
  e.placing.resume();
  CHECK(e.through(p) == e.by_device);
  CHECK(e.device.adds == 2);
  CHECK(e.device.deletes == 0);
}

TEST_CASE("F126: when the adapter is gone the host goes on in software at once, and asks it for nothing") {
  ends<> e;
  const auto p = e.place(1);
  train<flat_packet> out;
  out.add(udp_packet(family::ipv4, 30), p.out);
  e.send(out);
  auto with_device = e.words;
  e.device.store.remove_all();
  e.placing.device_gone();
  CHECK(e.through(p) == e.in_software);
  CHECK(e.placing.size() == 0);
  CHECK(e.device.deletes == 0);
  e.side.completed(with_device);
  CHECK(e.sa(p.out).place().given() == 0);
}

TEST_CASE("F128: on another adapter an SA is in software until it is added there; the old one is deleted when it ends") {
  ends<> e;
  const auto p = e.place(1);
  device second;
  offloader<ends<>::host_type, device, 8> there{e.receiving, e.sending, second};
  e.placing.leave();
  CHECK(e.through(p).first == 0);
  sa_form form = p.form;
  REQUIRE(there.offload(p.out, form.parameters()));
  CHECK(second.store.size() == 1);
  CHECK(e.sa(p.out).place().now().where == placement::offloaded);
  train<flat_packet> t;
  t.add(udp_packet(family::ipv4, 30), p.out);
  std::vector<send_words> words(1);
  CHECK(e.side.outbound(t.view_with_handles(), words) == 1);
  CHECK(second.send(*t.packets[0], words[0]));
  e.side.completed(words);
  CHECK(e.device.deletes == 0);
  REQUIRE(e.placing.withdraw(p.out));
  e.placing.tend();
  CHECK(e.device.deletes == 1);
  CHECK(e.sa(p.out).place().now().where == placement::offloaded);  // at the other one
}

TEST_CASE("U-20: before the low word wraps the device is drained, told, and used again; software seals meanwhile") {
  constexpr std::uint64_t wrap = std::uint64_t{1} << 32;
  ends<> e;
  const auto p = e.place(1, wrap - 6);
  train<flat_packet> first;
  for (int i = 0; i < 10; ++i) first.add(udp_packet(family::ipv4, 40), p.out);
  e.send(first);
  CHECK(first.survivors == 10);
  CHECK(e.sent().framed.get() == 5);  // wrap - 5 … wrap - 1
  CHECK(e.sent().sealed_here.get() == 5);
  e.placing.tend();
  CHECK(e.device.updates == 0);  // frames under the old word are out
  CHECK(e.sa(p.out).place().now().where == placement::draining);
  e.complete();
  e.receive(first);
  CHECK(first.survivors == 10);
  e.placing.tend();
  CHECK(e.device.updates == 2);  // of the receiving SA likewise
  e.placing.tend();
  CHECK(e.through(p) == e.by_device);
}

TEST_CASE("U-11: a device that makes IVs of its own seals nothing that software may seal too") {
  ends<other_ivs> e;
  const auto p = e.make(1);
  CHECK_FALSE(e.offload(p.out, p.form));
  CHECK(e.offload(p.in, p.form));
  CHECK(e.through(p) == std::pair<std::uint64_t, std::uint64_t>{0, 8});
}

TEST_CASE("placement: what a new configuration does not do any more is sealed in software, and the SAs stay where they are") {
  ends<> e;
  const auto p = e.place(1);
  CHECK(e.through(p) == e.by_device);
  for (const auto lose : {+[](device_capabilities& c) { c.esp = false; }, +[](device_capabilities& c) { c.esn = false; }, +[](device_capabilities& c) { c.tunnel = false; }, +[](device_capabilities& c) { c.encryption = {}; }}) {
    lose(e.device.can);
    e.placing.reconfigured();
    CHECK(e.through(p).first == 0);
    e.device.can = whole_device;
    e.placing.reconfigured();
    CHECK(e.through(p) == e.by_device);
  }
  CHECK(e.device.adds == 2);
  CHECK(e.device.deletes == 0);
}

TEST_CASE("F14: a layout of UDP around ESP that is not in the configuration any more is sealed in software, and no other SA is") {
  ends<> e;
  const auto first = e.place(1);
  for (const mode how : {mode::tunnel, mode::transport}) {
    sa_form form{.spi = how == mode::tunnel ? 0x1002u : 0x1003u, .mode = how, .which = 2};
    form.made.encapsulation = encapsulation::udp;
    const ends<>::pair second{form, e.add_sender(form), e.add_receiver(form)};
    REQUIRE(e.offload(second.out, form));
    CHECK(e.through(second).first == 8);
    e.device.can.udp_esp = all_udp_esp_layouts.without(how == mode::tunnel ? udp_esp_layout::tunnel : udp_esp_layout::transport);
    e.placing.reconfigured();
    CHECK(e.through(second).first == 0);
    CHECK(e.through(first) == e.by_device);
    e.device.can = whole_device;
    e.placing.reconfigured();
    CHECK(e.through(second).first == 8);
  }
}

TEST_CASE("F27: the host frames nothing for a device that ENCAPSULATION has not turned on, or turned off again, and loses nothing") {
  ends<> e;
  e.device.active_v4 = false;
  const auto p = e.make(1);
  const auto refused = e.offload(p.out, p.form);
  REQUIRE(!refused);
  CHECK(refused.why().field == std::string("OID_OFFLOAD_ENCAPSULATION"));
  CHECK_FALSE(e.offload(p.in, p.form));
  CHECK(e.device.adds == 0);
  CHECK(e.through(p) == e.in_software);
  e.device.active_v4 = true;
  REQUIRE(e.offload(p.out, p.form));
  REQUIRE(e.offload(p.in, p.form));
  CHECK(e.through(p) == e.by_device);
  e.device.active_v4 = false;  // for one version and not for the other
  e.placing(current_config_changed{});
  CHECK(e.through(p).first == 0);
  e.device.active_v4 = true, e.device.active_v6 = false;
  e.placing(current_config_changed{});
  CHECK(e.through(p) == e.by_device);
  CHECK(e.device.deletes == 0);
}

TEST_CASE("F27: with a NIC that is switched off under traffic, host and NIC lose nothing") {
  split<gateway, flat_packet, testing::mixing_crypto, card<gateway, flat_packet, testing::mixing_crypto>> a;
  const sa_form form{};
  const auto out = a.add_sender(form);
  const auto in = a.add_receiver(form);
  REQUIRE(a.offload(out, form));
  REQUIRE(a.offload(in, form));
  const activation_request bare{activation::on, link_framing::none, 0};
  std::uint64_t framed = 0;
  for (int k = 0; k < 4; ++k) {
    train<flat_packet> t;
    for (std::size_t i = 0; i < 8; ++i) t.add(udp_packet(family::ipv4, 40 + i), out);
    a.send(t);
    a.complete();
    a.receive(t);
    CHECK(t.survivors == 8);
    CHECK(a.sent().framed.get() - framed == (k % 2 == 0 ? 8 : 0));
    framed = a.sent().framed.get();
    const bool ending = k % 2 == 0;
    CHECK(a.device.made->set_encapsulation(events::record_of({ending ? events::turned_off : bare, ending ? events::turned_off : bare}), a.placing).status == ndis_status::success);
  }
}

TEST_CASE("F20: a host whose switches say so plumbs nothing, and what was plumbed is sealed in software") {
  for (const host_offload_switches switches : {host_offload_switches{true, true}, host_offload_switches{false, false}}) {
    ends<> e;
    const auto p = e.make(1);
    e.placing.obey(switches);
    const auto refused = e.offload(p.out, p.form);
    REQUIRE(!refused);
    CHECK(refused.why().kind == fault_kind::not_supported);
    CHECK_FALSE(e.offload(p.in, p.form));
    CHECK(e.device.adds == 0);
    CHECK(e.through(p) == e.in_software);
    e.placing.obey({});
    REQUIRE(e.offload(p.out, p.form));
    CHECK(e.through(p).first == 8);
    e.placing.obey(switches);
    CHECK(e.through(p) == e.in_software);
    e.placing.obey({});
    CHECK(e.through(p).first == 8);
  }
}

TEST_CASE("placement: what a device cannot be asked for, or does not take, stays in software as it was") {
  ends<> e;
  const auto p = e.make(1);
  sa_form wrong = p.form;
  wrong.spi ^= 1;
  CHECK(e.offload(p.out, wrong).why().kind == fault_kind::invalid_value);
  CHECK(e.offload(outbound_handle{9, 9}, p.form).why().kind == fault_kind::not_found);
  e.device.can.tunnel = false;
  CHECK(e.offload(p.out, p.form).why().kind == fault_kind::not_supported);
  e.device.can = whole_device;
  e.device.can.esn = false;
  CHECK_FALSE(e.offload(p.in, p.form));
  CHECK(e.sa(p.in).place().handle() == offload_handle{});
  CHECK(e.through(p) == e.in_software);
  e.device.can = whole_device;
  REQUIRE(e.offload(p.in, p.form));
  CHECK(e.offload(p.in, p.form).why().kind == fault_kind::already_exists);
  REQUIRE(e.placing.withdraw(p.in));
  CHECK(e.offload(p.in, p.form).why().kind == fault_kind::busy);
  e.placing.tend();
  CHECK(e.offload(p.in, p.form));
  CHECK(e.placing.withdraw(p.out).why().kind == fault_kind::not_found);
}

namespace placement_test {
/// Two adapters of one host, of which traffic left the first; what each of them said is told by its number.
struct two_adapters : ends<> {
  using adapter = placement_test::device;
  adapter second{};
  offloader<ends<>::host_type, adapter, 8> there;
  explicit two_adapters(std::uint8_t number = 1) : there(receiving, sending, second, number) {}
  /// What an adapter makes of a packet, and says of it.
  std::pair<bytes, receive_words> by(adapter& which, const bytes& packet, std::uint8_t number) {
    train<flat_packet> one;
    one.add(packet);
    receive_words said = which.receive(*one.packets[0]);
    said.adapter = number;
    return {one.octets(0), said};
  }
  verdict takes(const std::pair<bytes, receive_words>& arrived) {
    train<flat_packet> one;
    one.add(arrived.first);
    side.inbound(one.view(), std::vector<receive_words>{arrived.second});
    return one.of(0);
  }
  template <class Handle> auto move(const pair& p, Handle h) {
    sa_form form = p.form;
    return there.offload(h, form.parameters());
  }
  bytes sealed(const pair& p, std::uint64_t number) {
    testing::mixing_crypto peer{};
    return tunnelled_packet(peer, p.form, number, udp_packet(family::ipv4, 60, 3));
  }
};
}  // namespace placement_test

TEST_CASE("placement: what an adapter that was left says is not believed under what the present one was told: no replay of an old subspace [class 49]") {
  constexpr std::uint64_t wrap = std::uint64_t{1} << 32;
  two_adapters e;
  const auto p = e.make(1, wrap - 4);
  REQUIRE(e.offload(p.in, p.form));
  const bytes old = e.sealed(p, 9);  // of the first subspace, long ago: right under the half that the first adapter was told
  CHECK(e.takes(e.by(e.device, e.sealed(p, wrap - 2), 0)) == verdict::forwarded);
  e.placing.leave();
  CHECK(e.takes({e.sealed(p, wrap + 3), {}}) == verdict::forwarded);
  REQUIRE(e.move(p, p.in));
  CHECK(e.sa(p.in).place().now().high == 1);
  CHECK(e.sa(p.in).place().now().adapter == 1);
  const auto replay = e.by(e.device, old, 0);
  CHECK(replay.second.ipsec == receive_ipsec{.done = true});  // the first adapter opened it: its high half is still 0
  CHECK(e.takes(replay) == verdict::icv_mismatch);
  // What is of today passes through either: the first fails on it, and software opens it.
  const std::uint64_t believed = e.got().believed.get();
  CHECK(e.takes(e.by(e.device, e.sealed(p, wrap + 20), 0)) == verdict::forwarded);
  CHECK(e.takes(e.by(e.device, e.sealed(p, wrap - 1), 0)) == verdict::forwarded);  // opened there, and rechecked under its own half
  CHECK(e.got().believed.get() == believed);
  CHECK(e.takes(e.by(e.second, e.sealed(p, wrap + 21), 1)) == verdict::forwarded);
  CHECK(e.got().believed.get() == believed + 1);
}

TEST_CASE("placement: an SA that an adapter was left with goes to no other of the same number, and comes back once it was taken away there") {
  two_adapters e(0);
  const auto p = e.make(1);
  REQUIRE(e.offload(p.in, p.form));
  e.placing.leave();
  const placed before = e.sa(p.in).place().now();
  const auto refused = e.move(p, p.in);
  REQUIRE(!refused);
  CHECK(refused.why().kind == fault_kind::busy);
  CHECK(refused.why().field == std::string("adapter"));
  CHECK(e.second.adds == 0);
  CHECK(e.sa(p.in).place().now() == before);
  CHECK(e.takes(e.by(e.device, e.sealed(p, 1), 0)) == verdict::forwarded);
  REQUIRE(e.placing.withdraw(p.in));
  CHECK(!e.move(p, p.in));  // what the first handed up before may still come
  e.placing.tend();
  CHECK(e.move(p, p.in));
}

TEST_CASE("placement: what a removed adapter had handed up passes before the SA goes to another of its number") {
  two_adapters e(0);
  const auto p = e.make(1);
  REQUIRE(e.offload(p.in, p.form));
  const auto under_way = e.by(e.device, e.sealed(p, 1), 0);
  e.device.store.remove_all();
  e.placing.device_gone();
  CHECK(e.placing.size() == 0);
  CHECK(!e.move(p, p.in));
  CHECK(e.takes(under_way) == verdict::forwarded);
  CHECK(e.takes(e.by(e.device, e.sealed(p, 2), 0)) == verdict::forwarded);
  CHECK(e.placing.tend() == 0);
  CHECK(e.sa(p.in).place().handle() == offload_handle{});
  CHECK(e.move(p, p.in));
  CHECK(e.device.deletes == 0);
}

TEST_CASE("placement: an SA that another device refuses stays with the one that it left, as it was") {
  two_adapters e;
  const auto p = e.make(1);
  REQUIRE(e.offload(p.in, p.form));
  e.placing.leave();
  const placed before = e.sa(p.in).place().now();
  const offload_handle handle = e.sa(p.in).place().handle();
  for (std::size_t k = 0; k < 128; ++k) {  // its table is full, which its report does not say
    sa_form other{.spi = 0x9000 + static_cast<unsigned>(k), .which = 3};
    placement_request request;
    const sa_parameters parameters = other.parameters();
    REQUIRE(request.add(true, parameters, 0));
    REQUIRE(e.second.store.add(e.second.crypto, request.get()));
  }
  CHECK(!e.move(p, p.in));
  CHECK(e.sa(p.in).place().now() == before);
  CHECK(e.sa(p.in).place().handle() == handle);
  const std::uint64_t believed = e.got().believed.get();
  CHECK(e.takes(e.by(e.device, e.sealed(p, 1), 0)) == verdict::forwarded);
  CHECK(e.got().believed.get() == believed + 1);
}

TEST_CASE("placement: what one adapter asks of an SA is asked of nobody else: deletes and new words") {
  constexpr std::uint64_t wrap = std::uint64_t{1} << 32;
  two_adapters e;
  const auto p = e.make(1, wrap - 6);
  REQUIRE(e.offload(p.in, p.form));
  REQUIRE(e.offload(p.out, p.form));
  e.placing.leave();
  REQUIRE(e.move(p, p.in));
  REQUIRE(e.move(p, p.out));
  // The first wants the place of an SA that is elsewhere by now.
  auto first = e.by(e.device, e.sealed(p, wrap - 5), 0);
  first.second.ipsec.delete_requested = true;
  CHECK(e.takes(first) == verdict::forwarded);
  CHECK_FALSE(e.sa(p.in).place().delete_asked());
  // The second does, and who looks first is not who is asked.
  auto second = e.by(e.second, e.sealed(p, wrap - 4), 1);
  second.second.ipsec.delete_requested = true;
  CHECK(e.takes(second) == verdict::forwarded);
  REQUIRE(e.placing.withdraw(p.out));  // so that the first has something to look after
  e.placing.tend();
  CHECK(e.device.deleted.size() == 1);
  CHECK(e.second.deletes == 0);
  CHECK(e.sa(p.in).place().delete_asked());
  e.there.tend();
  e.there.tend();
  CHECK(e.second.deletes == 1);
  // Likewise a new word: frames under it are the second's affair.
  train<flat_packet> t;
  for (int i = 0; i < 10; ++i) t.add(udp_packet(family::ipv4, 40), p.out);
  std::vector<send_words> words(10);
  CHECK(e.side.outbound(t.view_with_handles(), words) == 10);
  CHECK(words[0].adapter == 1);
  e.side.completed(words);
  e.placing.tend();
  CHECK(e.sa(p.out).place().update_due());
  e.there.tend();
  CHECK_FALSE(e.sa(p.out).place().update_due());
  CHECK(e.second.updates == 1);
}

TEST_CASE("F116: what the device opened before it was told to delete passes the host, though the delete was made while tending") {
  ends<> e;
  const auto p = e.place(1);
  train<flat_packet> t;
  for (int i = 0; i < 2; ++i) t.add(udp_packet(family::ipv4, 40), p.out);
  e.send(t);
  e.complete();
  e.device.ask_to_delete = true;
  std::vector<receive_words> said;
  for (flat_packet* one : t.packets) said.push_back(e.device.receive(*one));
  CHECK(e.side.inbound({{t.packets.data(), 1}, {t.verdicts.data(), 1}}, {said.data(), 1}) == 1);
  e.placing.tend();
  CHECK(e.device.deletes == 1);
  CHECK(e.side.inbound({{t.packets.data() + 1, 1}, {t.verdicts.data() + 1, 1}}, {said.data() + 1, 1}) == 1);
  CHECK(t.verdicts[1] == verdict::forwarded);
}

TEST_CASE("placement: a frame that is completed twice does not count for one that is out [class 42]") {
  ends<> e;
  const auto p = e.place(1);
  train<flat_packet> t;
  t.add(udp_packet(family::ipv4, 40), p.out);
  e.send(t);
  CHECK(e.sa(p.out).place().given() == 1);
  e.complete();
  e.complete();
  CHECK(e.sa(p.out).place().given() == 0);
  REQUIRE(e.placing.withdraw(p.out));
  CHECK(e.placing.tend() == 0);
  CHECK(e.device.deletes == 1);
}

namespace placement_test {
/// Gives the same handle again.
struct repeating_device : device {
  offload_handle given{};
  [[nodiscard]] result<offload_handle> add_sa(const sa_request& r) noexcept {
    auto made = device::add_sa(r);
    if (!made) return made;
    return given;
  }
};
}  // namespace placement_test

TEST_CASE("placement: a handle that is 0, or another bundle's, is no handle: the SA stays in software [class 38]") {
  ends<repeating_device> e;
  const auto a = e.make(1), b = e.make(2), c = e.make(3), d = e.make(4);
  CHECK(e.offload(a.in, a.form).why().field == std::string("handle"));
  CHECK(e.sa(a.in).place().now() == placed{});
  CHECK(e.placing.size() == 0);
  e.device.given = {7};
  REQUIRE(e.offload(b.in, b.form));
  for (const bool outbound : {false, true}) {
    const auto refused = outbound ? e.offload(c.out, c.form) : e.offload(c.in, c.form);
    REQUIRE(!refused);
    CHECK(refused.why().field == std::string("handle"));
  }
  CHECK(e.device.deletes == 0);  // it is the other's
  CHECK(e.placing.size() == 1);
  REQUIRE(e.placing.withdraw(b.in));
  CHECK_FALSE(e.offload(d.in, d.form));  // results under it may still come
  CHECK(e.device.deletes == 2);
  e.placing.tend();
  CHECK(e.offload(c.out, c.form));
}

TEST_CASE("placement: an SA has one partner, and who left its place in the table takes nobody along [class 38]") {
  ends<> e;
  const auto a = e.place(1), b = e.place(2);
  e.placing.pair(a.in, b.out);  // b.in and a.out are alone now
  REQUIRE(e.placing.withdraw(a.out));
  REQUIRE(e.placing.withdraw(b.out));
  e.placing.tend();
  const auto c = e.place(3);  // where those two were
  e.device.ask_to_delete = true;
  CHECK(e.through(b) == std::pair<std::uint64_t, std::uint64_t>{0, 8});
  e.device.ask_to_delete = false;
  for (int k = 0; k < 3; ++k) e.placing.tend();
  CHECK(e.sa(b.in).place().now().where == placement::software);
  CHECK(e.sa(a.in).place().now().where == placement::offloaded);
  CHECK(e.through(c) == e.by_device);
}
