#include "support/sent_lists.hpp"

#include <esplanade/offload/nic.hpp>
#include <esplanade/offload/records_write.hpp>

#include <algorithm>
#include <optional>

using namespace support;

namespace {
struct of_nic : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using crypto = testing::mixing_crypto;
using adapter = nic<of_nic, net_buffer_list, crypto, 16, single_core, frame_pool>;
static_assert(OffloadDevice<adapter>);

frame_pair frame_of(std::uint64_t number, const sa_form& like = {}) { return tunnelled_frame<of_nic>(number, 40, true, like); }

// A NIC that runs, with all that it can do configured and active.
struct running {
  crypto provider{};
  std::unique_ptr<adapter> card = std::make_unique<adapter>(provider);
  frame_pool pool{8};
  std::unique_ptr<adapter::send_queue> queue = std::make_unique<adapter::send_queue>(*card, pool);
  std::vector<bytes> wire{};
  std::vector<net_buffer_list*> completed{};
  const frame_pair t = frame_of(1);

  running() {
    offload_report hardware{};
    hardware.ipsec = everything();
    offload_activation both;
    const activation_request ethernet{activation::on, link_framing::ieee_802_3, 14};
    REQUIRE(both.request(hardware, ethernet, ethernet) == activation_answer::done);
    card->configure(everything(), both);
    for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted}) happens(e);
  }
  adapter_effects happens(adapter_event e) { return card->happens(e).value(); }
  offload_handle add(bundle_form form) { return card->add_sa(form.request()).value(); }
  auto on_wire() {
    return [this](const net_buffer& b) noexcept { wire.push_back(testing::octets_of(b)); };
  }
  auto done() {
    return [this](net_buffer_list& l) noexcept { completed.push_back(&l); };
  }
  void cancel_id(net_buffer_list& l, oob_word id) { l.put(oob_slot::cancel_id, {id, oob_direction::send}); }
};

// With one SA each way, and a receive queue.
struct alive : running {
  offload_handle out = add({.elements = {{}}}), in_handle = add({.elements = {{}}, .inbound = true});
  std::unique_ptr<adapter::receive_queue> incoming = std::make_unique<adapter::receive_queue>(*card);

  nbl_status sent() {
    lists all;
    all.add({t.frame}, {.handle = out, .headers = t.headers});
    wire.clear();
    queue->send(all.first(), on_wire(), done());
    return all[0].status();
  }
  /// What a frame of the inbound SA comes up with; nothing: it does not come up.
  std::optional<receive_ipsec> received() {
    lists all;
    all.add({t.sealed}, {});
    std::optional<receive_ipsec> said;
    incoming->receive(all.first(), {}, [&](net_buffer_list* chain, receive_flags) noexcept { said = get_oob<receive_ipsec>(*chain); }, [](net_buffer_list&) noexcept {});
    if (said) incoming->give_back(all.first(), [](net_buffer_list&) noexcept {});
    return said;
  }
  bool works() { return sent() == nbl_status::success && wire == std::vector<bytes>{t.sealed} && received() == receive_ipsec{.done = true}; }
};
}  // namespace

TEST_CASE_FIXTURE(running, "nic: what is given to its queue leaves sealed, and comes back") {
  const offload_handle handle = add({.elements = {{}}});
  lists all;
  all.add({t.frame, t.frame}, {.handle = handle, .headers = t.headers});
  all.add({t.frame}, {});
  queue->send(all.first(), on_wire(), done());
  CHECK(wire == std::vector<bytes>{t.sealed, t.sealed, t.frame});
  CHECK(completed == std::vector{&all[0], &all[1]});
  CHECK(queue->snapshot()[verdict::forwarded] == 2);
}

TEST_CASE_FIXTURE(running, "F91: a cancel id ends the sends that wait with it, and no other, with SEND_ABORTED") {
  const offload_handle handle = add({.elements = {{}}});
  lists all;
  for (oob_word k = 0; k < 6; ++k) cancel_id(all.add({t.frame}, {.handle = handle, .headers = t.headers}), k % 2 == 0 ? 7 : 8);
  queue->post(all.first(), done());
  CHECK(queue->waiting() == 6);
  CHECK(wire.empty());
  CHECK(queue->cancel(7, done()) == 3);
  CHECK(completed == std::vector{&all[0], &all[2], &all[4]});
  for (const std::size_t k : {0u, 2u, 4u}) {
    CHECK(all[k].status() == nbl_status::send_aborted);
    CHECK(lists::octets(all[k])[0] == t.frame);
  }
  CHECK(queue->run(on_wire(), done()) == 0);
  CHECK(wire == std::vector<bytes>(3, t.sealed));
  CHECK(completed == std::vector{&all[0], &all[2], &all[4], &all[1], &all[3], &all[5]});
  CHECK(queue->cancel(8, done()) == 0);
}

TEST_CASE_FIXTURE(running, "F91: a list without a cancel id is not cancelled with id 0") {
  lists all;
  all.add({t.frame}, {});
  cancel_id(all.add({t.frame}, {}), 0);
  queue->post(all.first(), done());
  CHECK(queue->cancel(0, done()) == 1);
  CHECK(completed == std::vector{&all[1]});
  CHECK(queue->waiting() == 1);
}

TEST_CASE_FIXTURE(running, "U-20: what waits is sealed under the high word of the moment when it was accepted") {
  const sa_form sa{.esn = true};
  const frame_pair old = frame_of(0xffff'fff0, sa), later = frame_of(0x1'0000'0003, sa);
  const offload_handle handle = add({.elements = {sa}});
  lists first, second;
  first.add({old.frame}, {.handle = handle, .headers = old.headers});
  second.add({later.frame}, {.handle = handle, .headers = later.headers});
  queue->post(first.first(), done());
  REQUIRE(card->update_sa({handle, protocol_kind::esp, sa.spi, 1}));
  queue->send(second.first(), on_wire(), done());  // behind what waits
  CHECK(wire == std::vector<bytes>{old.sealed, later.sealed});
}

TEST_CASE_FIXTURE(running, "U-18: a new high word is settled when every lane has left what it entered under the old one") {
  const sa_form sa{.esn = true};
  const offload_handle handle = add({.elements = {sa}});
  CHECK(card->updates_settled());
  {
    const auto inside = card->store().enter();
    REQUIRE(card->update_sa({handle, protocol_kind::esp, sa.spi, 1}));
    CHECK(!card->updates_settled());
  }
  CHECK(card->updates_settled());
}

TEST_CASE_FIXTURE(running, "F63: a bundle that is deleted while a send waits fails it") {
  const offload_handle handle = add({.elements = {{}}});
  lists all;
  all.add({t.frame}, {.handle = handle, .headers = t.headers});
  queue->post(all.first(), done());
  REQUIRE(card->delete_sa(handle));
  card->reclaim();
  add({.elements = {{}}});
  queue->run(on_wire(), done());
  CHECK(wire.empty());
  CHECK(all[0].status() == nbl_status::failure);
}

TEST_CASE_FIXTURE(alive, "F123: SAs survive a reset: meanwhile nothing is sent or received, afterwards under the same handles") {
  CHECK(works());
  lists waits;
  waits.add({t.frame}, {.handle = out, .headers = t.headers});
  queue->post(waits.first(), done());
  const adapter_effects reset = happens(adapter_event::reset);
  CHECK(queue->give_up(reset.outstanding_sends, done()) == 1);
  CHECK(waits[0].status() == nbl_status::reset_in_progress);
  CHECK(sent() == nbl_status::reset_in_progress);
  CHECK_FALSE(received());
  CHECK_FALSE(card->add_sa(bundle_form{.elements = {{}}}.request()));
  happens(adapter_event::reset_done);
  CHECK(works());
  CHECK(card->store().size() == 2);
  CHECK(card->add_sa(bundle_form{.elements = {{}}}.request()));
}

TEST_CASE_FIXTURE(alive, "F124: SAs survive sleep: sends meanwhile complete LOW_POWER_STATE, and nothing comes up") {
  CHECK(works());
  lists waits;
  waits.add({t.frame}, {.handle = out, .headers = t.headers});
  queue->post(waits.first(), done());
  CHECK(queue->give_up(happens(adapter_event::sleep).outstanding_sends, done()) == 1);
  CHECK(waits[0].status() == nbl_status::low_power_state);
  CHECK(sent() == nbl_status::low_power_state);
  CHECK_FALSE(received());
  happens(adapter_event::wake);
  CHECK(works());
  CHECK(card->store().size() == 2);
}

TEST_CASE_FIXTURE(alive, "F125: while it pauses what waits is sent, what comes is PAUSED, requests are served and SAs stay") {
  lists waits;
  waits.add({t.frame}, {.handle = out, .headers = t.headers});
  queue->post(waits.first(), done());
  happens(adapter_event::pause);
  wire.clear();
  CHECK(queue->run(on_wire(), done()) == 0);
  CHECK(wire == std::vector<bytes>{t.sealed});
  for (const bool paused : {false, true}) {
    if (paused) happens(adapter_event::pause_done);
    CHECK(sent() == nbl_status::paused);
    CHECK_FALSE(received());
    const auto another = card->add_sa(bundle_form{.elements = {{}}}.request());
    REQUIRE(another);
    CHECK(card->delete_sa(*another));
    card->reclaim();
    CHECK(card->store().size() == 2);
    CHECK(card->store().by_handle(out) != nullptr);
  }
}

TEST_CASE_FIXTURE(alive, "U-2: after pause and restart both directions go on under the handles from before") {
  for (int round = 0; round < 2; ++round) {
    happens(adapter_event::pause);
    happens(adapter_event::pause_done);
    happens(adapter_event::restart);
    CHECK(received() == receive_ipsec{.done = true});  // it may come up while it restarts
    happens(adapter_event::restarted);
    CHECK(works());
  }
}

TEST_CASE_FIXTURE(alive, "F127: halt frees every SA, and no handle of before is valid in the next life") {
  REQUIRE(works());
  happens(adapter_event::pause);
  happens(adapter_event::pause_done);
  happens(adapter_event::halt);
  CHECK(sent() == nbl_status::failure);
  CHECK_FALSE(received());
  CHECK(card->store().size() == 0);
  for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted}) happens(e);
  std::vector<offload_handle> fresh;
  for (int k = 0; k < 16; ++k) fresh.push_back(add({.elements = {{.spi = 0x7000u + static_cast<unsigned>(k)}}}));  // every place is taken anew
  for (const offload_handle stale : {out, in_handle}) {
    CHECK(std::find(fresh.begin(), fresh.end(), stale) == fresh.end());
    CHECK(card->store().by_handle(stale) == nullptr);
    CHECK(card->delete_sa(stale).why().kind == fault_kind::not_found);
  }
  CHECK(sent() == nbl_status::failure);
  CHECK(wire.empty());
  CHECK(received() == receive_ipsec{});  // it passes: nobody's
}

TEST_CASE_FIXTURE(alive, "F126: with a surprise removal sends fail and nothing comes up") {
  happens(adapter_event::surprise_removal);
  CHECK(sent() == nbl_status::failure);
  CHECK(wire.empty());
  CHECK_FALSE(received());
  CHECK(card->store().size() == 0);
}

TEST_CASE_FIXTURE(running, "nic: what waits is given up with the status of the event, once, and nothing leaves") {
  const offload_handle handle = add({.elements = {{}}});
  lists all;
  for (int k = 0; k < 70; ++k) all.add({t.frame}, {.handle = handle, .headers = t.headers});
  queue->post(all.first(), done());
  CHECK(queue->waiting() == 64);
  CHECK(completed.size() == 6);  // found no place
  CHECK(all[69].status() == nbl_status::resources);
  CHECK(queue->give_up(happens(adapter_event::reset).outstanding_sends, done()) == 64);
  CHECK(completed.size() == 70);
  CHECK(all[0].status() == nbl_status::reset_in_progress);
  CHECK(wire.empty());
}

TEST_CASE_FIXTURE(running, "nic: what waits while the adapter pauses finishes, but not when it is reset, put to sleep or removed meanwhile") {
  struct during {
    adapter_event event;
    ndis_status fate;
  };
  for (const during& now : {during{adapter_event::pause_done, ndis_status::paused}, during{adapter_event::reset, ndis_status::reset_in_progress}, during{adapter_event::sleep, ndis_status::low_power_state},
                            during{adapter_event::surprise_removal, ndis_status::failure}}) {
    running fresh;
    lists all;
    all.add({t.frame}, {});
    all.add({t.frame}, {});
    fresh.queue->post(all.first(), fresh.done());
    fresh.happens(adapter_event::pause);
    CHECK(fresh.queue->run(fresh.on_wire(), fresh.done(), 1) == 1);
    CHECK(all[0].status() == nbl_status::success);
    fresh.happens(now.event);
    fresh.queue->run(fresh.on_wire(), fresh.done());
    CHECK(all[1].status() == static_cast<nbl_status>(now.fate));
    CHECK(fresh.wire.size() == 1);
  }
}

TEST_CASE_FIXTURE(running, "F58, F126: requests of the direct path as the adapter's life has it, and a removal that leaves no bundle") {
  bytes memory(512);
  const auto asks = [&](const sa_request& request) {
    direct_request r{.oid = static_cast<std::uint32_t>(direct_oid::add_sa_ex), .memory = record_memory::of(memory, 1), .information = 1};
    r.information_octets = static_cast<std::uint32_t>(*write_add_sa(memory, native_layout, true, request));
    return card->control().request(r);
  };
  bundle_form form{.elements = {{}}};
  CHECK(asks(form.request()) == ndis_status::success);
  const offload_handle handle = handle_in(memory, native_layout, true);
  CHECK(card->store().by_handle(handle) != nullptr);
  happens(adapter_event::surprise_removal);
  CHECK(asks(form.request()) == ndis_status::not_accepted);
  CHECK(!card->add_sa(form.request()));
  CHECK(card->store().size() == 0);
  happens(adapter_event::pause);
  happens(adapter_event::pause_done);
  happens(adapter_event::halt);
  CHECK(asks(form.request()) == ndis_status::not_accepted);
  happens(adapter_event::initialize);
  CHECK(asks(form.request()) == ndis_status::success);
  CHECK(card->store().by_handle(handle) == nullptr);
}

TEST_CASE_FIXTURE(running, "F50: a DELETE_SA that waits for a queue ends when a queue is done with its next batch") {
  const offload_handle handle = add({.elements = {{}}});
  bytes memory(64);
  unsigned ends = 0;
  direct_request r{.oid = static_cast<std::uint32_t>(direct_oid::delete_sa), .memory = record_memory::of(memory, 1), .information = 1};
  r.information_octets = static_cast<std::uint32_t>(*write_delete_sa(memory, native_layout, handle));
  r.issuer = &ends;
  r.completed = [](direct_request& done_now) noexcept { ++*static_cast<unsigned*>(done_now.issuer); };
  {
    const auto inside = card->store().enter();
    CHECK(card->control().request(r) == ndis_status::pending);
  }
  lists all;
  all.add({t.frame}, {});
  queue->send(all.first(), on_wire(), done());
  CHECK(ends == 1);
  CHECK(r.status == ndis_status::success);
  CHECK(!card->control().waiting());
}

TEST_CASE_FIXTURE(alive, "F147: what arrives is parted by queue, and each queue opens its part") {
  receive_spreading how;
  for (std::size_t i = 0; i < scaling_key::size; ++i) how.key.value[i] = static_cast<octet>(0x6d + 37 * i);
  how.table = scaling_table<>::over(2);
  card->spread(how);
  lists all;
  std::vector<bytes> frames;
  for (unsigned k = 0; k < 8; ++k) {
    const sa_form sa{.spi = 0x6000 + k};
    add({.elements = {sa}, .inbound = true});
    all.add({frame_of(1, sa).sealed}, {});
  }
  adapter::receive_queue second{*card};
  adapter::receive_queue* const queues[] = {incoming.get(), &second};
  net_buffer_list* parts[2];
  card->steer(all.first(), parts);
  std::size_t opened = 0;
  for (std::size_t q = 0; q < 2; ++q) {
    CHECK(parts[q] != nullptr);
    queues[q]->receive(parts[q], {}, [&](net_buffer_list* chain, receive_flags) noexcept {
      for (const net_buffer_list* l = chain; l != nullptr; l = l->next()) opened += get_oob<receive_ipsec>(*l) == receive_ipsec{.done = true};
    }, [](net_buffer_list&) noexcept {});
    CHECK(queues[q]->snapshot()[verdict::forwarded] != 0);
  }
  CHECK(opened == 8);
}

TEST_CASE_FIXTURE(alive, "F117: lists are joined only where coalescing is configured") {
  bytes segment = counted(60, 4);
  segment[12] = 0x50;
  bytes frame = counted(12, 0x40);
  put16(frame, 0x0800);
  put(frame, make_ip({.protocol = 6, .payload = segment}));
  lists all;
  net_buffer_list& list = all.add({frame}, {});
  CHECK_FALSE(card->may_join(list));
  offload_report report;
  report.ipsec = everything();
  report.coalescing_ipv4 = true;
  offload_activation active;
  const activation_request ethernet{activation::on, link_framing::ieee_802_3, 14};
  REQUIRE(active.request(report, ethernet, ethernet) == activation_answer::done);
  card->configure(report, active);
  CHECK(card->may_join(list));
  set_oob(list, receive_ipsec{.done = true});
  CHECK_FALSE(card->may_join(list));
}
