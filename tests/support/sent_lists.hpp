// Buffer lists for a NIC's send queue, what left on the wire, and what came back.
#pragma once

#include "support/sending_nic.hpp"

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/offload/send_queue.hpp>
#include <esplanade/testing/net_buffers.hpp>

#include <deque>

namespace support {

/// A pool of net buffers of one MDL each.
class frame_pool {
 public:
  explicit frame_pool(std::size_t count, std::size_t room = 2048, std::size_t in_front = 32) : in_front_(in_front) {
    for (std::size_t i = 0; i < count; ++i) {
      frames_.push_back(std::make_unique<testing::owned_net_buffer>(testing::packet_form{.headroom = in_front, .tailroom = room}));
      free_.push_back(frames_.back().get());
    }
  }
  net_buffer* take() noexcept {
    if (free_.empty()) return nullptr;
    net_buffer* const b = free_.back();
    free_.pop_back();
    (void)b->assign(b->chain(), in_front_, 0);
    return b;
  }
  void give(net_buffer* b) noexcept { free_.push_back(b); }
  std::size_t level() const { return free_.size(); }

 private:
  std::vector<std::unique_ptr<testing::owned_net_buffer>> frames_{};
  std::vector<net_buffer*> free_{};
  std::size_t in_front_;
};
static_assert(PacketPool<frame_pool, net_buffer>);

/// Lists with their frames; each stays where it is.
class lists {
 public:
  /// A list of these frames behind the others.
  net_buffer_list& add(const std::vector<bytes>& frames, const words& w, const testing::cut& cut = {}) {
    net_buffer_list& list = all_.emplace_back();
    testing::owned_net_buffer* before = nullptr;
    for (const bytes& frame : frames) {
      frames_.push_back(std::make_unique<testing::owned_net_buffer>(testing::packet_form{.content = frame, .segments = cut}));
      if (before != nullptr) before->link(frames_.back().get());
      else list.set_first_buffer(frames_.back().get());
      before = frames_.back().get();
    }
    if (w.handle) set_oob(list, send_ipsec{w.handle.word});
    if (w.tunnel) set_oob(list, send_tunnel{w.tunnel.word});
    set_oob(list, w.headers);
    set_oob(list, w.checksums);
    if (all_.size() > 1) all_[all_.size() - 2].link(&list);
    return list;
  }
  net_buffer_list* first() { return all_.empty() ? nullptr : &all_.front(); }
  net_buffer_list& operator[](std::size_t i) { return all_[i]; }
  std::size_t size() const { return all_.size(); }
  /// The octets of all frames of a list now.
  static std::vector<bytes> octets(net_buffer_list& list) {
    std::vector<bytes> out;
    for (net_buffer* b = list.first_buffer(); b != nullptr; b = b->next()) out.push_back(testing::octets_of(*b));
    return out;
  }

 private:
  std::deque<net_buffer_list> all_{};
  std::vector<std::unique_ptr<testing::owned_net_buffer>> frames_{};
};

/// A send queue and its NIC's table.
template <class P, std::size_t Made = 128, class Crypto = testing::mixing_crypto> struct queue_bench {
  using store_type = device_store<P, Crypto, 16>;
  using queue_type = send_queue<P, net_buffer_list, store_type, Crypto, frame_pool, Made>;

  Crypto crypto{};
  std::unique_ptr<store_type> store = std::make_unique<store_type>();
  frame_pool pool;
  [[no_unique_address]] random_of<P> random{};
  std::unique_ptr<queue_type> queue;
  send_conditions now{.current = everything(), .large = {set_of<large_send_kind>::from_bits(7), everything().framings}};
  std::vector<bytes> wire{};
  std::vector<net_buffer_list*> completed{};

  explicit queue_bench(std::size_t pooled = 200) : pool(pooled), queue(std::make_unique<queue_type>(typename queue_type::resources{.store = *store, .crypto = crypto, .random = random}, pool)) {}

  offload_handle add(bundle_form form) { return store->add(crypto, form.request()).value(); }
  auto on_wire() {
    return [this](const net_buffer& b) noexcept { wire.push_back(testing::octets_of(b)); };
  }
  auto on_completed() {
    return [this](net_buffer_list& l) noexcept { completed.push_back(&l); };
  }
  void send(net_buffer_list* chain) { queue->send(chain, now, on_wire(), on_completed()); }
  void send(lists& all) {
    wire.clear();
    completed.clear();
    send(all.first());
  }
};

/// One packet that goes through a tunnel, as the inline datapath seals it, behind a link header; and the frame of it.
struct frame_pair {
  bytes sealed{}, frame{};
  send_headers headers{};
};
template <class Host> frame_pair tunnelled_frame(std::uint64_t number, std::size_t size, bool linked = true, const sa_form& like = {}) {
  sa_form sa = like;
  sa.start = number - 1;
  const bytes inner = udp_packet(family::ipv4, size, static_cast<unsigned>(number & 0xff));
  frame_pair t;
  const bytes sealed = sealed_inline<Host>(inner, sa);
  const bytes frame = framed(sealed, sa.suite, {.at = 20, .next_header = 4, .payload = inner});
  bytes link = counted(12, 0x40);
  put16(link, 0x0800);
  if (linked) t.sealed = t.frame = link;
  put(t.sealed, sealed);
  put(t.frame, frame);
  t.headers = {4, frame[frame.size() - sa.suite.icv - 2], 0, 20};
  return t;
}

}  // namespace support
