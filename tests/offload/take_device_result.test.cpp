#include "support/stub_device.hpp"

using namespace support;

namespace take_result_test {
using crypto_type = testing::mixing_crypto;
struct believing : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<64>;
};
struct suspicious : believing {
  using device_trust = verify_after;
};

/// A host with one SA on its device, and the peer that seals for it.
template <class P> struct receiver : split<P> {
  using base = split<P>;
  sa_form form;
  inbound_handle sa;
  crypto_type peer{};

  explicit receiver(const sa_form& f = {}) : form(f), sa(this->add_receiver(f)) { REQUIRE(this->offload(sa, f)); }
  static bytes inside() { return udp_packet(family::ipv4, 60, 3); }
  bytes sealed(std::uint64_t number) { return tunnelled_packet(peer, form, number, inside()); }
  /// What the device made of it, and what it says.
  std::pair<bytes, receive_words> worked_on(const bytes& packet) {
    train<flat_packet> one;
    one.add(packet);
    const receive_words said = this->device.receive(*one.packets[0]);
    return {one.octets(0), said};
  }
  /// The host's verdict on octets and words.
  std::pair<verdict, bytes> takes(const bytes& packet, const receive_words& said) {
    train<flat_packet> one;
    one.add(packet);
    this->side.inbound(one.view(), std::vector<receive_words>{said});
    return {one.of(0), one.octets(0)};
  }
  verdict takes(std::pair<bytes, receive_words> both) { return takes(both.first, both.second).first; }
};
constexpr receive_words says(bool done, crypto_status status = crypto_status::success, bool next = false) { return {{.done = done, .next_done = next, .status = status}, {}}; }
}  // namespace take_result_test
using namespace take_result_test;

TEST_CASE("take_device_result: what the device opened is taken, what it left is opened, and both are counted") {
  receiver<believing> r;
  CHECK(r.takes(r.worked_on(r.sealed(1))) == verdict::forwarded);
  CHECK(r.takes(r.sealed(2), {}).second == r.inside());
  CHECK(r.got().believed.get() == 1);
  CHECK(r.got().opened_here.get() == 1);
  CHECK(r.got().by_status[0].get() == 1);
}

TEST_CASE_TEMPLATE("take_device_result: what a device opened under an SA that this host did not ask for is verified again, and costs no packet", P, believing, suspicious) {
  receiver<P> r;
  const auto opened = r.worked_on(r.sealed(1));
  auto changed = r.worked_on(r.sealed(2));
  changed.first.back() = static_cast<octet>(changed.first.back() ^ 1);
  const bytes untouched = r.sealed(3), forged = tunnelled_packet(r.peer, sa_form{.which = 5}, 4, r.inside());
  REQUIRE(r.placing.withdraw(r.sa));
  for (int k = 0; k < 3; ++k) r.placing.tend();
  REQUIRE_FALSE(r.base::sa(r.sa).place().handle());
  CHECK(r.takes(opened) == verdict::forwarded);
  CHECK(r.takes(changed) == verdict::icv_mismatch);
  CHECK(r.takes(untouched, says(true)).second == r.inside());
  CHECK(r.takes(forged, says(true)).first == verdict::icv_mismatch);
  CHECK(r.got().believed.get() == 0);
}

TEST_CASE("take_device_result: every status comes to the verdict of software, whatever the device left of the packet") {
  for (std::size_t k = 0; k < crypto_status_count; ++k) {
    CAPTURE(k);
    const auto status = static_cast<crypto_status>(k);
    receiver<believing> r;
    const bytes good = r.sealed(1);
    bytes forged = r.sealed(2);
    forged.back() ^= 1;
    const bool believed = status == crypto_status::transport_esp_failed || status == crypto_status::tunnel_esp_failed;
    CHECK(r.takes(forged, says(true, status)).first != verdict::forwarded);
    if (status != crypto_status::success) {
      CHECK(r.takes(good, says(true, status)).first == (believed ? verdict::icv_mismatch : verdict::forwarded));
      CHECK(r.takes(forged, says(true, status)).first == verdict::icv_mismatch);
      // Opened, but the device says that something was wrong.
      CHECK(r.takes(r.worked_on(r.sealed(3)).first, says(true, status)).first == (believed ? verdict::icv_mismatch : verdict::forwarded));
    }
    // Lengths are judged first.
    bytes odd = r.sealed(4), runt = r.sealed(5);
    odd.pop_back();
    odd[3] = static_cast<octet>(odd[3] - 1);
    set_checksum(odd);
    runt.resize(40);
    runt[2] = 0, runt[3] = 40;
    set_checksum(runt);
    CHECK(r.takes(odd, says(true, status)).first == verdict::bad_alignment);
    CHECK(r.takes(runt, says(true, status)).first == verdict::runt);
    CHECK(r.got().by_status[k].get() != 0);
  }
}

TEST_CASE("take_device_result: of two portions that were checked the outer one is right, whatever became of the inner") {
  receiver<believing> r;
  auto both = r.worked_on(r.sealed(1));
  both.second.ipsec.next_done = true;
  both.second.ipsec.status = crypto_status::transport_esp_failed;
  CHECK(r.takes(both) == verdict::forwarded);
}

TEST_CASE("take_device_result: an SA that no device was given is opened in software, whatever a device says") {
  receiver<believing> r;
  sa_form other{.spi = 0x5005, .which = 4};
  r.add_receiver(other);
  const bytes packet = tunnelled_packet(r.peer, other, 1, r.inside());
  const auto [v, octets] = r.takes(packet, says(true));
  CHECK(v == verdict::forwarded);
  CHECK(octets == r.inside());
}

TEST_CASE("F122: the replay filter, the trailer and the selectors are the host's, whatever the device says [class 1]") {
  receiver<believing> r({.selector = traffic_selector{selector_parameters{.protocol = 17}}});
  const auto one = r.worked_on(r.sealed(9));
  CHECK(r.takes(one) == verdict::forwarded);
  CHECK(r.takes(one) == verdict::replayed);
  CHECK(r.takes(r.worked_on(r.sealed(100))) == verdict::forwarded);
  CHECK(r.takes(r.worked_on(r.sealed(20))) == verdict::too_old);
  // Another next header and pad length than stand in the packet.
  auto lied = r.worked_on(r.sealed(101));
  lied.second.headers = {.next_header = 41, .pad_length = 200, .set = true};
  const auto [v, octets] = r.takes(lied.first, lied.second);
  CHECK(v == verdict::forwarded);
  CHECK(octets == r.inside());
  // A pad length that cannot be, in an authentic trailer.
  CHECK(r.takes(r.worked_on(sealed_packet(r.peer, r.form, 102, esp_text(r.inside(), 2, 250, 4)))) == verdict::bad_padding);
  CHECK(r.takes(r.worked_on(tunnelled_packet(r.peer, r.form, 103, make_ip({.protocol = 6, .payload = counted(40)})))) == verdict::wrong_selectors);
  const counters_snapshot all = r.side.inbound_counters();
  CHECK(all[verdict::forwarded] == 3);
  CHECK(all[verdict::replayed] == 1);
  CHECK(all[verdict::too_old] == 1);
  CHECK(all[verdict::bad_padding] == 1);
  CHECK(all[verdict::wrong_selectors] == 1);
  CHECK(r.receiving.at(r.sa)->drops().replayed.get() == 1);
}

TEST_CASE("take_device_result: with verify_after nothing that is forged passes, whatever the device says [class 1]") {
  receiver<suspicious> r;
  bytes forged = r.sealed(1), changed = r.worked_on(r.sealed(2)).first;
  forged.back() ^= 1;
  changed[50] ^= 1;  // plaintext, after the device
  for (std::size_t k = 0; k < crypto_status_count; ++k)
    for (const bytes& packet : {forged, changed}) {
      const auto [v, octets] = r.takes(packet, says(true, static_cast<crypto_status>(k)));
      CHECK(v == verdict::icv_mismatch);
      const bytes inside = r.inside();
      CHECK(std::search(octets.begin(), octets.end(), inside.begin() + 28, inside.end()) == octets.end());  // nor stays readable
    }
  CHECK(r.takes(r.worked_on(r.sealed(3))) == verdict::forwarded);
  CHECK(r.takes(r.sealed(4), says(true, crypto_status::tunnel_esp_failed)).first == verdict::forwarded);
  CHECK(r.got().believed.get() == 0);
}

TEST_CASE("U-18: a device's success counts only under the high half that the host infers, and only once that is settled") {
  constexpr std::uint64_t wrap = std::uint64_t{1} << 32;
  receiver<believing> r({.esn = true, .start = wrap - 4});
  CHECK(r.takes(r.worked_on(r.sealed(wrap - 2))) == verdict::forwarded);
  CHECK(r.got().believed.get() == 1);
  // An old packet with the low half of one to come: right under the word that the device has, and it says so.
  const auto old_epoch = r.worked_on(r.sealed(5));
  CHECK(old_epoch.second.ipsec == receive_ipsec{.done = true});
  CHECK(r.takes(old_epoch) == verdict::icv_mismatch);
  // The first of the new subspace fails on the device, is verified here, and then the device is told.
  CHECK(r.takes(r.worked_on(r.sealed(wrap + 3))) == verdict::forwarded);
  CHECK(r.device.updates == 0);
  const auto under_way = r.worked_on(r.sealed(6));
  const auto late = r.worked_on(r.sealed(wrap - 1));
  CHECK(r.placing.tend() == 1);
  CHECK(r.device.updates == 1);
  CHECK_FALSE(r.receiving.at(r.sa)->place().now().settled);
  CHECK(r.takes(under_way) == verdict::icv_mismatch);   // opened under the old word before it was told
  CHECK(r.takes(late) == verdict::forwarded);
  CHECK(r.takes(r.worked_on(r.sealed(wrap + 4))) == verdict::forwarded);
  CHECK(r.got().believed.get() == 1);
  CHECK(r.placing.tend() == 0);
  CHECK(r.receiving.at(r.sa)->place().now() == placed{.where = placement::offloaded, .settled = true, .options = true, .extensions = true, .inside_tunnel = true, .as_received = true, .high = 1});
  CHECK(r.takes(r.worked_on(r.sealed(wrap + 7))) == verdict::forwarded);
  CHECK(r.got().believed.get() == 2);
  CHECK(r.placing.tend() == 0);
  CHECK(r.device.updates == 1);
}

TEST_CASE("take_device_result: a second portion that was checked inside a tunnel that failed is no result [class 49]") {
  receiver<believing> r;
  bytes forged = r.sealed(2);
  forged.back() ^= 1;
  for (const crypto_status status : {crypto_status::tunnel_esp_failed, crypto_status::tunnel_ah_failed}) {
    CHECK(r.takes(forged, says(true, status, true)).first == verdict::icv_mismatch);
    CHECK(r.takes(r.sealed(static_cast<std::uint64_t>(status)), says(true, status, true)).first == verdict::forwarded);
  }
  CHECK(r.got().believed.get() == 0);
  CHECK(r.got().opened_here.get() == 4);
}
