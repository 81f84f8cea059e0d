// Rounds of the loop that many write first.
#pragma once

#include "../floor.hpp"
#include "../naive.hpp"
#include "rounds.hpp"

#include <esplanade/crypto/botan.hpp>

namespace bench {

/// What many write first: Botan's AEAD_Mode with a vector for every packet. The way back, which only renews the packets,
/// is the floor's.
class naive_rounds {
 public:
  naive_rounds(std::size_t octets, std::size_t) : packets_(octets, 1), loop_(benched_sa<gateway>()) {
    if (!back_->add(benched_sa<gateway>())) trouble_ = "the floor has no SA";
    protect();
    open();
  }
  double protect() {
    return timed(trouble_, "the naive loop did not send", [this](std::size_t first, std::size_t n) { return loop_.outbound({packets_.list.data() + first, n}); });
  }
  double open() {
    return timed(trouble_, "what the naive loop sent was refused", [this](std::size_t first, std::size_t n) { return back_->inbound({packets_.list.data() + first, n}); });
  }
  bool restored() { return packets_.restored(); }
  std::span<flat_packet*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 private:
  packets_in_arena<flat_packet> packets_;
  naive_sender loop_;
  std::unique_ptr<esplanade::botan> crypto_ = std::make_unique<esplanade::botan>();
  std::unique_ptr<esp_floor<esplanade::botan>> back_ = std::make_unique<esp_floor<esplanade::botan>>(*crypto_);
  std::string trouble_;
};

}  // namespace bench
