// Buffer lists flattened into a batch: words read once for each list, then its frames, copies of them, or segments.
#pragma once

#include <esplanade/offload/large_send.hpp>
#include <esplanade/offload/link_header.hpp>
#include <esplanade/offload/send_frames.hpp>
#include <esplanade/offload/send_policies.hpp>
#include <esplanade/pipeline/counters.hpp>
#include <esplanade/sa/store.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// The front of a send queue: `works()` are the lists that have frames in the batch, the last of them perhaps with more to come.
///   Threads  one
template <class P, class Nbl, class Store, class Crypto, class Pool, std::size_t Made> class send_intake {
 public:
  using net_buffer_type = net_buffer_of<Nbl>;
  using traits = nbl_traits<Nbl>;
  using work = send_work<Nbl>;
  using frames = send_frames<P, net_buffer_type, Store, Crypto, Pool, Made>;

  send_intake(frames& into, Store& store, counters& of) noexcept : frames_(into), store_(store), counters_(of), member_(store) {}

  [[nodiscard]] auto enter() noexcept { return enter_store(store_, member_); }

  /// Fills the batch with frames of what `take` gives, as far as they go. `more` is false once it gives nothing.
  template <class Take> void fill(const send_conditions& now, Take& take, bool& more) noexcept {
    frames_.begin();
    while (!frames_.full()) {
      if (cursor_ != nullptr) {
        add_frame();
      } else if (cutter_.left()) {
        add_segment();
      } else {
        if (lists_ == P::burst || !more) break;
        const accepted_list<Nbl> next = take();
        more = next.list != nullptr;
        if (!more) break;
        begin(next, now);
      }
    }
  }

  [[nodiscard]] std::span<work> works() noexcept { return {works_, lists_}; }
  /// Goes on with the last list alone, or with none.
  void keep_last(bool last) noexcept {
    if (last) works_[0] = works_[lists_ - 1];
    lists_ = last ? 1 : 0;
  }
  /// What is left of the last list is given up.
  void stop() noexcept {
    cursor_ = nullptr;
    cutter_.stop();
  }

 private:
  /// Reads a list's words, once for all its frames (F71), and decides what is to be done with it.
  void begin(const accepted_list<Nbl>& next, const send_conditions& now) noexcept {
    work& w = works_[lists_++];
    w = {.list = next.list, .whole = true};
    if (now.state != nbl_status::success) {
      w.status = now.state;
      return;
    }
    const Nbl& list = *next.list;
    auto& s = shape_;
    s.handle = {get_oob<send_ipsec>(list).handle};
    s.tunnel_handle = {get_oob<send_tunnel>(list).handle};
    const auto large = get_oob<send_large>(list);
    if (!s.handle && !s.tunnel_handle && !large) return;  // F62
    net_buffer_type* const first = traits::first_buffer(*next.list);
    if (first == nullptr) return;
    if (!is_mapped<Nbl>(*first)) {
      w.status = nbl_status::resources;
      return;
    }
    packet_reader read(*first);
    const link_header link = read_link_header(read, s.handle || s.tunnel_handle ? now.current.framings : now.large.framings);
    if (s.handle || s.tunnel_handle) {
      const bool active = now.does_ipsec() && (link.version == family::ipv4 ? now.ipv4 : now.ipv6);
      if (!active) {
        if constexpr (!unconfigured_of<P>::sends_in_clear) w.status = nbl_status::failure;
        return;
      }
      const bool looped = traits::flags(list).has(nbl_flag::loopback);  // U-22
      if (looped || !works_behind(link, traits::entry(list, oob_slot::vlan).word != 0, now.current.framings)) {
        w.status = nbl_status::failure;
        return;
      }
    }
    s.base = link.octets;
    s.headers = get_oob<send_headers>(list);
    s.to_compute = get_oob<send_checksum>(list);
    s.accepted = next.words != nullptr;
    if (s.accepted) accept(s, *next.words);
    if (large) {
      begin_large(w, *first, large, now);
      return;
    }
    cursor_ = first;
    w.whole = false;
  }

  static void accept(device_packet_state<P, Crypto>& s, const accepted_words& words) noexcept {
    s.esp_high = words.esp;
    s.ah_high = words.ah;
    if constexpr (P::levels != 1) {
      s.outer_esp_high = words.tunnel_esp;
      s.outer_ah_high = words.tunnel_ah;
    }
  }

  /// A large send is one frame, of a kind that is on, under a transport SA only of a NIC that segments under IPsec (F12, F76, F77, F78).
  void begin_large(work& w, net_buffer_type& frame, const send_large& large, const send_conditions& now) noexcept {
    w.status = nbl_status::failure;
    if constexpr (frames::makes) {
      if (!now.large.kinds.has(!large.version_2 ? large_send_kind::v1 : large.ipv6 ? large_send_kind::v2_ipv6 : large_send_kind::v2_ipv4)) return;
      if (traits::next_buffer(frame) != nullptr || shape_.tunnel_handle || (shape_.handle && !now.current.large_send)) return;
      large_send_order order{.large = large, .headers = shape_.headers, .link = static_cast<std::uint8_t>(shape_.base)};
      if (shape_.handle) {
        [[maybe_unused]] const auto guard = enter();
        const auto* const bundle = store_.by_handle(shape_.handle);
        if (bundle == nullptr || bundle->inbound) return;
        order.esp = large_send_element::of(bundle->esp.sizes, shape_.accepted ? shape_.esp_high : bundle->esp.high.load(order::relaxed));
        order.ah = large_send_element::of(bundle->ah.sizes, shape_.accepted ? shape_.ah_high : bundle->ah.high.load(order::relaxed));
        order.in_udp = bundle->udp_esp.has(udp_esp_layout::transport);
      } else {
        order.headers = {};
      }
      if (const verdict v = cutter_.begin(frame, order); v != verdict::forwarded) {
        counters_.add(v, 1);
        return;
      }
      shape_.accepted = true;
      shape_.to_compute = {};
      w.payload = cutter_.payload();
      w.replaced = true;
      w.whole = false;
      w.status = nbl_status::success;
    }
  }

  /// The next frame of the list that is begun, or a copy of it when its octets are not to be written (F87).
  ESPLANADE_INLINE void add_frame() noexcept {
    work& w = works_[lists_ - 1];
    net_buffer_type* frame = cursor_;
    cursor_ = traits::next_buffer(*frame);
    if (!is_mapped<Nbl>(*frame)) [[unlikely]] {
      give_up(w, nbl_status::resources);
      return;
    }
    if (!is_writable(*frame)) [[unlikely]] {
      w.replaced = true;
      net_buffer_type* const copy = fresh();
      if (copy == nullptr || !frames::copied(*copy, *frame)) {
        give_up(w, nbl_status::resources);
        return;
      }
      frame = copy;
    }
    frames_.put(*frame, shape_, lists_ - 1);
    if (cursor_ == nullptr) w.whole = true;
  }
  void add_segment() noexcept {
    if constexpr (frames::makes) {
      work& w = works_[lists_ - 1];
      net_buffer_type* const segment = fresh();
      large_segment beside;
      if (segment == nullptr || cutter_.next(*segment, beside) != verdict::forwarded) {
        give_up(w, nbl_status::resources);
        return;
      }
      shape_.headers = beside.headers;
      shape_.esp_high = beside.esp_high;
      shape_.ah_high = beside.ah_high;
      frames_.put(*segment, shape_, lists_ - 1);
      if (!cutter_.left()) w.whole = true;
    }
  }
  /// An empty packet, noted with the list that is begun; nullptr when there is none.
  [[nodiscard]] net_buffer_type* fresh() noexcept {
    net_buffer_type* const p = frames_.fresh();
    if (p != nullptr) ++works_[lists_ - 1].made;
    return p;
  }
  void give_up(work& w, nbl_status why) noexcept {
    w.status = why;
    w.whole = true;
    stop();
  }

  frames& frames_;
  Store& store_;
  counters& counters_;
  [[no_unique_address]] membership_of<Store> member_;
  device_packet_state<P, Crypto> shape_{};   // what the frames of the list that is begun have in common
  net_buffer_type* cursor_ = nullptr;        // its next frame
  large_send_cutter<net_buffer_type> cutter_{};
  work works_[P::burst]{};
  std::size_t lists_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
