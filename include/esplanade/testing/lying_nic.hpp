// A NIC that lies: wraps any other, and by a seed refuses, forgets, loses, repeats and reorders, and says what is not so.
#pragma once

#include <esplanade/buffer/access.hpp>
#include <esplanade/offload/device.hpp>
#include <esplanade/offload/host_words.hpp>
#include <esplanade/offload/large_limits.hpp>
#include <esplanade/testing/lies.hpp>

#include <deque>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// Lies over a NIC that works on one packet at a time.
///   Shape    Nic    models OffloadDevice; bool send(packet, send_words): false = it does not leave; receive_words receive(packet)
///            send, receive, and the control side: as of Nic, with lies. A Nic with queues has no send and receive: lying_queue.hpp
///            and lying_control.hpp lie around them, and whoever drives them passes what comes up through tell()
///            jumble(frames)   what the wire does to a batch; what is delayed comes with the next
///   Errors   as of Nic, and more often
///   Threads  one
///   Row      protocol.md: faults in the replies of hardware
template <OffloadDevice Nic> class lying_nic {
 public:
  static constexpr device_guarantees guarantees = Nic::guarantees;

  template <class... Of> explicit lying_nic(Of&&... of) : nic_(std::forward<Of>(of)...) {}

  [[nodiscard]] Nic& honest() noexcept { return nic_; }
  [[nodiscard]] const Nic& honest() const noexcept { return nic_; }
  void lie(const lies& how, std::uint64_t seed) noexcept { liar_.begin(how, seed); }
  /// Who decides: what lies around this NIC's queues and control path asks it too.
  [[nodiscard]] liar& teller() noexcept { return liar_; }
  /// Lies told so far.
  [[nodiscard]] std::uint64_t told() const noexcept { return liar_.told(); }

  [[nodiscard]] device_capabilities capabilities() const noexcept { return nic_.capabilities(); }
  [[nodiscard]] bool active(family version) const noexcept { return nic_.active(version); }
  [[nodiscard]] large_limits large_sends(family version) const noexcept requires requires(const Nic& n) { n.large_sends(version); } { return nic_.large_sends(version); }
  [[nodiscard]] result<offload_handle> add_sa(const sa_request& r) noexcept {
    if (liar_.tells(&lies::refuse_sa)) return fault{fault_kind::no_space, "sa", "the NIC says that it has no room", "an SA in software"};
    auto made = nic_.add_sa(r);
    if (made) {
      known_.push_back(*made);
      if (liar_.tells(&lies::forget_sa)) (void)nic_.delete_sa(*made);
    }
    return made;
  }
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept {
    if (liar_.tells(&lies::ignore_update)) return {};
    auto done = nic_.update_sa(u);
    if (!done && done.why().kind == fault_kind::not_found) return {};  // it would have to admit that it forgot
    return done;
  }
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept {
    if (liar_.tells(&lies::ignore_delete)) return {};
    return nic_.delete_sa(h);
  }

  /// False: the frame does not leave. Its octets are then in any state.
  template <class P> [[nodiscard]] bool send(P& packet, send_words words) {
    if (loses()) return false;
    if (words && !known_.empty() && liar_.tells(&lies::stale_handle)) words.ipsec.handle = known_[liar_.numbers().below(known_.size())].word;
    return nic_.send(packet, words);
  }
  template <class P> [[nodiscard]] receive_words receive(P& packet) { return tell(packet, nic_.receive(packet)); }

  /// Whether a frame is completed without having left.
  [[nodiscard]] bool loses() noexcept { return liar_.tells(&lies::lose); }
  /// What is said of a packet that the NIC said `w` of.
  template <class P> [[nodiscard]] receive_words tell(P& packet, receive_words w) {
    if (liar_.tells(&lies::change_text)) change(packet);
    if (liar_.tells(&lies::claim_success)) w.ipsec = {w.ipsec.delete_requested, true, liar_.numbers().below(2) != 0, crypto_status::success};
    if (liar_.tells(&lies::claim_failure)) w.ipsec = {w.ipsec.delete_requested, true, liar_.numbers().below(2) != 0, static_cast<crypto_status>(1 + liar_.numbers().below(7))};
    if (liar_.tells(&lies::contradict)) w.ipsec = receive_ipsec::unpack(static_cast<oob_word>(liar_.numbers().next() & 0xffff'ffff));
    if (liar_.tells(&lies::wrong_trailer)) w.headers = receive_headers::unpack(static_cast<oob_word>(liar_.numbers().next() & 0xffff'ffff));
    if (liar_.tells(&lies::ask_delete)) w.ipsec.delete_requested = true;
    return w;
  }

  /// Frames of a batch as they come in at the other end.
  template <class Frame> void jumble(std::vector<Frame>& frames) {
    std::vector<Frame> out;
    for (; !late_.empty(); late_.pop_front()) out.push_back(Frame(late_.front().begin(), late_.front().end()));
    for (Frame& f : frames) {
      if (liar_.tells(&lies::drop)) continue;
      if (liar_.tells(&lies::delay)) {
        late_.emplace_back(f.begin(), f.end());
        continue;
      }
      if (liar_.tells(&lies::duplicate)) out.push_back(f);
      out.push_back(std::move(f));
    }
    liar_.swap_some(out, &lies::swap);
    frames = std::move(out);
  }

 private:
  template <class P> void change(P& packet) {
    const std::size_t size = packet_traits<P>::length(packet), behind = 28;  // IP header, SPI and number
    if (size <= behind) return;
    const std::size_t at = behind + liar_.numbers().below(size - behind);
    octet one[1]{};
    copy_out(packet, at, one, 1);
    one[0] = static_cast<octet>(one[0] ^ 1u << liar_.numbers().below(8));
    copy_in(packet, at, one, 1);
  }

  Nic nic_;
  liar liar_{};
  std::vector<offload_handle> known_;
  std::deque<std::vector<octet>> late_;
};

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
