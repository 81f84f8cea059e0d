// Nothing on the packet path takes memory from the heap: every `new` of this program is counted.
#include "support/pooled.hpp"

#include <doctest/doctest.h>

#include <esplanade/pipeline/in_flight.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/transform/aggregate.hpp>
#include <esplanade/transform/check_path_mtu.hpp>
#include <esplanade/transform/deaggregate.hpp>
#include <esplanade/transform/fragment_ip.hpp>
#include <esplanade/transform/reassemble_ip.hpp>

#include <cstdlib>
#include <new>

// Not inlined: compilers would see malloc and `delete`, or `new` and free, side by side and warn.
namespace {
std::size_t allocations = 0;
bool counting = false;

void* taken(std::size_t size, std::size_t alignment) {
  if (counting) ++allocations;
  void* const p = alignment <= alignof(std::max_align_t) ? std::malloc(size == 0 ? 1 : size)
                                                         : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (p == nullptr) std::abort();
  return p;
}
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) { return taken(size, 1); }
[[gnu::noinline]] void* operator new[](std::size_t size) { return taken(size, 1); }
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) { return taken(size, static_cast<std::size_t>(alignment)); }
[[gnu::noinline]] void* operator new[](std::size_t size, std::align_val_t alignment) { return taken(size, static_cast<std::size_t>(alignment)); }
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using policy = linear_policy<8>;
};

template <class Run> std::size_t counted(Run run) {
  allocations = 0;
  counting = true;
  run();
  counting = false;
  return allocations;
}

// Good ones, and one of every kind that is refused.
template <class P> void fill(train<P>& packets) {
  for (std::size_t i = 0; i < 100; ++i) {
    bytes inner = udp_packet(i % 2 == 0 ? family::ipv4 : family::ipv6, 7 * i);
    if (i % 10 == 3) inner.resize(10);
    if (i % 10 == 5) inner[0] = 0x10;
    if (i % 10 == 7) inner[inner.size() / 2] = 0;
    packets.add(testing::packet_form{.content = inner, .headroom = i % 10 == 8 ? 1u : 100u, .tailroom = i % 10 == 9 ? 1u : 100u});
  }
}

// An asynchronous engine that works when it is asked back, in a ring of its own.
struct ring_crypto {
  static constexpr provider_abilities abilities{.asynchronous = true};
  template <class> static constexpr bool supports = true;
  struct workspace {
    struct {
      job* work = nullptr;
      bool seals = false;
    } ring[256];
    std::size_t in = 0, out = 0;
    null_crypto::workspace inner{};
  };
  null_crypto inner{};
  result<std::uint32_t> add_key(const suite_sizes& s, const_octets key) noexcept { return inner.add_key(s, key); }
  void remove_key(std::uint32_t schedule) noexcept { inner.remove_key(schedule); }
  void submit_seal(workspace& w, job_list jobs) noexcept {
    for (job* j : jobs) w.ring[w.in++ % 256] = {j, true};
  }
  void submit_open(workspace& w, job_list jobs, on_forged) noexcept {
    for (job* j : jobs) w.ring[w.in++ % 256] = {j, false};
  }
  std::size_t reap(workspace& w, std::span<job*> back) noexcept {
    std::size_t n = 0;
    for (; n < back.size() && n < 5 && w.out != w.in; ++n) {
      auto& entry = w.ring[w.out++ % 256];
      job* const one[] = {entry.work};
      if (entry.seals) inner.seal(w.inner, one);
      else inner.open(w.inner, one, on_forged::scrub);
      back[n] = entry.work;
    }
    return n;
  }
};

}  // namespace

TEST_CASE("no heap: the count counts") {
  // By name: compilers may leave out a new-expression.
  CHECK(counted([] { ::operator delete(::operator new(4)); }) == 1);
  CHECK(counted([] { ::operator delete[](::operator new[](400, std::align_val_t{64}), std::align_val_t{64}); }) == 1);
}

TEST_CASE_TEMPLATE("no heap: a datapath takes nothing from the heap, for good packets and refused ones", P, flat_packet, chain_packet<4>) {
  world<gateway, P, mixing_crypto> r;
  REQUIRE(r.policy.add({traffic_selector{selector_parameters{.protocol = 17, .destination_ports = {53, 53}}}, policy_action::protect, r.add({})}));
  train<P> sending;
  fill(sending);
  CHECK(counted([&] { sending.survivors = r.path.outbound(sending.view()); }) == 0);
  CHECK(sending.survivors > 30);
  CHECK(sending.survivors < 100);
  train<P> arriving;
  for (std::size_t i = 0; i < sending.survivors; ++i) {
    bytes wire = testing::octets_of(*sending.packets[i]);
    if (i % 5 == 1) wire.back() = static_cast<octet>(wire.back() ^ 1);
    arriving.add(wire, {}, 0, 0);
    if (i % 5 == 2) arriving.add(wire, {}, 0, 0);
  }
  CHECK(counted([&] { arriving.survivors = r.path.inbound(arriving.view()); }) == 0);
  CHECK(arriving.survivors > 20);
  CHECK(arriving.count(verdict::icv_mismatch) > 0);
  CHECK(arriving.count(verdict::replayed) > 0);
}

TEST_CASE("no heap: nor do bursts in flight") {
  world<gateway, flat_packet, ring_crypto> r;
  REQUIRE(r.policy.add({traffic_selector::any(), policy_action::protect, r.add({})}));
  const auto flight = std::make_unique<in_flight<std::remove_reference_t<decltype(r.path.sending())>, 4>>(r.path.sending());
  train<flat_packet> packets;
  fill(packets);
  std::vector<flat_packet*> out(100);
  std::vector<verdict> verdicts(100);
  std::size_t back = 0;
  CHECK(counted([&] {
          std::size_t gone = 0;
          for (unsigned i = 0; i < 1000 && back < 100; ++i) {
            gone += flight->submit({std::span(packets.packets).subspan(gone), std::span(packets.verdicts).subspan(gone), {}});
            back += flight->reap({std::span(out).subspan(back), std::span(verdicts).subspan(back), {}});
          }
        }) == 0);
  CHECK(back == 100);
  CHECK(std::count(verdicts.begin(), verdicts.end(), verdict::forwarded) > 30);
}

TEST_CASE("no heap: SAs are added, found and removed without it; the provider keeps its keys as it likes") {
  world<gateway> r;
  sa_form form;
  form.parameters();
  CHECK(counted([&] {
          for (unsigned i = 0; i < 500; ++i) {
            auto in = r.receiving.add(r.crypto, form.made);
            auto out = r.sending.add(r.crypto, form.made);
            if (!in || !out || !r.receiving.remove(*in) || !r.sending.remove(*out)) return;
            r.receiving.reclaim(r.crypto);
            r.sending.reclaim(r.crypto);
          }
        }) == 0);
  CHECK(r.receiving.size() == 0);
}

namespace {
struct waiting_gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using clock = testing::manual_clock;
};
}  // namespace

TEST_CASE("no heap: stages that split, merge and originate take packets from the pool and nothing from elsewhere") {
  testing::seeded numbers{1};
  using behind = fragment_ip<8, no_answers, testing::seeded>;
  pooled_lane sender(outbound<waiting_gateway>(fragment_ip<8>{.mtu = 1400}, select_sa_by_handle, check_path_mtu<>{.path = 1500}, assign_sequence, write_trailer, esp_seal,
                                               write_outer_header, behind{.mtu = 600, .numbers = &numbers}));
  const auto sa = sender.add({});
  reassembly<flat_packet> contexts;
  pooled_lane receiver(inbound<waiting_gateway>(reassemble_ip<reassembly<flat_packet>>{&contexts}, find_sa, check_replay, esp_open, update_replay, remove_trailer,
                                                remove_outer_header, check_selectors));
  receiver.add({});
  aggregate_tunnel<flat_packet> tunnel({.octets = 500}, sa);
  pooled_lane quiet(outbound<waiting_gateway>(aggregate{&tunnel}, select_payload_sa, assign_sequence, write_trailer, esp_seal, write_outer_header));
  tunnel.sa = quiet.add({.spi = 0x2222});
  using receivers = aggregate_receivers<flat_packet>;
  receivers ends;
  pooled_lane heard(inbound<waiting_gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, open_payload, deaggregate<receivers>(&ends)));
  heard.add({.spi = 0x2222});

  train<flat_packet> packets, others;
  for (std::size_t n = 0; n < 6; ++n) {
    packets.add(udp_packet(n == 5 ? family::ipv6 : family::ipv4, 400 * n), sa);
    others.add(udp_packet(n % 2 == 0 ? family::ipv6 : family::ipv4, 400 * n));
  }
  std::vector<flat_packet*> out(2048), again(2048);
  std::vector<verdict> verdicts(2048), last(2048);
  const auto through = [&](auto& from, auto& to, train<flat_packet>& first, std::size_t delivered) {
    std::size_t sent = 0, came = 0;
    CHECK(counted([&] { sent = from.lane_(first.view_with_handles(), {out, verdicts}).survivors; }) == 0);
    CHECK(counted([&] { came = to.lane_({std::span(out).first(sent), std::span(verdicts).first(sent)}, {again, last}).survivors; }) == 0);
    CHECK(sent > delivered);
    CHECK(came == delivered);
  };
  through(sender, receiver, packets, 5 + 1);  // one of them in two fragments inside; IPv6 is refused
  through(quiet, heard, others, 6);
}
