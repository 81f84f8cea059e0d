// Rounds of the hand-written loop.
#pragma once

#include "../floor.hpp"
#include "rounds.hpp"

namespace bench {

/// The hand-written loop.
template <class Crypto> class floor_rounds {
 public:
  floor_rounds(std::size_t octets, std::size_t) : packets_(octets, 1) {
    const auto sa = benched_sa<gateway>();
    if (!loop_->add(sa)) trouble_ = "the floor has no SA";
    spis_.fill(sa.spi);
    protect();
    open();
  }
  double protect() {
    return timed(trouble_, "the floor did not send", [this](std::size_t first, std::size_t n) { return loop_->outbound({packets_.list.data() + first, n}, spis_.data()); });
  }
  double open() {
    return timed(trouble_, "the floor did not deliver", [this](std::size_t first, std::size_t n) { return loop_->inbound({packets_.list.data() + first, n}); });
  }
  bool restored() { return packets_.restored(); }
  std::span<flat_packet*> packets() { return packets_.list; }
  const std::string& trouble() const { return trouble_; }

 private:
  packets_in_arena<flat_packet> packets_;
  std::unique_ptr<Crypto> crypto_ = std::make_unique<Crypto>();
  std::unique_ptr<esp_floor<Crypto>> loop_ = std::make_unique<esp_floor<Crypto>>(*crypto_);
  std::array<std::uint32_t, 32> spis_{};
  std::string trouble_;
};

}  // namespace bench
