// A host and its NICs are an inline datapath, whatever is offloaded meanwhile: the same octets, the same verdicts.
//
//   1  the profile's datapath and a host with two devices hold the same SAs
//   2  packets are sent through both: verdict for verdict and octet for octet the same, and a device completes every frame
//   3  what was sent arrives at both in any order: late, twice, damaged, cut, and long after its subspace has ended
//   4  meanwhile SAs are offloaded, withdrawn, updated, rekeyed and removed, and devices are suspended, reset, told to do less,
//      taken out, put in again, and left for one another
//   5  both sides have counted, audited and remembered the same, and at the end no device has anything left
//
//   With a NIC that lies whatever it says is a lie sometimes. Then only this is left of it: no frame leaves as the host framed it,
//   and a host that verifies delivers what was sent, and once.
//
//   input   NIC (1: modulo 8: 0 and 1 all, 2 the least that is certified, 3 version 1, 4 none, 5 refuses some, 6 and 7 lies in every way;
//           over 8: the seed of its lies) · MDLs of the devices (1) · connections (1: modulo 4, and one) · each (of what: 1: modulo 4,
//           4 its numbers soon cross 32 bits, 8 and again, over 16: how soon; an SA: 4; its limits: 1; with two levels a second SA: 4) · then until it ends, each an octet, modulo 16:
//           0 1 2  send      connection, old keys and copies (1: modulo 4, 4, over 8: up to 23 modulo 6, and one) · oddities (1) · a packet · borders
//           3 4    receive   how many (1), 64 at the other device, 128 tend() between device and host · borders for each
//           5 6    as above  from somewhere (2): 1 it stays on the wire, 2 a change (3), 4 shorter (2) · borders. The octet is what (1)
//           7      again     something that was sent once (2) · what (1) · borders
//           8 9 10 placement connection and what (1): 4 receiving, 24 back to software, of 96 32 only the inner SA, 64 only the outer,
//                            96 under the oldest keys, 128 both ways and paired
//           11     tend()
//           12 13  device    what (1: modulo 32), how (1): 64 its host is told at once, 128 the other device
//           14     rekey     connection, and where its numbers start (1), as above; 128 without 64: its oldest keys go
//           15     seconds pass (1)
#pragma once

#include <esplanade/testing/fuzz/offload_ends.hpp>
#include <esplanade/testing/nic_reports.hpp>

#include <set>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// What a device was through that its host has not been told.
enum class untold : std::uint8_t { nothing, other_configuration, taken_out };

/// What happened on a walk, so that whoever walks can see that it went somewhere.
struct offload_walked {
  std::uint64_t sent = 0, delivered = 0;                         ///< packets
  std::uint64_t framed = 0, sealed_here = 0, lost = 0;           ///< frames for a device, those of an SA on one that the host sealed, those that a device did not send
  std::uint64_t believed = 0, rechecked = 0, opened_here = 0;    ///< what devices opened, and what of it or beside it the host did
  std::uint64_t added = 0, updated = 0, deleted = 0, asked_to_delete = 0;  ///< bundles
  std::uint64_t rekeyed = 0, left = 0, lies = 0;
};

namespace detail {
template <class C> struct device_of { using type = lying_nic<nic_card<typename C::profile, typename C::crypto>>; };
template <class C> requires requires { typename C::device; } struct device_of<C> { using type = typename C::device; };

template <class C> class offload_split : offload_ends<C, typename device_of<C>::type> {
  using base = offload_ends<C, typename device_of<C>::type>;
  using packet = typename C::packet_type;
  using profile = typename C::profile;
  static constexpr std::size_t levels = base::levels;
  static constexpr std::size_t at_a_time = batch_most<C>;
  using base::connections_, base::host_, base::inline_, base::card_, base::placing_;

 public:
  explicit offload_split(input& in) : in_(in) {
    const unsigned model = in_.take_octet();
    const std::size_t cut = in_.take_octet();
    for (auto& card : card_) {
      if constexpr (requires { card.lie(lies{}, 1u); }) {
        if (model % 8 == 5) card.lie({.refuse_sa = 3, .wrong_trailer = 2, .ask_delete = 9}, model);
        if (model % 8 >= 6) card.lie(lies::all(6), model);
      }
      real(card).set_cut(cut);
    }
    lies_ = model % 8 >= 6;
    provide(0, model);
    provide(1, model);
    const std::size_t n = 1 + in_.take_octet() % 4u;
    for (std::size_t i = 0; i < n; ++i) {
      const auto added = base::add(in_);
      if (!added) fail(added.why().reason);
      if (!*added && i == 0) fail("a plain SA of the profile is refused");
    }
  }

  void run() {
    for (; step_ != steps && !in_.empty(); ++step_) {
      switch (in_.take_octet() % 16) {
        case 0: case 1: case 2: send(); break;
        case 3: case 4: receive(); break;
        case 5: case 6: receive_one(); break;
        case 7: again(); break;
        case 8: case 9: case 10: place(); break;
        case 11: tend(); break;
        case 12: case 13: device_event(); break;
        case 14: rekey(); break;
        default: base::wait(in_.take_octet()); break;
      }
      for (auto& card : card_)
        if (!real(card).works()) fail("the device returned a list twice, or never");
    }
    end();
  }
  void add_to(offload_walked& all) {
    const device_counters &out = host_.sending().device(), &in = host_.receiving().device();
    all.sent += host_.outbound_counters()[verdict::forwarded], all.delivered += host_.inbound_counters()[verdict::forwarded];
    all.framed += out.framed.get(), all.sealed_here += out.sealed_here.get(), all.lost += walked_.lost;
    all.believed += in.believed.get(), all.rechecked += in.rechecked.get(), all.opened_here += in.opened_here.get();
    for (const auto& one : placing_) {
      const offload_activity& did = one.activity();
      all.added += did.added.get(), all.updated += did.updated.get(), all.deleted += did.deleted.get(), all.asked_to_delete += did.asked_to_delete.get();
    }
    all.rekeyed += walked_.rekeyed, all.left += walked_.left;
    for (auto& card : card_)
      if constexpr (requires { card.told(); }) all.lies += card.told();
  }

 private:
  static constexpr unsigned steps = 200;

  [[noreturn]] void fail(const std::string& how) const { failed("offload_differential", how + ", at step " + std::to_string(step_)); }
  static auto& real(auto& card) {
    if constexpr (requires { card.honest(); }) return card.honest();
    else return card;
  }
  offload_connection& connection(unsigned n) { return connections_[n % connections_.size()]; }

  // --- packets ----------------------------------------------------------------------------------------------------------
  void send() {
    const unsigned which = in_.take_octet();
    const unsigned odd = in_.take_octet();
    bytes content = take_packet(in_);
    const std::size_t i = which % 4 % connections_.size();
    base::address_to(content, i);
    if ((odd & 1) != 0) content.resize(content.size() + (odd >> 4));          // link padding
    if ((odd & 14) == 2) content.resize(content.size() * (odd >> 4) / 16u);
    if (lies_ && !is_bare(content)) return;
    const offload_connection& c = connections_[i];
    const offload_life& life = (which & 4) != 0 ? c.lives.front() : c.lives.back();
    const std::size_t many = which >> 3, copies = many < 24 ? 1 + many % 6 : many;
    const packet_form form{.content = content, .segments = in_.take_cut(content.size(), segments_max_of<packet>), .headroom = (odd & 14) == 4 ? 8 : room_in_front, .tailroom = (odd & 14) == 8 ? 12 : room_behind};
    for (std::size_t done = 0; done < copies; done += at_a_time) {
      batch_of<C> ours(packets_), theirs(packets_);
      const std::size_t n = copies - done < at_a_time ? copies - done : at_a_time;
      for (std::size_t k = 0; k < n; ++k) {
        if (!ours.add(form, life.in_line[0]) || !theirs.add(form, life.sending[0])) return;
      }
      inline_.outbound(ours.to_send());
      std::vector<send_words> words(n);
      const auto batch = theirs.to_send();
      const std::size_t left = host_.outbound(batch, words);
      given_.push_back(words);
      std::set<const packet*> lost;
      for (std::size_t k = 0; k < left; ++k)
        if (!leaves(*batch.packets[k], words[k])) lost.insert(batch.packets[k]), ++walked_.lost;
      compare(ours, theirs, "sent", lost);
      for (std::size_t k = 0; k < left; ++k) {
        if (lost.count(batch.packets[k]) != 0) continue;
        wire_.push_back(octets_of(*batch.packets[k]));
        sent_.push_back(wire_.back());
        if (lies_) ++owed_[authentic(content)];
      }
    }
  }
  // Whether the device sends it. One that its host has a wrong picture of may refuse; what is not sent is lost on the wire, for both.
  bool leaves(packet& p, const send_words& words) {
    const std::size_t k = words ? words.adapter : active_;
    const bytes framed = octets_of(p);
    if (untold_[k] == untold::taken_out) return false;
    const bool sent = card_[k].send(p, words);
    if (!sent && !lies_ && untold_[k] == untold::nothing) fail("sent: the device does not send what the host framed");
    if (sent && words && octets_of(p) == framed) fail("sent: a frame leaves as it was framed");
    return sent;
  }
  // What transport mode authenticates: no IP header, options or extension headers, which anybody may change; nor link padding.
  static bytes authentic(bytes p) {
    const bool v6 = !p.empty() && p[0] >> 4 == 6;
    if (p.size() < (v6 ? 40u : 20u)) return p;
    const std::size_t n = v6 ? 40u + p[4] * 256u + p[5] : p[2] * 256u + p[3];
    if (n < p.size()) p.resize(n);
    std::fill_n(p.begin(), std::min<std::size_t>(p.size(), v6 ? 40 : 20), octet{0});
    return p;
  }
  static bool is_bare(const bytes& p) { return p[0] >> 4 == 6 ? p[6] != 60 && p[6] != 44 : (p[0] & 15) == 5; }

  void receive() {
    const unsigned which = in_.take_octet();
    std::size_t n = std::min<std::size_t>({1 + (which & 63u), at_a_time, wire_.size()});
    std::vector<bytes> arriving;
    for (; n != 0; --n) {
      arriving.push_back(wire_.front());
      wire_.pop_front();
    }
    arrive(arriving, which);
  }
  void receive_one() {
    const unsigned what = in_.take_octet();
    const std::size_t from = in_.take_be16();
    if (wire_.empty()) return;
    const auto at = wire_.begin() + static_cast<std::ptrdiff_t>(from % wire_.size());
    bytes content = *at;
    if ((what & 1) == 0) wire_.erase(at);
    if ((what & 2) != 0) {
      if (lies_) content.back() ^= 1;
      else take_change(in_, content);
    }
    if ((what & 4) != 0) content.resize(in_.take_be16() % (content.size() + 1));
    arrive({content}, what & 0xc0);
  }
  void again() {
    const std::size_t from = in_.take_be16();
    const unsigned what = in_.take_octet();
    if (!sent_.empty()) arrive({sent_[from % sent_.size()]}, what & 0xc0);
  }
  void arrive(const std::vector<bytes>& all, unsigned how) {
    batch_of<C> ours(packets_), theirs(packets_);
    for (const bytes& content : all) {
      const cut borders = in_.take_cut(content.size(), segments_max_of<packet>);
      if (!ours.add_received(content, borders) || !theirs.add_received(content, borders)) return;
    }
    inline_.inbound(ours.received());
    const auto batch = theirs.received();
    const std::size_t at = (how & 64) != 0 ? 1 - active_ : active_;
    std::vector<receive_words> said;
    for (packet* const p : batch.packets) {
      said.push_back(untold_[at] == untold::taken_out ? receive_words{} : card_[at].receive(*p));
      said.back().adapter = static_cast<std::uint8_t>(at);
    }
    if ((how & 128) != 0) tend();
    const std::size_t live = host_.inbound(batch, said);
    if (lies_ && trust_of<profile>::verifies) {
      for (std::size_t k = 0; k < live; ++k) {
        const auto owed = owed_.find(authentic(octets_of(*batch.packets[k])));
        if (owed == owed_.end() || owed->second == 0) fail("received: a host that verifies delivers what was not sent, or comes twice");
        --owed->second;
      }
    }
    compare(ours, theirs, "received", {});
  }
  void compare(batch_of<C>& ours, batch_of<C>& theirs, const char* way, const std::set<const packet*>& lost) {
    if (lies_) return;
    for (std::size_t i = 0; i < ours.size(); ++i) {
      if (ours.of(i) != theirs.of(i)) fail(std::string(way) + ": inline " + name_of(ours.of(i)) + ", by host and device " + name_of(theirs.of(i)));
      if (ours.of(i) != verdict::forwarded || lost.count(theirs.at(i)) != 0) continue;  // a frame that a device did not send is in any state
      if (ours.read(i) != theirs.read(i)) fail(std::string(way) + ": other octets by host and device");
    }
    if (!same(inline_.outbound_counters(), host_.outbound_counters()) || !same(inline_.inbound_counters(), host_.inbound_counters())) fail(std::string(way) + ": other counts by host and device");
    if constexpr (requires { inline_.sending().audit().size(); }) {
      audit(inline_.sending().audit(), host_.sending().audit(), way);
      audit(inline_.receiving().audit(), host_.receiving().audit(), way);
    }
    if (const std::string what = base::differ(); !what.empty()) fail(std::string(way) + ": different by host and device: " + what);
  }
  static bool same(const counters_snapshot& a, const counters_snapshot& b) { return a.octets == b.octets && std::equal(std::begin(a.by_verdict), std::end(a.by_verdict), std::begin(b.by_verdict)); }
  template <class Ring> void audit(Ring& a, Ring& b, const char* way) {
    audit_event x, y;
    while (a.take(x)) {
      if (!b.take(y) || x.kind != y.kind || x.what != y.what || x.limit != y.limit || x.spi != y.spi || x.number != y.number || x.time != y.time || x.source != y.source || x.destination != y.destination)
        fail(std::string(way) + ": another event by host and device");
    }
    if (b.take(y)) fail(std::string(way) + ": an event more by host and device");
  }

  // --- placement --------------------------------------------------------------------------------------------------------
  void place() {
    const unsigned what = in_.take_octet();
    offload_connection& c = connection(what % 4);
    const offload_life& life = (what & 96) == 96 ? c.lives.front() : c.lives.back();
    const bool both = (what & 128) != 0;
    if ((what & 24) == 24) {
      for (std::size_t k = 0; k < levels; ++k) {
        if (k == 1 && c.bundle) break;
        for (auto& one : placing_) {
          if (both || (what & 4) == 0) (void)one.withdraw(life.sending[k]);
          if (both || (what & 4) != 0) (void)one.withdraw(life.receiving[k]);
        }
      }
      return;
    }
    // What is refused stays in software.
    if (placing_[active_].size() + placing_[1 - active_].size() > 24) return;
    auto& on = placing_[active_];
    const std::size_t first = (what & 96) == 64 ? levels - 1 : 0, last = (what & 96) == 32 ? 1 : levels;
    for (std::size_t k = first; k < last; ++k) {
      if (both || (what & 4) == 0) offload(on, c, life.sending, life, k, last);
      if (both || (what & 4) != 0) offload(on, c, life.receiving, life, k, last);
      if (both) on.pair(life.receiving[k], life.sending[k]);
      if (c.bundle && k == 0 && last == 2) break;
    }
  }
  template <class Handle> static void offload(auto& on, const offload_connection& c, const Handle (&sa)[2], const offload_life& life, std::size_t k, std::size_t last) {
    if (levels == 2 && c.bundle && k == 0 && last == 2) (void)on.offload(sa[0], life.named[0], sa[1], life.named[1]);
    else (void)on.offload(sa[k], life.named[k]);
  }
  void tend() {
    for (auto& one : placing_) one.tend();
  }
  void rekey() {
    const unsigned what = in_.take_octet();
    const std::size_t i = what % 4 % connections_.size();
    offload_connection& c = connections_[i];
    if ((what & 192) == 128 || c.lives.size() >= 3) {  // the oldest keys go
      if (c.lives.size() > 1) forget(i);
      return;
    }
    const auto done = base::rekey(i, what);
    if (!done) fail(done.why().reason);
    walked_.rekeyed += *done;
  }
  // The host takes it back from both devices, and removes it when that is over.
  void forget(std::size_t i) {
    for (std::size_t k = 0; k < 2; ++k)
      if (untold_[k] == untold::taken_out) tell(k);  // who is not there does not say that it deleted something
    for (unsigned tries = 0; tries < 8; ++tries) {
      if (!on_a_device(connections_[i].lives.front())) {
        if (!base::forget(i)) fail("an SA cannot be removed");
        return;
      }
      complete();
      tend();
    }
    if (!lies_) fail("an SA that was withdrawn is still on a device");
  }
  bool on_a_device(const offload_life& l) {
    bool any = false;
    for (auto& one : placing_)
      for (std::size_t k = 0; k < levels; ++k) {
        any = static_cast<bool>(one.withdraw(l.sending[k])) || any;
        any = static_cast<bool>(one.withdraw(l.receiving[k])) || any;
      }
    return any;
  }

  // --- devices ----------------------------------------------------------------------------------------------------------
  static device_capabilities reported(unsigned model) {
    const device_capabilities most = std::remove_reference_t<decltype(real(card_of_type()))>::everything();
    switch (model % 8) {
      case 2: return certified_of(most);
      case 3: return version_1_of(most);
      case 4: return {};
      default: return most;
    }
  }
  static typename device_of<C>::type& card_of_type();
  void provide(std::size_t k, unsigned model) { real(card_[k]).provide(reported(model)); }

  void complete() {
    for (auto& words : given_) host_.completed(words), host_.completed(words);  // a driver that says so twice says nothing new
    given_.clear();
  }
  void tell(std::size_t k) {
    if (untold_[k] == untold::taken_out) {
      placing_[k].device_gone();
      real(card_[k]).come_back();
    }
    placing_[k].reconfigured();
    untold_[k] = untold::nothing;
  }
  void device_event() {
    const unsigned what = in_.take_octet(), how = in_.take_octet();
    const std::size_t k = (how & 128) != 0 ? 1 - active_ : active_;
    const bool at_once = (how & 64) != 0;
    switch (what % 32) {
      default: complete(); break;
      case 16: placing_[k].suspend(); break;
      case 17: case 18: placing_[k].resume(); break;
      case 19: through(k, {adapter_event::reset, adapter_event::reset_done}); break;
      case 20: through(k, {adapter_event::sleep, adapter_event::wake}); break;
      case 21: through(k, {adapter_event::pause, adapter_event::pause_done, adapter_event::restart, adapter_event::restarted}); break;
      case 22: case 23:
        if (untold_[k] == untold::taken_out) break;
        provide(k, how % 8);
        untold_[k] = untold::other_configuration;
        if (at_once) tell(k);
        break;
      case 24:
        if (untold_[k] == untold::taken_out) break;
        real(card_[k]).go_away();
        untold_[k] = untold::taken_out;
        if (at_once) tell(k);
        break;
      case 25: case 26: case 27: tell(k); break;
      case 28: case 29: ask_to_go(how); break;
      case 30:
        placing_[active_].leave();
        active_ = 1 - active_;
        ++walked_.left;
        break;
    }
  }
  void through(std::size_t k, std::initializer_list<adapter_event> events) {
    if (untold_[k] == untold::taken_out) return;
    placing_[k].suspend();
    for (const adapter_event e : events) real(card_[k]).happens(e);
    placing_[k].resume();
  }
  void ask_to_go(unsigned how) {
    const offload_connection& c = connection(how);
    const auto* const sa = base::inbound_.at(c.lives.back().receiving[0]);
    const std::size_t at = sa == nullptr ? 0 : sa->place().now().adapter;
    if (sa != nullptr && sa->place().handle() && untold_[at] != untold::taken_out) (void)real(card_[at]).ask_to_go(sa->place().handle());
  }

  // Nothing is left on a device when the host has taken everything back.
  void end() {
    for (std::size_t k = 0; k < 2; ++k)
      if (untold_[k] == untold::taken_out) tell(k);
    for (const offload_connection& c : connections_)
      for (const offload_life& l : c.lives) (void)on_a_device(l);
    complete();
    for (unsigned tries = 0; tries < 8; ++tries) tend();
    if (lies_) return;
    for (std::size_t k = 0; k < 2; ++k) {
      if (placing_[k].size() != 0) fail("in the end: the host does not get an SA back from its device");
      if (real(card_[k]).bundles() != 0) fail("in the end: a device has an SA of which its host knows nothing");
    }
  }

  input& in_;
  C packets_{};
  std::deque<bytes> wire_{};
  std::vector<bytes> sent_{};
  std::map<bytes, std::size_t> owed_{};  ///< with lies: packets that were sent and have not come
  std::vector<std::vector<send_words>> given_{};
  untold untold_[2]{};
  std::size_t active_ = 0;
  unsigned step_ = 0;
  offload_walked walked_{};
  bool lies_ = false;
};
}  // namespace detail

/// One walk by the choices of `in`.
template <class Configuration> void walk_offload(input& in, offload_walked& all) {
  auto walk = std::make_unique<detail::offload_split<fuzz_configuration_of<Configuration>>>(in);
  walk->run();
  walk->add_to(all);
}

/// A configuration may name another `device` to be judged.
template <class Configuration> int offload_differential(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  offload_walked all;
  walk_offload<Configuration>(in, all);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
