// A send queue that lies, around a NIC's: frames that never left, stale handles, completions that are lost, late, doubled or reordered.
#pragma once

#include <esplanade/buffer/nbl_traits.hpp>
#include <esplanade/buffer/nbl_words.hpp>
#include <esplanade/testing/lies.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// Between whoever sends lists and a NIC's queue.
///   Shape    Queue         send(chain, on_wire, completed), as nic::send_queue
///            send          the same, with lies; what is late comes with a later send, or by give_back
///            give_back(completed)   all lists that are still kept, lost ones too: as a halt does
///            kept(), lost()         lists that the sender waits for; those of them that come with no later send
///   Errors   a list may be completed twice, at once or behind others of its chain: its memory stays until the call returns
///   Threads  one
///   Row      protocol.md: faults in the replies of hardware
template <class Queue, NetBufferList Nbl> class lying_send_queue {
  using traits = nbl_traits<Nbl>;

 public:
  lying_send_queue(Queue& honest, liar& teller) noexcept : honest_(honest), liar_(teller) {}

  template <class Wire, class Done> void send(Nbl* chain, Wire&& on_wire, Done&& completed) {
    for (Nbl* l = chain; l != nullptr; l = traits::next(*l)) mislead(*l);
    std::vector<Nbl*> now;
    honest_.send(chain, [&](const auto& frame) noexcept {
      if (!liar_.tells(&lies::lose)) on_wire(frame);
    }, [&now](Nbl& l) noexcept { now.push_back(&l); });
    std::vector<Nbl*> told = std::exchange(late_, {});
    for (Nbl* l : now) {
      if (liar_.tells(&lies::lose_completion)) lost_.push_back(l);
      else if (liar_.tells(&lies::late_completion)) late_.push_back(l);
      else told.insert(told.end(), liar_.tells(&lies::double_completion) ? 2 : 1, l);
    }
    liar_.swap_some(told, &lies::swap_completions);
    for (Nbl* l : told) completed(*l);
  }
  template <class Done> void give_back(Done&& completed) {
    for (auto* kept : {&late_, &lost_})
      for (Nbl* l : std::exchange(*kept, {})) completed(*l);
  }
  [[nodiscard]] std::size_t kept() const noexcept { return late_.size() + lost_.size(); }
  [[nodiscard]] std::size_t lost() const noexcept { return lost_.size(); }

 private:
  void mislead(Nbl& l) {
    const send_ipsec said = get_oob<send_ipsec>(l);
    if (said.handle == 0) return;
    if (!known_.empty() && liar_.tells(&lies::stale_handle)) set_oob(l, send_ipsec{known_[liar_.numbers().below(known_.size())]});
    if (known_.empty() || known_.back() != said.handle) known_.push_back(said.handle);
  }

  Queue& honest_;
  liar& liar_;
  std::vector<Nbl*> late_{}, lost_{};
  std::vector<std::uintptr_t> known_{};
};

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
