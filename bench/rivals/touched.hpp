// Rounds of forged packets and of genuine ones.
#pragma once

#include "rounds.hpp"

namespace bench {

/// The datapath on packets whose ICV was touched on the way: `Forged`, one bit is wrong, and none may survive; else it was
/// turned and turned back, so that caches know as much of it, and all must. Packets are renewed before each round either way.
template <class Crypto, bool Forged> class touched_rounds {
 public:
  touched_rounds(std::size_t octets, std::size_t) : packets_(octets, 1), octets_(octets) {
    const auto sas = configuration_->add_pair(benched_sa<gateway>());
    if (!sas) {
      trouble_ = "no SA";
      return;
    }
    handles_.fill(sas->sending);
    protect();
    open();
  }
  double protect() {
    packets_.renew();
    const double seconds = timed(trouble_, "a packet was not sent", [this](std::size_t first, std::size_t n) {
      return configuration_->path().outbound({{packets_.list.data() + first, n}, verdicts_, handles_}) == n;
    });
    for (flat_packet* p : packets_.list) {
      volatile esplanade::octet& last = p->data()[p->length() - 1];
      last = last ^ 1;
      if (!Forged) last = last ^ 1;
    }
    return seconds;
  }
  double open() {
    return timed(trouble_, Forged ? "a forged packet survived" : "a genuine packet did not survive", [this](std::size_t first, std::size_t n) {
      return configuration_->path().inbound({{packets_.list.data() + first, n}, verdicts_}) == (Forged ? 0 : n);
    });
  }
  /// Forged packets are refused for their ICV and hold no plaintext.
  bool restored() {
    if (!Forged) return packets_.restored();
    for (const flat_packet* p : packets_.list)
      for (std::size_t i = 0; i < octets_; ++i)
        if (p->data()[36 + i] != 0) return false;
    return configuration_->path().inbound_counters()[esplanade::verdict::icv_mismatch] == configuration_->path().inbound_counters().total();
  }
  std::span<flat_packet*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 private:
  using configuration = gateway_over<flat_packet, Crypto>;
  packets_in_arena<flat_packet> packets_;
  std::size_t octets_;
  std::unique_ptr<configuration> configuration_ = std::make_unique<configuration>();
  std::array<esplanade::verdict, 32> verdicts_{};
  std::array<esplanade::outbound_handle, 32> handles_{};
  std::string trouble_;
};

}  // namespace bench
