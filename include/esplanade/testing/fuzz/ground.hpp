// The ground that fuzz properties stand on: a configuration made anew for every input, its SAs, and batches that clean up.
#pragma once

#include <esplanade/testing/configuration.hpp>
#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/signer.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// Packets at a time; no profile's burst is assumed to be larger.
template <class C> inline constexpr std::size_t batch_most = std::min<std::size_t>(8, C::profile::burst);
/// Room that is enough in front and behind for every suite, mode and padding.
inline constexpr std::size_t room_in_front = 128, room_behind = 320;

/// An SA as an input asks for it.
struct wished_sa {
  sa_parameters parameters{};
  selector_parameters selects{};  ///< what parameters.selector was made of
};

/// The sequence number an SA starts at: where subspaces, windows and counters begin and end.
inline std::uint64_t take_start(input& in, unsigned kind, bool esn, std::uint32_t window) {
  const std::uint64_t offset = in.take_be16();
  constexpr std::uint64_t subspace = std::uint64_t{1} << 32;
  std::uint64_t start = 0;
  switch (kind % 8) {
    case 0: start = 0; break;
    case 1: start = offset; break;
    case 2: start = subspace - 1 - offset % 64; break;
    case 3: start = subspace + offset; break;
    case 4: start = 3 * subspace - 1 - offset; break;
    case 5: start = (std::uint64_t{1} << 63) + offset; break;
    case 6: start = ~std::uint64_t{0} - offset % 64; break;
    default: start = window + offset; break;
  }
  return esn ? start : start & 0xffffffff;
}

/// Four octets: the suite, and in its high bits the encapsulation; mode, ESN, outer family, selector, kind of start; two for the start.
///   octet 1   1 transport, 2 ESN, 4 outer IPv6, 8 and 16 the selector, the rest where numbers start
template <Profile P> wished_sa take_sa(input& in, std::uint32_t number) {
  const unsigned kinds = in.take_octet();
  const std::size_t suite = kinds % P::suites.count;
  const unsigned wish = in.take_octet();
  wished_sa sa{sample_sa<P>(number, suite), {}};
  sa_parameters& p = sa.parameters;
  if (modes_of<P>.has(mode::tunnel) && modes_of<P>.has(mode::transport)) p.mode = (wish & 1) != 0 ? mode::transport : mode::tunnel;
  if constexpr (encapsulates<P>) {
    const set_of<encapsulation> wanted = static_cast<encapsulation>(1u << (kinds >> 6));
    if (encapsulations_of<P>.covers(wanted)) p.encapsulation = wanted;
  }
  if (P::esn == esn_use::per_sa) p.esn = (wish & 2) != 0;
  if ((wish & 4) != 0) {
    p.source = address::v6(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 1);
    p.destination = address::v6(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 2);
  }
  switch ((wish >> 3) % 4) {
    case 0: break;
    case 1:
      sa.selects = {.source = address::v4(10, 1, 0, 0), .destination = address::v4(10, 2, 0, 0), .source_prefix = 16, .destination_prefix = 15};
      break;
    case 2: sa.selects = {.protocol = protocol_number::udp, .destination_ports = {53, 4000}}; break;
    default:
      sa.selects = {.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0), .destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 0),
                    .source_prefix = 48, .destination_prefix = 47};
      break;
  }
  p.selector = traffic_selector(sa.selects);
  p.sequence_start = take_start(in, wish >> 5, p.esn, replay_of<P>::packets);
  return sa;
}

/// An IP packet whose lengths and checksum are right and whose options and extension headers are the input's.
///   octet 0   1 IPv6, 2 and 4 the protocol, 8 addresses no selector above covers, 16 options or extension headers, 32 an IP fragment
///   octet 1   traffic class
///   then      16: how many, and their octets; two octets of payload size (modulo 1400), and the payload
inline bytes take_packet(input& in) {
  constexpr octet protocols[] = {17, 6, 1, 0};
  const unsigned kind = in.take_octet();
  const octet traffic_class = in.take_octet();
  const bool v6 = (kind & 1) != 0, outside = (kind & 8) != 0, is_fragment = (kind & 32) != 0;
  octet protocol = protocols[kind >> 1 & 3];
  if (protocol == 0) protocol = in.take_octet();
  bytes extras;
  if ((kind & 16) != 0) extras = v6 ? in.take_exactly(8 * std::size_t{in.take_octet()}) : in.take_exactly(4 * (in.take_octet() % 11u));
  bytes packet;
  if (v6) {
    append_be(packet, std::uint64_t{6} << 28 | std::uint64_t{traffic_class} << 20 | 0x12345, 4);
    append_be(packet, 0, 2);
    append_be(packet, extras.empty() ? protocol : octet{60}, 1);
    append_be(packet, 64, 1);
    for (const std::uint64_t side : {1u, 2u}) {
      append_be(packet, 0x20010db800000000 | side << 16 | (outside ? 0x100u : 0u), 8);
      append_be(packet, side + 6, 8);
    }
    append(packet, extras);
    if (is_fragment && extras.empty()) {
      packet[6] = 44;
      append_be(packet, std::uint64_t{protocol} << 56 | 0x0008000012345678, 8);
    }
  } else {
    append_be(packet, 0x4000u + (20 + extras.size()) / 4 * 256 + traffic_class, 2);
    append_be(packet, 0, 2);
    append_be(packet, 0x1234, 2);
    append_be(packet, is_fragment ? 0x2001 : 0x4000, 2);
    append_be(packet, 64, 1);
    append_be(packet, protocol, 1);
    append_be(packet, 0, 2);
    for (const std::uint64_t side : {1u, 2u}) append_be(packet, 0x0a000005 | side << 16 | (outside ? 0x800000u : 0u), 4);
    append(packet, extras);
  }
  append(packet, in.take_exactly(in.take_be16() % 1400u));
  if (v6) {
    put_be16(packet, 4, packet.size() - 40);
  } else {
    put_be16(packet, 2, packet.size());
    set_ipv4_checksum(packet);
  }
  return packet;
}

/// Changes one octet: two octets say where, one what it is xored with.
inline void take_change(input& in, bytes& content) {
  const std::size_t at = in.take_be16();
  const octet value = in.take_octet();
  if (!content.empty()) content[at % content.size()] ^= value;
}

/// Packets of a configuration for one run of a lane, given back at the end. Verdicts are asked for by the place a packet was put in at.
template <class C> class batch_of {
 public:
  using packet_type = typename C::packet_type;

  explicit batch_of(C& c) : configuration_(c) {}
  ~batch_of() {
    for (packet_type* p : in_order_) configuration_.release(p);
  }
  batch_of(const batch_of&) = delete;
  batch_of& operator=(const batch_of&) = delete;

  /// False when the type has no such packet.
  bool add(const packet_form& form, outbound_handle handle = {}) {
    packet_type* const p = configuration_.make(form);
    if (p == nullptr) return false;
    in_order_.push_back(p);
    packets_.push_back(p);
    most_.push_back(form.content.size() + (handle == outbound_handle{} ? 0 : room_in_front + room_behind));
    handles_.push_back(handle);
    verdicts_.push_back(verdict::withheld);
    return true;
  }
  /// As received: in segments of exactly their size, no room around them. Falls back to one segment.
  bool add_received(const bytes& content, const cut& segments = {}) {
    return add({.content = content, .segments = segments}) || add({.content = content});
  }
  [[nodiscard]] std::size_t size() const noexcept { return in_order_.size(); }
  batch_view<packet_type> received() { return {packets_, verdicts_, {}}; }
  batch_view<packet_type> to_send() { return {packets_, verdicts_, handles_}; }

  verdict of(std::size_t i) const {
    for (std::size_t k = 0; k < packets_.size(); ++k)
      if (packets_[k] == in_order_[i]) return verdicts_[k];
    return verdict::withheld;
  }
  bytes read(std::size_t i) { return read_packet(configuration_, *in_order_[i]); }
  /// Whether a packet says that it is longer than can be: then it cannot be read.
  bool is_overgrown(std::size_t i) const { return packet_traits<packet_type>::length(*in_order_[i]) > most_[i]; }

 private:
  C& configuration_;
  std::vector<packet_type*> packets_{}, in_order_{};
  std::vector<std::size_t> most_{};
  std::vector<outbound_handle> handles_{};
  std::vector<verdict> verdicts_{};
};

namespace detail {
// The provider that re-signs: the configuration's own where it shows it, else another of its type.
template <class C> struct own_provider {
  typename C::crypto own{};
  typename C::crypto& in(C&) noexcept { return own; }
};
template <class C> requires requires(C& c) { { c.provider() } -> std::same_as<typename C::crypto&>; } struct own_provider<C> {
  typename C::crypto& in(C& c) noexcept { return c.provider(); }
};
}  // namespace detail

/// A configuration with two SAs: the one that the input asks for, and a neighbour under another key and SPI.
///   Errors   ends the property when not even plain SAs can be installed
template <class C> class ground {
  static_assert(C::profile::levels == 1, "fuzz properties send each packet under one SA: fuzz a bundle's SAs in profiles of their own");

 public:
  using profile = typename C::profile;

  ground(const char* property, input& in) : property_(property), sas_{take_sa<profile>(in, 0), wished_sa{sample_sa<profile>(1), {}}} {
    install(0);
    install(1);
    for (std::size_t i = 0; i < 2; ++i) signers_[i] = std::make_unique<signer<typename C::crypto>>(provider_.in(*configuration_), sas_[i].parameters);
    if (!signers_[0]->ready() || !signers_[1]->ready()) fail("the provider refuses to hold a key twice, once for the SA and once for re-signing");
    runner_ = std::make_unique<batch_runner<C>>(*configuration_);
  }

  [[nodiscard]] C& configuration() noexcept { return *configuration_; }
  [[nodiscard]] const wished_sa& sa(std::size_t i = 0) const noexcept { return sas_[i]; }
  [[nodiscard]] const sa_pair& pair(std::size_t i = 0) const noexcept { return pairs_[i]; }
  [[nodiscard]] typename C::crypto& provider() noexcept { return provider_.in(*configuration_); }
  [[nodiscard]] signer<typename C::crypto>& signs(std::size_t i = 0) noexcept { return *signers_[i]; }
  [[noreturn]] void fail(const std::string& how) const { failed(property_, how); }

  void send(batch_of<C>& batch) { run(batch, runner_->outbound(batch.to_send())); }
  void receive(batch_of<C>& batch) { run(batch, runner_->inbound(batch.received())); }

 private:
  void install(std::size_t i) {
    const auto pair = configuration_->add_pair(sas_[i].parameters);
    if (pair) {
      pairs_[i] = *pair;
      return;
    }
    sas_[i] = {sample_sa<profile>(static_cast<std::uint32_t>(i)), {}};  // a store of somebody else may know less than we ask for
    const auto plain = configuration_->add_pair(sas_[i].parameters);
    if (!plain) fail(std::string("no SA: ") + plain.why().field + ": " + plain.why().reason);
    pairs_[i] = *plain;
  }
  // Whatever a lane is given: as many survivors as it says, in front, and every packet has a final verdict.
  void run(batch_of<C>& batch, std::size_t survivors) {
    const auto view = batch.received();
    if (survivors > view.size()) fail("more survivors than packets");
    for (std::size_t k = 0; k < view.size(); ++k) {
      if ((view.verdicts[k] == verdict::forwarded) != (k < survivors)) fail("survivors do not stand in front");
      if (view.verdicts[k] == verdict::pending) fail("a packet is still pending after the lane ran");
      if (batch.is_overgrown(k)) fail("a packet is longer than it can be");
    }
  }

  const char* property_;
  std::unique_ptr<C> configuration_ = std::make_unique<C>();
  [[no_unique_address]] detail::own_provider<C> provider_{};
  wished_sa sas_[2];
  sa_pair pairs_[2]{};
  std::unique_ptr<signer<typename C::crypto>> signers_[2]{};
  std::unique_ptr<batch_runner<C>> runner_{};
};

/// A verdict that only a stage of the user gives: nothing can be said of such a packet here.
[[nodiscard]] inline bool is_of_the_user(verdict v) noexcept { return v >= verdict::user_0 || v == verdict::withheld; }

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
