#include "support/bundles.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/send_policies.hpp>

#include <type_traits>

using namespace support;

namespace {
struct otherwise : broad_nic {
  using trailer = trailer_in_frame_wins;
  using nested = offsets_from_outermost;
  using unconfigured = send_unconfigured_in_clear;
};
struct of_one_level : broad_nic {
  static constexpr std::size_t levels = 1;
};
}  // namespace

TEST_CASE("send_policies: a device profile that names none compares trailers, counts from the inner header, and sends nothing in clear") {
  static_assert(send_rules<broad_nic>::kept && send_rules<of_one_level>::kept);
  static_assert(std::is_same_v<trailer_of<broad_nic>, trailers_agree> && std::is_same_v<nested_of<broad_nic>, offsets_from_inner> && std::is_same_v<unconfigured_of<broad_nic>, refuse_unconfigured>);
  CHECK(trailer_of<broad_nic>::compares);
  CHECK_FALSE(nested_of<broad_nic>::from_outermost);
  CHECK_FALSE(unconfigured_of<broad_nic>::sends_in_clear);
}

TEST_CASE("send_policies: each is chosen by its alias alone") {
  static_assert(send_rules<otherwise>::kept);
  CHECK_FALSE(trailer_of<otherwise>::compares);
  CHECK(nested_of<otherwise>::from_outermost);
  CHECK(unconfigured_of<otherwise>::sends_in_clear);
}

TEST_CASE("send_policies: a supplied IV stays as it stands in the frame") {
  octet iv[16];
  for (std::size_t i = 0; i < sizeof iv; ++i) iv[i] = static_cast<octet>(i + 1);
  host_supplied_iv::write(iv, 0x1234);
  host_supplied_iv::write(iv, sizeof iv, 0x1234);
  for (std::size_t i = 0; i < sizeof iv; ++i) CHECK(iv[i] == i + 1);
}
