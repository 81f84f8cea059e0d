// Sends whose octets a NIC must not write, in pages that nobody can write: a store into one of them ends this program.
#include "crypto/guarded_memory.hpp"
#include "support/sent_lists.hpp"

#include <esplanade/offload/nic.hpp>

#include <sys/mman.h>

#include <cstring>
#include <memory>

using namespace support;
using jobs::guarded_memory;

namespace {

using crypto_type = testing::mixing_crypto;
struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha2_256_128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct of_nic : of_host {
  static constexpr std::size_t levels = 2;
  static constexpr std::size_t burst = 4;  // so that lists span batches
};

/// A frame whose MDLs lie each in pages of its own that can only be read, at one side of a page that cannot even be.
class read_only_frame : public net_buffer {
 public:
  read_only_frame(const bytes& content, const testing::cut& sizes, guarded_memory::side side) {
    pieces_.resize(sizes.size());
    std::size_t from = 0;
    for (std::size_t i = 0; i < sizes.size(); from += sizes[i++]) {
      guarded_memory& room = *rooms_.emplace_back(std::make_unique<guarded_memory>(sizes[i], side));
      if (sizes[i] != 0) std::memcpy(room.data(), content.data() + from, sizes[i]);
      room.allow(PROT_READ);
      pieces_[i].address = room.data();
      pieces_[i].count = sizes[i];
      pieces_[i].next = i + 1 == sizes.size() ? nullptr : &pieces_[i + 1];
    }
    REQUIRE(from == content.size());
    (void)assign(pieces_.data(), 0, content.size());
  }

 private:
  std::vector<std::unique_ptr<guarded_memory>> rooms_{};
  std::vector<mdl> pieces_{};
};

/// A list of such frames.
struct read_only_list {
  net_buffer_list list{};
  std::vector<std::unique_ptr<read_only_frame>> frames{};

  read_only_list(const std::vector<bytes>& all, const words& w, const testing::cut& sizes, guarded_memory::side side) {
    for (const bytes& frame : all) {
      frames.push_back(std::make_unique<read_only_frame>(frame, sizes, side));
      if (frames.size() > 1) frames[frames.size() - 2]->link(frames.back().get());
    }
    list.set_first_buffer(frames[0].get());
    if (w.handle) set_oob(list, send_ipsec{w.handle.word});
    set_oob(list, w.headers);
    set_oob(list, w.checksums);
    REQUIRE(list.set_flags(nbl_flag::send_read_only));
  }
};

/// Every cut into up to three MDLs at the borders of headers, texts and ICVs, and beside them.
std::vector<testing::cut> cuts_of(std::size_t size) {
  std::vector<testing::cut> all{{size}};
  const std::size_t borders[] = {1, 13, 14, 15, 33, 34, 35, 41, 42, 43, 50, 51, 77, size - 18, size - 17, size - 16, size - 15, size - 1};
  for (const std::size_t a : borders) {
    all.push_back({a, size - a});
    for (const std::size_t b : borders)
      if (a < b) all.push_back({a, b - a, size - b});
  }
  return all;
}

template <class Pool> struct running {
  using adapter = nic<of_nic, net_buffer_list, crypto_type, 16, single_core, Pool>;
  crypto_type provider{};
  std::unique_ptr<adapter> card = std::make_unique<adapter>(provider);
  std::vector<bytes> wire{};
  std::vector<const net_buffer_list*> completed{};

  running() {
    offload_report hardware{};
    hardware.ipsec = everything();
    offload_activation both;
    const activation_request ethernet{activation::on, link_framing::ieee_802_3, 14};
    REQUIRE(both.request(hardware, ethernet, ethernet) == activation_answer::done);
    card->configure(everything(), both);
    for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted}) REQUIRE(card->happens(e));
  }
  offload_handle add(bundle_form form) { return card->add_sa(form.request()).value(); }
  template <class Queue> void send(Queue& queue, net_buffer_list& list) {
    wire.clear();
    completed.clear();
    queue.send(&list, [this](const net_buffer& b) noexcept { wire.push_back(testing::octets_of(b)); }, [this](net_buffer_list& l) noexcept { completed.push_back(&l); });
  }
};

}  // namespace

TEST_CASE("nic: a read-only send leaves sealed out of the pool, and not one octet of its pages is written, wherever its MDLs are cut [class 36]") {
  running<frame_pool> nic;
  frame_pool pool{8};
  const auto queue = std::make_unique<decltype(nic)::adapter::send_queue>(*nic.card, pool);
  const offload_handle handle = nic.add({.elements = {{}}});
  const frame_pair t = tunnelled_frame<of_host>(1, 40), u = tunnelled_frame<of_host>(2, 40);
  for (const auto side : {guarded_memory::side::ends_at_guard, guarded_memory::side::begins_at_guard})
    for (const testing::cut& sizes : cuts_of(t.frame.size())) {
      CAPTURE(sizes.size());
      CAPTURE(sizes[0]);
      read_only_list sent({t.frame, u.frame, t.frame, u.frame, t.frame}, {.handle = handle, .headers = t.headers}, sizes, side);
      nic.send(*queue, sent.list);
      CHECK(nic.wire == std::vector<bytes>{t.sealed, u.sealed, t.sealed, u.sealed, t.sealed});
      CHECK(nic.completed == std::vector<const net_buffer_list*>{&sent.list});
      CHECK(sent.list.status() == nbl_status::success);
      CHECK(pool.level() == 8);
    }
}

TEST_CASE("nic: a read-only send that finds the pool empty, or no pool, fails its list and writes nothing [class 36]") {
  const frame_pair t = tunnelled_frame<of_host>(1, 40);
  for (const testing::cut& sizes : {testing::cut{t.frame.size()}, testing::cut{20, 30, t.frame.size() - 50}}) {
    for (const std::size_t pooled : {0u, 1u, 4u}) {
      running<frame_pool> nic;
      frame_pool pool{pooled};
      const auto queue = std::make_unique<decltype(nic)::adapter::send_queue>(*nic.card, pool);
      const offload_handle handle = nic.add({.elements = {{}}});
      read_only_list sent(std::vector<bytes>(5, t.frame), {.handle = handle, .headers = t.headers}, sizes, guarded_memory::side::ends_at_guard);
      nic.send(*queue, sent.list);
      CHECK(nic.wire.empty());
      CHECK(nic.completed.size() == 1);
      CHECK(sent.list.status() == nbl_status::resources);
      CHECK(pool.level() == pooled);
    }
    running<no_pool> nic;
    const auto queue = std::make_unique<decltype(nic)::adapter::send_queue>(*nic.card);
    const offload_handle handle = nic.add({.elements = {{}}});
    read_only_list sent({t.frame}, {.handle = handle, .headers = t.headers}, sizes, guarded_memory::side::begins_at_guard);
    nic.send(*queue, sent.list);
    CHECK(nic.wire.empty());
    CHECK(nic.completed.size() == 1);
    CHECK(sent.list.status() == nbl_status::resources);
  }
}

TEST_CASE("nic: a read-only send that fails for another reason, or leaves as it is, is not written either [class 36]") {
  running<frame_pool> nic;
  frame_pool pool{8};
  const auto queue = std::make_unique<decltype(nic)::adapter::send_queue>(*nic.card, pool);
  const offload_handle handle = nic.add({.elements = {{}}});
  const frame_pair t = tunnelled_frame<of_host>(1, 40);
  const testing::cut sizes{30, t.frame.size() - 30};
  SUBCASE("no handle: it is not the NIC's to change") {
    read_only_list sent({t.frame}, {.headers = t.headers}, sizes, guarded_memory::side::ends_at_guard);
    nic.send(*queue, sent.list);
    CHECK(nic.wire == std::vector<bytes>{t.frame});
  }
  SUBCASE("a bundle that is not there any more") {
    REQUIRE(nic.card->delete_sa(handle));
    read_only_list sent({t.frame}, {.handle = handle, .headers = t.headers}, sizes, guarded_memory::side::ends_at_guard);
    nic.send(*queue, sent.list);
    CHECK(nic.wire.empty());
    CHECK(sent.list.status() == nbl_status::failure);
  }
  SUBCASE("offsets beyond the frame") {
    for (const unsigned offset : {0u, 19u, 21u, 60u, 600u}) {
      send_headers wrong = t.headers;
      wrong.esp_offset = static_cast<std::uint16_t>(offset);
      read_only_list sent({t.frame}, {.handle = handle, .headers = wrong}, sizes, guarded_memory::side::ends_at_guard);
      nic.send(*queue, sent.list);
      CHECK(nic.completed.size() == 1);
    }
  }
  CHECK(pool.level() == 8);
}
