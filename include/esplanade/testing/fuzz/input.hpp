// A fuzzer's octets as a source of choices: every input means something, and a changed octet changes one thing.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/testing/cuts.hpp>

#include <algorithm>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

using bytes = std::vector<octet>;

/// Takes choices from the front of an input. Behind its end everything is zero, so that no input is too short; numbers of
/// several octets are big-endian.
class input {
 public:
  input(const std::uint8_t* data, std::size_t size) noexcept : at_(data), left_(size) {}

  [[nodiscard]] bool empty() const noexcept { return left_ == 0; }
  [[nodiscard]] std::size_t left() const noexcept { return left_; }

  octet take_octet() noexcept {
    if (left_ == 0) return 0;
    --left_;
    return *at_++;
  }
  std::uint16_t take_be16() noexcept {
    const unsigned high = take_octet();
    return static_cast<std::uint16_t>(high << 8 | take_octet());
  }
  /// Up to `most` octets: as many as there are.
  bytes take_octets(std::size_t most) {
    const std::size_t n = (std::min)(most, left_);
    const bytes taken(at_, at_ + n);
    at_ += n;
    left_ -= n;
    return taken;
  }
  /// Exactly `n` octets; what is not there is zero.
  bytes take_exactly(std::size_t n) {
    bytes taken = take_octets(n);
    taken.resize(n);
    return taken;
  }
  bytes take_rest() { return take_octets(left_); }

  /// A cut of `n` octets into at most `most` segments: an octet says how many borders (modulo 17), two octets where each lies.
  /// What is taken does not depend on `most`, so that an input means the same for every packet type.
  cut take_cut(std::size_t n, std::size_t most) {
    std::vector<std::size_t> borders(take_octet() % 17u);
    for (std::size_t& border : borders) border = take_be16() % (n + 1);
    if (borders.size() >= most) borders.resize(most - 1);
    return cut_at(n, std::move(borders));
  }

 private:
  const std::uint8_t* at_;
  std::size_t left_;
};

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
