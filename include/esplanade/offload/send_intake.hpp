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
    const active_families active{now.does_ipsec() && now.ipv4, now.does_ipsec() && now.ipv6};
    frames_.begin();
    while (!frames_.full()) {
      if (cursor_ != nullptr) {
        net_buffer_type& frame = *cursor_;
        cursor_ = traits::next_buffer(frame);
        work& w = works_[lists_ - 1];
        w.whole = cursor_ == nullptr;
        add_frame(w, frame, whole_of<Nbl>(frame), shape_);
      } else if (cutter_.left()) {
        add_segment();
      } else if (from_ != to_) {
        while (begin(*from_++, now, active) && from_ != to_ && !frames_.full()) {}
      } else {
        if (lists_ == P::burst || !more) break;
        look_ahead(take, more);
      }
    }
  }

  /// Whether lists were taken that are not completed.
  [[nodiscard]] bool busy() const noexcept { return lists_ != 0 || from_ != to_; }
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
  struct active_families {
    bool ipv4, ipv6;
    [[nodiscard]] ESPLANADE_INLINE bool has(family version) const noexcept { return version == family::ipv4 ? ipv4 : ipv6; }
  };
  /// A list whose turn is yet to come, and its first frame; `whole` when that lies in one piece.
  struct taken_list {
    Nbl* list;
    net_buffer_type* first;
    octets whole;
    bool accepted;
    accepted_words words;
  };

  /// Takes as many lists as there is room for when each has one frame, so that their headers and trailers are on the way before
  /// anybody reads them.
  template <class Take> ESPLANADE_INLINE void look_ahead(Take& take, bool& more) noexcept {
    taken_list* t = from_ = taken_;
    for (const taken_list* const end = t + (P::burst - lists_); t != end; ++t) {
      const accepted_list<Nbl> next = take();
      if (next.list == nullptr) {
        more = false;
        break;
      }
      net_buffer_type* const first = traits::first_buffer(*next.list);
      const octets whole = first == nullptr ? octets{} : whole_of<Nbl>(*first);
      prefetch_ends(whole);
      t->list = next.list;
      t->first = first;
      t->whole = whole;
      t->accepted = next.words != nullptr;
      if (t->accepted) [[unlikely]] t->words = *next.words;
    }
    to_ = t;
  }

  /// Reads a list's words, once for all its frames (F71), and decides what is to be done with it. Its first frame is put in the
  /// batch. False: there is more to come of it.
  ESPLANADE_INLINE bool begin(const taken_list& t, const send_conditions& now, active_families active) noexcept {
    work& w = works_[lists_++];
    w = {.list = t.list, .whole = true};
    if (now.state != nbl_status::success) {
      w.status = now.state;
      return true;
    }
    const Nbl& list = *t.list;
    const offload_handle handle{packed_oob<send_ipsec>(list)}, tunnel{packed_oob<send_tunnel>(list)};
    const auto large = get_oob<send_large>(list);
    if (!handle && !tunnel && !large) return true;  // F62
    if (t.first == nullptr) return true;
    if (t.whole.empty() && !is_mapped<Nbl>(*t.first)) {
      w.status = nbl_status::resources;
      return true;
    }
    const set_of<link_framing> framings = handle || tunnel ? now.current.framings : now.large.framings;
    whole_reader read{t.whole};
    const link_header link = t.whole.empty() ? link_of(*t.first, framings) : read_link_header(read, framings);
    if (handle || tunnel) {
      if (!active.has(link.version)) {
        if constexpr (!unconfigured_of<P>::sends_in_clear) w.status = nbl_status::failure;
        return true;
      }
      const bool looped = traits::flags(list).has(nbl_flag::loopback);  // U-22
      if (looped || !works_behind(link, traits::entry(list, oob_slot::vlan).word != 0, now.current.framings)) {
        w.status = nbl_status::failure;
        return true;
      }
    }
    const oob_word headers = packed_oob<send_headers>(list), to_compute = packed_oob<send_checksum>(list);
    if (!large && !t.accepted && traits::next_buffer(*t.first) == nullptr && is_writable(*t.first)) [[likely]] {
      add_frame(w, *t.first, t.whole, {handle, tunnel, headers, to_compute, {}, false, link.octets});
      return true;
    }
    shape_ = {handle, tunnel, headers, to_compute, t.words, t.accepted, link.octets};
    if (large) {
      begin_large(w, *t.first, large, now);
      return false;
    }
    cursor_ = traits::next_buffer(*t.first);
    w.whole = cursor_ == nullptr;
    add_frame(w, *t.first, t.whole, shape_);
    return w.whole;
  }
  static ESPLANADE_COLD link_header link_of(const net_buffer_type& first, set_of<link_framing> framings) noexcept {
    packet_reader read(first);
    return read_link_header(read, framings);
  }

  /// A large send is one frame, of a kind that is on, under a transport SA only of a NIC that segments under IPsec (F12, F76, F77, F78).
  void begin_large(work& w, net_buffer_type& frame, const send_large& large, const send_conditions& now) noexcept {
    w.status = nbl_status::failure;
    if constexpr (frames::makes) {
      if (!now.large.kinds.has(!large.version_2 ? large_send_kind::v1 : large.ipv6 ? large_send_kind::v2_ipv6 : large_send_kind::v2_ipv4)) return;
      if (traits::next_buffer(frame) != nullptr || shape_.tunnel_handle || (shape_.handle && !now.current.large_send)) return;
      large_send_order order{.large = large, .headers = send_headers::unpack(shape_.headers), .link = static_cast<std::uint8_t>(shape_.base)};
      if (shape_.handle) {
        [[maybe_unused]] const auto guard = enter();
        const auto* const bundle = store_.by_handle(shape_.handle);
        if (bundle == nullptr || bundle->inbound) return;
        order.esp = large_send_element::of(bundle->esp.sizes, shape_.accepted ? shape_.high.esp : bundle->esp.high.load(order::relaxed));
        order.ah = large_send_element::of(bundle->ah.sizes, shape_.accepted ? shape_.high.ah : bundle->ah.high.load(order::relaxed));
        order.in_udp = bundle->udp_esp.has(udp_esp_layout::transport);
      } else {
        order.headers = {};
      }
      if (const verdict v = cutter_.begin(frame, order); v != verdict::forwarded) {
        counters_.add(v, 1);
        return;
      }
      shape_.accepted = true;
      shape_.to_compute = 0;
      w.payload = cutter_.payload();
      w.replaced = true;
      w.whole = false;
      w.status = nbl_status::success;
    }
  }

  /// A frame of the list that is begun, or a copy of it when its octets are not to be written (F87): one of `shape_`'s then.
  ESPLANADE_INLINE void add_frame(work& w, net_buffer_type& frame, octets whole, const send_shape& like) noexcept {
    if (!is_writable(frame)) [[unlikely]] return add_copy(w, frame);
    if (whole.empty() && !is_mapped<Nbl>(frame)) [[unlikely]] return give_up(w, nbl_status::resources);
    frames_.put(frame, whole, like, lists_ - 1);
  }
  ESPLANADE_COLD void add_copy(work& w, const net_buffer_type& frame) noexcept {
    net_buffer_type* const copy = is_mapped<Nbl>(frame) ? fresh() : nullptr;
    w.replaced = true;
    if (copy == nullptr || !frames::copied(*copy, frame)) return give_up(w, nbl_status::resources);
    frames_.put(*copy, whole_of<Nbl>(*copy), shape_, lists_ - 1);
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
      shape_.headers = beside.headers.pack();
      shape_.high.esp = beside.esp_high;
      shape_.high.ah = beside.ah_high;
      frames_.put(*segment, whole_of<Nbl>(*segment), shape_, lists_ - 1);
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
  send_shape shape_{};                       // what the frames of the list that is begun have in common
  net_buffer_type* cursor_ = nullptr;        // its next frame
  taken_list taken_[P::burst]{};
  taken_list* from_ = taken_;                // [from_, to_) are to be begun
  taken_list* to_ = taken_;
  large_send_cutter<net_buffer_type> cutter_{};
  work works_[P::burst]{};
  std::size_t lists_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
