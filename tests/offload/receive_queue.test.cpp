#include "support/receiving_nic.hpp"

using namespace support;

namespace {

struct fixture {
  receiving_nic<> nic{};
  peer other{};
  bundle_form esp = esp_bundle();
  offload_handle handle = nic.add(esp);

  bytes sealed(std::uint64_t number = 1) { return other.seal(esp, mode::transport, plain(esp), number); }
};

bytes framed(const bytes& packet, const bytes& behind_addresses) {
  bytes out = counted(12, 0x31);
  put(out, behind_addresses);
  put(out, packet);
  return out;
}
// Queues of several cores over one table.
using shared_store = device_store<receiving_profile, testing::mixing_crypto, 16, epoch<2>>;
using shared_queue = receive_queue<receiving_profile, net_buffer_list, shared_store, testing::mixing_crypto>;

const bytes ethernet{0x08, 0x00}, vlan{0x81, 0x00, 0x60, 0x07, 0x08, 0x00}, snap{0x00, 0x60, 0xaa, 0xaa, 0x03, 0, 0, 0, 0x08, 0x00};

}  // namespace

TEST_CASE("F28: nothing is worked on before the host has set an encapsulation, with bundles present") {
  fixture f;
  const bytes frame = f.sealed();
  f.nic.ipv4 = f.nic.ipv6 = false;
  CHECK(untouched(f.nic.receive(frame), frame));
  f.nic.ipv6 = true;
  CHECK(untouched(f.nic.receive(frame), frame));
  f.nic.ipv4 = true;
  CHECK(f.nic.receive(frame).ipsec.done);
}

TEST_CASE("F119: frames of every framing are worked on as the configuration says, link headers stay") {
  fixture f;
  const bytes packet = f.sealed();
  const set_of<link_framing> base(link_framing::ieee_802_3);
  const struct {
    bytes between;
    set_of<link_framing> has;
    oob_word tag;
    bool works;
  } rows[] = {{ethernet, base, 0, true},
              {vlan, base, 0, false},
              {vlan, base | link_framing::vlan_inline, 0, true},
              {snap, base, 0, false},
              {snap, base | link_framing::llc_snap_routed, 0, true},
              {ethernet, base | link_framing::vlan_inline, 7, false},
              {ethernet, base | link_framing::vlan_beside, 7, true},
              {{0x08, 0x06}, base, 0, false}};
  for (const auto& row : rows) {
    f.nic.current.framings = row.has;
    const bytes frame = framed(packet, row.between);
    const told t = f.nic.receive({testing::packet_form{.content = frame, .segments = {13, 30, frame.size() - 43}}}, {}, row.tag)[0];
    CHECK(t.ipsec == receive_ipsec{.done = row.works});
    const std::ptrdiff_t link = static_cast<std::ptrdiff_t>(12 + row.between.size());
    CHECK(bytes(t.frame.begin(), t.frame.begin() + link) == bytes(frame.begin(), frame.begin() + link));
    if (!row.works) CHECK(t.frame == frame);
  }
}

TEST_CASE("F119: AH, nested portions and checksums count from the IP header, wherever the link header ends") {
  fixture f;
  const bundle_form auth = ah_bundle(), inside = inner(ah_bundle(0x2002)), tunnel = esp_bundle(0x1007);
  for (const bundle_form& form : {auth, inside, tunnel}) f.nic.add(form);
  f.nic.current.framings = link_framing::ieee_802_3;
  f.nic.current.udp_checksum = true;
  const bytes frame = framed(f.other.seal(auth, mode::transport, plain(auth)), ethernet);
  CHECK(f.nic.receive(frame).ipsec == receive_ipsec{.done = true});
  bytes packet = plain(inside);
  set_upper_checksum(packet, 20, 6, 17);
  const told t = f.nic.receive(framed(f.other.seal(tunnel, mode::tunnel, f.other.seal(inside, mode::transport, packet)), ethernet));
  CHECK(t.ipsec == receive_ipsec{.done = true, .next_done = true});
  CHECK(t.checksums.pack() == receive_checksum{.udp_right = true, .ip_right = true}.pack());
}

TEST_CASE("U-22: frames that were looped back are not worked on") {
  fixture f;
  const bytes frame = f.sealed();
  CHECK(untouched(f.nic.receive({testing::packet_form{.content = frame}}, nbl_flag::loopback)[0], frame));
}

TEST_CASE("F116: a bundle that is asked to go says so on each packet, good or bad, and works until it is deleted") {
  fixture f;
  bundle_form inside = inner(esp_bundle(0x1004));
  const offload_handle other = f.nic.add(inside);
  const bytes nested = f.other.seal(f.esp, mode::tunnel, f.other.seal(inside, mode::transport, plain(inside)));
  CHECK_FALSE(f.nic.receive(f.sealed()).ipsec.delete_requested);
  REQUIRE(f.nic.queue->ask_to_go(other));
  CHECK_FALSE(f.nic.receive(f.sealed()).ipsec.delete_requested);
  CHECK(f.nic.receive(nested).ipsec == receive_ipsec{.delete_requested = true, .done = true, .next_done = true});
  f.nic.bundle(other).asked_to_go.store(0, order::relaxed);
  REQUIRE(f.nic.queue->ask_to_go(f.handle));
  for (int n = 0; n < 3; ++n) CHECK(f.nic.receive(f.sealed()).ipsec.delete_requested);
  CHECK(f.nic.receive(f.sealed()).ipsec.status == crypto_status::success);
  CHECK(f.nic.receive(end_changed(f.sealed())).ipsec.delete_requested);
  REQUIRE(static_cast<bool>(f.nic.store.remove(f.handle)));
  CHECK_FALSE(f.nic.queue->ask_to_go(f.handle));
  CHECK_FALSE(f.nic.queue->ask_to_go({}));
  const bytes frame = f.sealed();
  CHECK(untouched(f.nic.receive(frame), frame));
}

TEST_CASE("receive_queue: chains of every length keep their order and their words [class 49]") {
  fixture f;
  for (const std::size_t n : {std::size_t{1}, std::size_t{15}, std::size_t{16}, std::size_t{17}, std::size_t{40}}) {
    std::vector<bytes> frames;
    for (std::size_t i = 0; i < n; ++i) frames.push_back(i % 5 == 3 ? plain(f.esp, i) : i % 7 == 5 ? end_changed(f.sealed(i + 1)) : f.sealed(i + 1));
    std::vector<testing::packet_form> forms;
    for (const bytes& frame : frames) forms.push_back({.content = frame});
    const auto all = f.nic.receive(forms);
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(all[i].ipsec.done == (i % 5 != 3));
      CHECK((all[i].ipsec.status == crypto_status::success) == (i % 5 == 3 || i % 7 != 5));
      CHECK(all[i].headers.set == (i % 5 != 3 && i % 7 != 5));
      CHECK(bytes(all[i].frame.begin(), all[i].frame.begin() + 28) == bytes(frames[i].begin(), frames[i].begin() + 28));
    }
  }
  const auto counted_by = f.nic.queue->snapshot();
  CHECK(counted_by.total() == 89);
  CHECK(counted_by[verdict::not_protected] == 17);
  CHECK(counted_by[verdict::icv_mismatch] == 10);
}

TEST_CASE("receive_queue: a list without a frame, or with two, passes as it is") {
  fixture f;
  const bytes frame = f.sealed();
  testing::owned_net_buffer first({.content = frame}), second({.content = frame});
  net_buffer_list empty, two;
  first.link(&second);
  two.set_first_buffer(&first);
  empty.link(&two);
  const auto gates = receive_gates<receiving_profile>::of(f.nic.current, true, true);
  (*f.nic.queue)(&empty, gates);
  CHECK(get_oob<receive_ipsec>(empty) == receive_ipsec{});
  CHECK(get_oob<receive_ipsec>(two) == receive_ipsec{});
  CHECK(testing::octets_of(static_cast<const net_buffer&>(first)) == frame);
}

TEST_CASE("receive_queue: queues of several cores share a table, and a bundle that was removed is freed once each has left") {
  testing::mixing_crypto crypto;
  testing::seeded random{1};
  auto store = std::make_unique<shared_store>();
  const shared_queue::resources with{.store = *store, .crypto = crypto, .random = random};
  auto first = std::make_unique<shared_queue>(with), second = std::make_unique<shared_queue>(with);
  bundle_form esp = esp_bundle();
  const offload_handle handle = store->add(crypto, esp.request()).value();
  const auto gates = receive_gates<receiving_profile>::of(every_capability(), true, true);
  for (shared_queue* queue : {first.get(), second.get()}) {
    const bytes frame = peer{}.seal(esp, mode::transport, plain(esp));
    testing::owned_net_buffer buffer({.content = frame});
    net_buffer_list list;
    list.set_first_buffer(&buffer);
    (*queue)(&list, gates);
    CHECK(get_oob<receive_ipsec>(list) == receive_ipsec{.done = true});
  }
  REQUIRE(static_cast<bool>(store->remove(handle)));
  CHECK(store->reclaim(crypto) == 1);
}
