// A host and its NIC are an inline datapath, whatever is offloaded meanwhile: the same octets, the same verdicts.
//
//   1  the configuration's datapath and a host with a device hold the same SAs
//   2  packets are sent through both: verdict for verdict and octet for octet the same, and the device completes every frame
//   3  what was sent arrives at both in any order: late, twice, damaged, cut, and long after its subspace has ended
//   4  meanwhile SAs are offloaded, withdrawn and updated, the device is suspended and reset, and frames are with it for any time
//
//   input   SAs (1: modulo 4, and one) · each SA (4) · MDLs of the device (1) · then until it ends, each an octet, modulo 8:
//           0 1  send      SA and copies (1: modulo 4, over 4) · a packet · borders
//           2    receive   how many (1), 128 tend() between device and host · borders for each
//           3    as above  from somewhere (2): 1 it stays on the wire, 2 a change (3), 4 shorter (2) · borders. The octet is what (1)
//           4    again     something that was sent once (2) · borders
//           5    placement SA and what (1): 4 receiving, 8 back to software
//           6    tend()
//           7    the device completes frames (0), is suspended (1), goes on (2), is reset (3): (1)
#pragma once

#include <esplanade/offload/host.hpp>
#include <esplanade/offload/placement.hpp>
#include <esplanade/testing/fuzz/ground.hpp>
#include <esplanade/testing/fuzz/nic_card.hpp>

#include <deque>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {
template <class C> struct device_of { using type = nic_card<typename C::profile, typename C::crypto>; };
template <class C> requires requires { typename C::device; } struct device_of<C> { using type = typename C::device; };

template <class C> class offload_split {
  using packet = typename C::packet_type;
  using host_type = host<typename C::profile, packet, flat_store<8>, typename C::crypto>;
  using device_type = typename device_of<C>::type;
  static_assert(!host_type::by_policy, "offload_differential names SAs by handle");
  static constexpr std::size_t at_a_time = batch_most<C>;
  struct one_sa {
    sa_parameters named{};  ///< as it is offloaded
    outbound_handle in_line{}, sending{};
    inbound_handle receiving{};
  };

 public:
  explicit offload_split(input& in) : in_(in) {
    const std::size_t n = 1 + in_.take_octet() % 4u;
    for (std::uint32_t i = 0; i < n; ++i) add(take_sa<typename C::profile>(in_, i).parameters, i);
    device_.set_cut(in_.take_octet());
  }

  void run() {
    for (unsigned left = 200; left != 0 && !in_.empty(); --left) {
      switch (in_.take_octet() % 8) {
        case 0: case 1: send(); break;
        case 2: receive(); break;
        case 3: receive_one(); break;
        case 4: again(); break;
        case 5: place(); break;
        case 6: placing_.tend(); break;
        default: device_event(); break;
      }
      if (!device_.works()) fail("the device returned a list twice, or never");
    }
  }

 private:
  [[noreturn]] static void fail(const std::string& how) { failed("offload_differential", how); }

  // With parameters that this profile does not take, those of a sample.
  void add(sa_parameters p, std::uint32_t number) {
    one_sa s;
    if (const auto wished = inline_.add_pair(p)) {
      s.in_line = wished->sending;
    } else {
      p = sample_sa<typename C::profile>(number);
      const auto plain = inline_.add_pair(p);
      if (!plain) fail("a plain SA of the profile is refused");
      s.in_line = plain->sending;
    }
    const auto sending = outbound_.add(crypto_, p);
    const auto receiving = inbound_.add(crypto_, p);
    if (!sending || !receiving) fail("the host refuses an SA that the datapath takes");
    s.named = p;
    if (p.mode == mode::transport) s.named.source = s.named.destination = address{.version = p.destination.version};  // of any packet
    s.sending = *sending;
    s.receiving = *receiving;
    sas_.push_back(s);
  }
  one_sa& sa_named(unsigned n) { return sas_[n % sas_.size()]; }

  void send() {
    const unsigned which = in_.take_octet();
    const one_sa& sa = sa_named(which % 4);
    const std::size_t copies = 1 + (which >> 2);
    const bytes content = take_packet(in_);
    const packet_form form{.content = content, .segments = in_.take_cut(content.size(), segments_max_of<packet>), .headroom = room_in_front, .tailroom = room_behind};
    for (std::size_t done = 0; done < copies; done += at_a_time) {
      batch_of<C> ours(inline_), theirs(inline_);
      const std::size_t n = copies - done < at_a_time ? copies - done : at_a_time;
      for (std::size_t i = 0; i < n; ++i) {
        if (!ours.add(form, sa.in_line) || !theirs.add(form, sa.sending)) return;
      }
      inline_.path().outbound(ours.to_send());
      std::vector<send_words> words(n);
      const auto batch = theirs.to_send();
      const std::size_t left = host_.outbound(batch, words);
      for (std::size_t k = 0; k < left; ++k)
        if (!device_.send(*batch.packets[k], words[k])) fail("sent: the device does not send what the host framed");
      given_.push_back(words);
      compare(ours, theirs, "sent");
      for (std::size_t k = 0; k < left; ++k) {
        wire_.push_back(octets_of(*batch.packets[k]));
        sent_.push_back(wire_.back());
      }
    }
  }

  void receive() {
    const unsigned which = in_.take_octet();
    std::size_t n = std::min<std::size_t>({1 + (which & 127u), at_a_time, wire_.size()});
    std::vector<bytes> arriving;
    for (; n != 0; --n) {
      arriving.push_back(wire_.front());
      wire_.pop_front();
    }
    arrive(arriving, (which & 128) != 0);
  }
  void receive_one() {
    const unsigned what = in_.take_octet();
    const std::size_t from = in_.take_be16();
    if (wire_.empty()) return;
    const auto at = wire_.begin() + static_cast<std::ptrdiff_t>(from % wire_.size());
    bytes content = *at;
    if ((what & 1) == 0) wire_.erase(at);
    if ((what & 2) != 0) take_change(in_, content);
    if ((what & 4) != 0) content.resize(in_.take_be16() % (content.size() + 1));
    arrive({content}, (what & 128) != 0);
  }
  void again() {
    const std::size_t from = in_.take_be16();
    if (!sent_.empty()) arrive({sent_[from % sent_.size()]}, false);
  }
  void arrive(const std::vector<bytes>& all, bool tended) {
    batch_of<C> ours(inline_), theirs(inline_);
    for (const bytes& content : all) {
      const cut borders = in_.take_cut(content.size(), segments_max_of<packet>);
      if (!ours.add_received(content, borders) || !theirs.add_received(content, borders)) return;
    }
    inline_.path().inbound(ours.received());
    const auto batch = theirs.received();
    std::vector<receive_words> said;
    for (packet* const p : batch.packets) said.push_back(device_.receive(*p));
    if (tended) placing_.tend();
    host_.inbound(batch, said);
    compare(ours, theirs, "received");
  }
  static void compare(batch_of<C>& ours, batch_of<C>& theirs, const char* way) {
    for (std::size_t i = 0; i < ours.size(); ++i) {
      if (ours.of(i) != theirs.of(i)) fail(std::string(way) + ": inline " + name_of(ours.of(i)) + ", by host and device " + name_of(theirs.of(i)));
      if (ours.of(i) == verdict::forwarded && ours.read(i) != theirs.read(i)) fail(std::string(way) + ": other octets by host and device");
    }
  }

  void place() {
    const unsigned what = in_.take_octet();
    const one_sa& sa = sa_named(what % 4);
    // What is refused stays in software.
    switch (what >> 2 & 3) {
      case 0: static_cast<void>(placing_.offload(sa.sending, sa.named)); break;
      case 1: static_cast<void>(placing_.offload(sa.receiving, sa.named)); break;
      case 2: static_cast<void>(placing_.withdraw(sa.sending)); break;
      default: static_cast<void>(placing_.withdraw(sa.receiving)); break;
    }
  }
  void device_event() {
    switch (in_.take_octet() % 4) {
      case 0:
        for (auto& words : given_) host_.completed(words);
        given_.clear();
        break;
      case 1: placing_.suspend(); break;
      case 2: placing_.resume(); break;
      default:
        if constexpr (requires { device_.happens(adapter_event::reset); }) {
          placing_.suspend();
          device_.happens(adapter_event::reset);
          device_.happens(adapter_event::reset_done);
          placing_.resume();
        }
        break;
    }
  }

  input& in_;
  C inline_{};
  typename C::crypto crypto_{};
  typename host_type::inbound_store inbound_{};
  typename host_type::outbound_store outbound_{};
  device_type device_{};
  host_type host_{{.inbound = inbound_, .outbound = outbound_, .crypto = crypto_}};
  offloader<host_type, device_type, 16> placing_{inbound_, outbound_, device_};
  std::vector<one_sa> sas_{};
  std::deque<bytes> wire_{};
  std::vector<bytes> sent_{};
  std::vector<std::vector<send_words>> given_{};
};
}  // namespace detail

/// A configuration may name another `device` to be judged.
template <class Configuration> int offload_differential(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  std::make_unique<detail::offload_split<fuzz_configuration_of<Configuration>>>(in)->run();
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
