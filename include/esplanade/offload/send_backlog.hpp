// Sends that wait in a queue: accepted under the words of their moment, worked on in order, cancelled by id, given up by state.
#pragma once

#include <esplanade/offload/send_queue.hpp>

namespace esplanade {
inline namespace v0 {

/// A send queue that can be ahead of its wire.
///
///   Shape    post(chain, now, completed)            accepts lists; those that find no place complete with resources at once
///            run(now, on_wire, completed, most)     works on up to `most` of them; → how many are left
///            send(chain, now, on_wire, completed)   behind what waits, and all of it
///            cancel(id, completed)                  those with this cancel id complete with send_aborted (F91)
///            give_up(status, completed)             all of them do with `status`: a reset, a sleep, a removal
///            The high words of numbers are those of the moment when a list is posted (U-20)
///   Units    Waiting: lists
///   Cost     post: two looks into the table for each list. cancel: one look at each list that waits
///   Threads  one
template <class P, NetBufferList Nbl, class Store, CryptoProvider Crypto, class Pool = no_pool, std::size_t Made = 128, std::size_t Waiting = 64>
class send_backlog : protected send_queue<P, Nbl, Store, Crypto, Pool, Made> {
  using queue = send_queue<P, Nbl, Store, Crypto, Pool, Made>;
  using traits = nbl_traits<Nbl>;
  static_assert(Waiting >= 1 && (Waiting & (Waiting - 1)) == 0, "send_backlog: a power of two of lists may wait");

 public:
  using typename queue::profile;
  using typename queue::list_type;
  using typename queue::net_buffer_type;
  using typename queue::resources;
  using queue::queue;
  using queue::snapshot;

  template <ListDone<Nbl> Done> void post(Nbl* chain, const send_conditions& now, Done&& completed) noexcept {
    while (chain != nullptr) {
      Nbl& list = *chain;
      chain = traits::next(list);
      if (now.state != nbl_status::success) complete(list, now.state, completed);
      else if (waiting() == Waiting) complete(list, nbl_status::resources, completed);
      else entries_[to_++ % Waiting] = {&list, words_of(list)};
    }
  }
  template <WireSink<Nbl> Wire, ListDone<Nbl> Done> std::size_t run(const send_conditions& now, Wire&& on_wire, Done&& completed, std::size_t most = ~std::size_t{0}) noexcept {
    this->work_off(now, [this, &most]() noexcept {
      if (waiting() == 0 || most == 0) return detail::accepted_list<Nbl>{nullptr, nullptr};
      --most;
      entry& e = entries_[from_++ % Waiting];
      return detail::accepted_list<Nbl>{e.list, &e.words};
    }, on_wire, completed);
    return waiting();
  }
  template <WireSink<Nbl> Wire, ListDone<Nbl> Done> void send(Nbl* chain, const send_conditions& now, Wire&& on_wire, Done&& completed) noexcept {
    if (waiting() != 0) run(now, on_wire, completed);
    queue::send(chain, now, on_wire, completed);
  }
  template <ListDone<Nbl> Done> std::size_t cancel(oob_word id, Done&& completed) noexcept {
    return give_up_if([id](const Nbl& list) noexcept {
      const oob_entry its = traits::entry(list, oob_slot::cancel_id);
      return its.direction != oob_direction::none && its.word == id;  // one that has none is no list of id 0
    }, nbl_status::send_aborted, completed);
  }
  template <ListDone<Nbl> Done> std::size_t give_up(nbl_status status, Done&& completed) noexcept {
    return give_up_if([](const Nbl&) noexcept { return true; }, status, completed);
  }
  /// Lists that wait.
  [[nodiscard]] std::size_t waiting() const noexcept { return to_ - from_; }

 private:
  struct entry {
    Nbl* list = nullptr;
    accepted_words words{};
  };

  template <class Done> static void complete(Nbl& list, nbl_status status, Done& completed) noexcept {
    traits::set_status(list, status);
    completed(list);
  }
  [[nodiscard]] accepted_words words_of(const Nbl& list) noexcept {
    [[maybe_unused]] const auto guard = this->enter();
    auto& store = this->shared().store;
    accepted_words words;
    if (const auto* b = store.by_handle({get_oob<send_ipsec>(list).handle}); b != nullptr) words.esp = b->esp.high.load(order::relaxed), words.ah = b->ah.high.load(order::relaxed);
    if (const auto* t = store.by_handle({get_oob<send_tunnel>(list).handle}); t != nullptr) words.tunnel_esp = t->esp.high.load(order::relaxed), words.tunnel_ah = t->ah.high.load(order::relaxed);
    return words;
  }
  template <class Which, class Done> std::size_t give_up_if(Which which, nbl_status status, Done& completed) noexcept {
    const std::size_t end = to_;
    std::size_t kept = from_, gone = 0;
    for (std::size_t k = from_; k != end; ++k) {
      const entry e = entries_[k % Waiting];
      if (which(*e.list)) {
        ++gone;
        complete(*e.list, status, completed);
      } else {
        entries_[kept++ % Waiting] = e;
      }
    }
    to_ = kept;
    return gone;
  }

  entry entries_[Waiting]{};
  std::size_t from_ = 0, to_ = 0;
};

}  // namespace v0
}  // namespace esplanade
