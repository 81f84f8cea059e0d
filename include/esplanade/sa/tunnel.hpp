// The SAs of one tunnel while they are rekeyed: packets leave under one, or one for each lane, and arrive under several.
//
//       this end                                 the other end
//     1 receive_under(new)                     1 receive_under(new)           make
//     2                                        2 send_under(new)              its packets arrive under both
//     3 send_under(new)                        3                              ours do
//     4 stop_receiving(old, later)             4 stop_receiving(old, later)
//     5 tend(now) … until `later` is over      5 tend(now) …                  break: nothing is under way any more
#pragma once

#include <esplanade/sa/store.hpp>
#include <esplanade/sa/transmit_sas.hpp>

namespace esplanade {
inline namespace v0 {

// RFC 9611 6: "allowing at the very least double the number of available CPUs is RECOMMENDED"

/// One tunnel's SAs in two stores. Policies name `sending()`, so that one store moves all of them to a new SA. Lossless on
/// a lane that selects by policy: whoever finds the old SA gone asks for its successor (transform/select_sa.hpp).
///   Shape    receive_under(crypto, parameters)          one more receive SA; its handle
///            send_under(crypto, parameters [, lane])    the new transmit SA; that before it is removed
///            stop_sending([lane]), stop_receiving(sa [, until]), tend(now)
///   Units    Lanes: those that may have a transmit SA of their own (RFC 9611); Receive: receive SAs at a time; `until` and
///            `now`: any clock of the owner's that only goes forward
///   Cost     control only; what it removes is wiped by the stores' reclaim
///   Errors   a fault of the store, or no_space; nothing changed then
///   Threads  one control thread; lanes pick from sending()
///   Life     SAs stay in the stores when it is destroyed; it outlives the lanes whose policies name it
template <SaStore Inbound, SaStore Outbound, std::size_t Lanes = 0, std::size_t Receive = 2 * Lanes + 4> class tunnel {
  static_assert(Receive >= 2, "a tunnel that is rekeyed without loss has at least two receive SAs for a while");

 public:
  static constexpr std::size_t receive_max = Receive;

  tunnel(Inbound& inbound, Outbound& outbound) noexcept : inbound_(inbound), outbound_(outbound) {}
  tunnel(const tunnel&) = delete;
  tunnel& operator=(const tunnel&) = delete;

  /// What a policy names, and a caller who attaches handles picks from.
  [[nodiscard]] const transmit_sas& sending() const noexcept { return sending_; }

  /// Makes a receive SA beside those that are there.
  template <class Crypto> [[nodiscard]] result<inbound_handle> receive_under(Crypto& crypto, const sa_parameters& p) noexcept {
    if (count_ == Receive) return fault{fault_kind::no_space, "tunnel", "it has as many receive SAs as it can", "another try after tend(), or a tunnel with a larger Receive"};
    auto made = inbound_.add(crypto, p);
    if (made) receive_[count_++] = {*made, never};
    return made;
  }
  /// Every packet selected from now on leaves under a new SA, but on lanes that have their own.
  template <class Crypto> [[nodiscard]] result<outbound_handle> send_under(Crypto& crypto, const sa_parameters& p) noexcept {
    auto made = outbound_.add(crypto, p);
    if (made) exchange(*made);
    return made;
  }
  /// Every packet that `lane` selects from now on leaves under a new SA of its own (RFC 9611 3).
  template <class Crypto> [[nodiscard]] result<outbound_handle> send_under(Crypto& crypto, const sa_parameters& p, std::uint32_t lane) noexcept
    requires (Lanes != 0)
  {
    if (lane >= Lanes) return no_such_lane();
    auto made = outbound_.add(crypto, p);
    if (made) exchange(lane, *made);
    return made;
  }
  /// Lanes without an SA of their own send nothing any more: packets get the verdict no_sa.
  void stop_sending() noexcept { exchange(outbound_handle{}); }
  /// Sends a lane back to the SA of all lanes.
  [[nodiscard]] result<void> stop_sending(std::uint32_t lane) noexcept
    requires (Lanes != 0)
  {
    if (lane >= Lanes) return no_such_lane();
    exchange(lane, outbound_handle{});
    return {};
  }

  /// Removes a receive SA now; packets that are still under way are lost.
  [[nodiscard]] result<void> stop_receiving(inbound_handle sa) noexcept {
    for (std::size_t i = 0; i < count_; ++i)
      if (receive_[i].sa == sa) return drop(i);
    return not_ours();
  }
  /// Removes it with the first tend(now) at or behind `until`: what is under way by then is lost, what comes before is not.
  [[nodiscard]] result<void> stop_receiving(inbound_handle sa, std::uint64_t until) noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      if (!(receive_[i].sa == sa)) continue;
      receive_[i].until = until;
      return {};
    }
    return not_ours();
  }
  /// Removes the receive SAs whose time is over; → how many.
  std::size_t tend(std::uint64_t now) noexcept {
    std::size_t gone = 0;
    for (std::size_t i = 0; i < count_;) {
      if (receive_[i].until == never || receive_[i].until > now) ++i;
      else gone += static_cast<bool>(drop(i)) ? 1u : 0u;
    }
    return gone;
  }
  /// How many receive SAs it has.
  [[nodiscard]] std::size_t receiving() const noexcept { return count_; }
  /// The i-th of them, oldest first.
  [[nodiscard]] inbound_handle receiving(std::size_t i) const noexcept { return i < count_ ? receive_[i].sa : inbound_handle{}; }

 private:
  static constexpr std::uint64_t never = ~std::uint64_t{0};
  struct receiver {
    inbound_handle sa{};
    std::uint64_t until = never;
  };
  template <std::size_t N, class = void> struct senders { using type = per_lane_sas<N>; };
  template <class Void> struct senders<0, Void> { using type = transmit_sas; };

  static fault no_such_lane() noexcept { return {fault_kind::invalid_value, "lane", "no such lane", "a number below the tunnel's Lanes"}; }
  static fault not_ours() noexcept { return {fault_kind::not_found, "sa", "not a receive SA of this tunnel", "a handle that receive_under() returned"}; }

  // The order is what makes it lossless: a lane that finds the old SA gone has to find the new handle.
  void exchange(outbound_handle made) noexcept {
    const outbound_handle old = sending_.fallback();
    sending_.set(made);
    (void)outbound_.remove(old);  // a fault means that there was none, or that its owner removed it
  }
  void exchange(std::uint32_t lane, outbound_handle made) noexcept {
    const outbound_handle old = sending_.own(lane);
    (void)sending_.set(lane, made);
    (void)outbound_.remove(old);
  }
  result<void> drop(std::size_t i) noexcept {
    const inbound_handle sa = receive_[i].sa;
    for (std::size_t k = i + 1; k < count_; ++k) receive_[k - 1] = receive_[k];
    receive_[--count_] = {};
    return inbound_.remove(sa);
  }

  Inbound& inbound_;
  Outbound& outbound_;
  typename senders<Lanes>::type sending_{};
  receiver receive_[Receive]{};
  std::size_t count_ = 0;
};

}  // namespace v0
}  // namespace esplanade
