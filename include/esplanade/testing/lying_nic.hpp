// A NIC that lies: wraps any other, and by a seed refuses, forgets, loses, repeats and reorders, and says what is not so.
#pragma once

#include <esplanade/buffer/access.hpp>
#include <esplanade/offload/device.hpp>
#include <esplanade/offload/host_words.hpp>
#include <esplanade/testing/seeded.hpp>

#include <deque>
#include <utility>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// How often a NIC lies in which way: once in so many times, 0 = never.
struct lies {
  // to who plumbs SAs
  unsigned refuse_sa = 0;       ///< an SA that it could take
  unsigned forget_sa = 0;       ///< an SA that it said it has
  unsigned ignore_update = 0;   ///< a new high word that it said it took
  unsigned ignore_delete = 0;   ///< a deletion that it said is done
  // of frames to send
  unsigned lose = 0;            ///< is completed, and never leaves
  unsigned stale_handle = 0;    ///< is looked up under a handle of before
  // of packets that arrive
  unsigned claim_success = 0;   ///< the ICV is right, whatever it is
  unsigned claim_failure = 0;   ///< it is wrong
  unsigned contradict = 0;      ///< bits that cannot stand together, statuses that there are not
  unsigned wrong_trailer = 0;   ///< another next header and pad length
  unsigned change_text = 0;     ///< an octet is another one by now
  unsigned ask_delete = 0;      ///< wants the place
  // of what lies on the wire
  unsigned drop = 0, duplicate = 0, delay = 0, swap = 0;

  /// Every lie, each once in `n` times.
  [[nodiscard]] static constexpr lies all(unsigned n) noexcept { return {n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n}; }
};

/// Lies over a NIC that works on one packet at a time.
///   Shape    Nic    models OffloadDevice; bool send(packet, send_words): false = it does not leave; receive_words receive(packet)
///            send, receive, and the control side: as of Nic, with lies. A Nic with queues has no send and receive: whoever drives
///            them asks loses() of each frame and passes what comes up through tell()
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
  void lie(const lies& how, std::uint64_t seed) noexcept {
    how_ = how;
    numbers_ = {seed};
  }
  /// Lies told so far.
  [[nodiscard]] std::uint64_t told() const noexcept { return told_; }

  [[nodiscard]] device_capabilities capabilities() const noexcept { return nic_.capabilities(); }
  [[nodiscard]] bool active(family version) const noexcept { return nic_.active(version); }
  [[nodiscard]] result<offload_handle> add_sa(const sa_request& r) noexcept {
    if (once_in(how_.refuse_sa)) return fault{fault_kind::no_space, "sa", "the NIC says that it has no room", "an SA in software"};
    auto made = nic_.add_sa(r);
    if (made) {
      known_.push_back(*made);
      if (once_in(how_.forget_sa)) (void)nic_.delete_sa(*made);
    }
    return made;
  }
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept {
    if (once_in(how_.ignore_update)) return {};
    auto done = nic_.update_sa(u);
    if (!done && done.why().kind == fault_kind::not_found) return {};  // it would have to admit that it forgot
    return done;
  }
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept {
    if (once_in(how_.ignore_delete)) return {};
    return nic_.delete_sa(h);
  }

  /// False: the frame does not leave. Its octets are then in any state.
  template <class P> [[nodiscard]] bool send(P& packet, send_words words) {
    if (loses()) return false;
    if (words && !known_.empty() && once_in(how_.stale_handle)) words.ipsec.handle = known_[numbers_.below(known_.size())].word;
    return nic_.send(packet, words);
  }
  template <class P> [[nodiscard]] receive_words receive(P& packet) { return tell(packet, nic_.receive(packet)); }

  /// Whether a frame is completed without having left.
  [[nodiscard]] bool loses() noexcept { return once_in(how_.lose); }
  /// What is said of a packet that the NIC said `w` of.
  template <class P> [[nodiscard]] receive_words tell(P& packet, receive_words w) {
    if (once_in(how_.change_text)) change(packet);
    if (once_in(how_.claim_success)) w.ipsec = {w.ipsec.delete_requested, true, numbers_.below(2) != 0, crypto_status::success};
    if (once_in(how_.claim_failure)) w.ipsec = {w.ipsec.delete_requested, true, numbers_.below(2) != 0, static_cast<crypto_status>(1 + numbers_.below(7))};
    if (once_in(how_.contradict)) w.ipsec = receive_ipsec::unpack(static_cast<oob_word>(numbers_.next() & 0xffff'ffff));
    if (once_in(how_.wrong_trailer)) w.headers = receive_headers::unpack(static_cast<oob_word>(numbers_.next() & 0xffff'ffff));
    if (once_in(how_.ask_delete)) w.ipsec.delete_requested = true;
    return w;
  }

  /// Frames of a batch as they come in at the other end.
  template <class Frame> void jumble(std::vector<Frame>& frames) {
    std::vector<Frame> out;
    for (; !late_.empty(); late_.pop_front()) out.push_back(Frame(late_.front().begin(), late_.front().end()));
    for (Frame& f : frames) {
      if (once_in(how_.drop)) continue;
      if (once_in(how_.delay)) {
        late_.emplace_back(f.begin(), f.end());
        continue;
      }
      if (once_in(how_.duplicate)) out.push_back(f);
      out.push_back(std::move(f));
    }
    for (std::size_t i = 1; i < out.size(); ++i)
      if (once_in(how_.swap)) std::swap(out[i - 1], out[i]);
    frames = std::move(out);
  }

 private:
  bool once_in(unsigned n) noexcept {
    const bool now = n != 0 && numbers_.below(n) == 0;
    told_ += now;
    return now;
  }
  template <class P> void change(P& packet) {
    const std::size_t size = packet_traits<P>::length(packet), behind = 28;  // IP header, SPI and number
    if (size <= behind) return;
    const std::size_t at = behind + numbers_.below(size - behind);
    octet one[1]{};
    copy_out(packet, at, one, 1);
    one[0] = static_cast<octet>(one[0] ^ 1u << numbers_.below(8));
    copy_in(packet, at, one, 1);
  }

  Nic nic_;
  lies how_{};
  seeded numbers_{1};
  std::uint64_t told_ = 0;
  std::vector<offload_handle> known_;
  std::deque<std::vector<octet>> late_;
};

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
