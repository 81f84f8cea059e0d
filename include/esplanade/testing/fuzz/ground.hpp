// The ground that fuzz properties stand on: a configuration made anew for every input, its SAs, and batches that clean up.
#pragma once

#include <esplanade/testing/configuration.hpp>
#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/signer.hpp>
#include <esplanade/testing/fuzz/wishes.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// Packets at a time; no profile's burst is assumed to be larger.
template <class C> inline constexpr std::size_t batch_most = std::min<std::size_t>(8, C::profile::burst);
/// Room that is enough in front and behind for every suite, mode and padding.
inline constexpr std::size_t room_in_front = 128, room_behind = 320;

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
  [[nodiscard]] const packet_type* at(std::size_t i) const noexcept { return in_order_[i]; }
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
