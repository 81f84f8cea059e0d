// A NIC's send queue over our lists and over somebody else's, and what it leaves of lists that were handed to it.
#include "support/sent_lists.hpp"

#include <esplanade/buffer/nbl_ownership.hpp>
#include <esplanade/testing/foreign_nbl.hpp>

using namespace support;

namespace {
struct of_nic : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using crypto = testing::mixing_crypto;
using store = device_store<of_nic, crypto, 16>;

class foreign_pool {
 public:
  foreign_frame* take() noexcept { return factory_.make({.headroom = 32, .tailroom = 2048}); }
  void give(foreign_frame* f) noexcept { factory_.release(f); }

 private:
  testing::foreign_frames factory_{};
};
static_assert(PacketPool<foreign_pool, foreign_frame>);
}  // namespace

TEST_CASE("F134: what a NIC completes, sent or failed, is as it was handed over, list by list and once") {
  queue_bench<of_nic> nic;
  const offload_handle handle = nic.add({.elements = {{}}});
  const frame_pair t = tunnelled_frame<of_nic>(1, 40);
  const std::size_t size = t.frame.size();
  lists all;
  all.add({t.frame, t.frame, t.frame}, {.handle = handle, .headers = t.headers}, {14, 20, size - 34});
  all.add({t.frame, bytes(t.frame.begin(), t.frame.begin() + 40)}, {.handle = handle, .headers = t.headers});  // the second is cut short
  all.add({t.frame}, {.handle = {~std::uintptr_t{0}}, .headers = t.headers}, {1, 13, 7, size - 21});
  all.add({t.frame}, {});
  for (net_buffer_list* l = all.first(); l != nullptr; l = l->next()) REQUIRE(hand_over(*l));
  std::size_t completed = 0;
  nic.queue->send(all.first(), nic.now, nic.on_wire(), [&](net_buffer_list& l) noexcept {
    CHECK(complete(l, l.status()));
    ++completed;
  });
  CHECK(completed == 4);
  CHECK(nic.wire == std::vector<bytes>{t.sealed, t.sealed, t.sealed, t.frame});
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(take_back(all[i]));
  CHECK(all[1].status() == nbl_status::failure);
}

TEST_CASE("send_queue: lists of one frame and of more than a batch holds leave and complete in their order, each once") {
  queue_bench<of_nic> nic;
  const offload_handle handle = nic.add({.elements = {{}}});
  const frame_pair t = tunnelled_frame<of_nic>(1, 40);
  lists all;
  std::vector<bytes> wire;
  for (const std::size_t frames : {std::size_t{1}, of_nic::burst + 3, std::size_t{1}, std::size_t{1}, 2 * of_nic::burst, of_nic::burst - 1, std::size_t{2}, std::size_t{0}, std::size_t{1}}) {
    const bool sealed = frames != 2;  // those pass
    all.add(std::vector<bytes>(frames, t.frame), sealed ? words{.handle = handle, .headers = t.headers} : words{});
    wire.insert(wire.end(), frames, sealed ? t.sealed : t.frame);
  }
  for (std::size_t i = 0; i < of_nic::burst; ++i) all.add({t.frame}, {.handle = handle, .headers = t.headers}), wire.push_back(t.sealed);
  std::vector<const net_buffer_list*> completed;
  nic.queue->send(all.first(), nic.now, nic.on_wire(), [&](net_buffer_list& l) noexcept { completed.push_back(&l); });
  CHECK(nic.wire == wire);
  REQUIRE(completed.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK((completed[i] == &all[i] && all[i].status() == nbl_status::success));
}

TEST_CASE("foreign_nbl: a NIC seals in somebody else's lists what it seals in ours") {
  crypto provider;
  const auto table = std::make_unique<store>();
  foreign_pool pool;
  using queue_type = send_queue<of_nic, foreign_list, store, crypto, foreign_pool>;
  const auto queue = std::make_unique<queue_type>(typename queue_type::resources{.store = *table, .crypto = provider}, pool);
  const offload_handle handle = table->add(provider, bundle_form{.elements = {{}}}.request()).value();
  const frame_pair t = tunnelled_frame<of_nic>(1, 40);

  testing::foreign_lists factory;
  const testing::packet_form forms[] = {{.content = t.frame}, {.content = t.frame, .segments = {14, 20, t.frame.size() - 34}}};
  foreign_list* const l = factory.make(forms);
  set_oob(*l, send_ipsec{handle.word});
  set_oob(*l, t.headers);
  std::vector<bytes> wire;
  std::size_t completed = 0;
  send_conditions now{.current = everything()};
  queue->send(l, now, [&](const foreign_frame& f) noexcept { wire.push_back(testing::octets_of(f)); }, [&](foreign_list&) noexcept { ++completed; });
  CHECK(wire == std::vector<bytes>{t.sealed, t.sealed});
  CHECK(completed == 1);
  CHECK(l->status == 0);
  factory.release(l);
}

TEST_CASE("send_queue: a list with memory that cannot be mapped is completed with RESOURCES, and nothing of it is touched or sent") {
  queue_bench<of_nic> nic;
  const offload_handle handle = nic.add({.elements = {{}}});
  const frame_pair t = tunnelled_frame<of_nic>(1, 40);
  for (const std::size_t which : {0u, 1u}) {
    lists all;
    all.add({t.frame, t.frame}, {.handle = handle, .headers = t.headers}, {14, t.frame.size() - 14});
    net_buffer* const frames[] = {all[0].first_buffer(), all[0].first_buffer()->next()};
    mdl& last = *frames[which]->chain()->next;
    octet* const address = last.address;
    last.unmapped = true;
    last.address = nullptr;
    nic.send(all);
    last.address = address;
    CHECK(nic.wire.empty());
    CHECK(all[0].status() == nbl_status::resources);
    CHECK(lists::octets(all[0])[which] == t.frame);
  }
}
