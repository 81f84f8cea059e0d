#include <doctest/doctest.h>

#include <esplanade/transform/policies.hpp>

using namespace esplanade;

namespace {
struct plain : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct zero_iv {
  static void write(octet* iv, std::uint64_t) noexcept { store_be64(iv, 0); }
};
struct blank_header {
  template <class Sa> static void write(octet*, const Sa&, const inner_view&) noexcept {}
};
struct chosen : plain {
  static constexpr bool caller_set_iv = true;
  using padding = padding_ignored;
  using iv = zero_iv;
  using header = blank_header;
};
struct throwing_header {
  template <class Sa> static void write(octet*, const Sa&, const inner_view&) {}
};
}  // namespace

TEST_CASE("policies: an absent alias means the default, a present one itself") {
  static_assert(std::is_same_v<padding_of<plain>, padding_verified> && std::is_same_v<padding_of<chosen>, padding_ignored>);
  static_assert(std::is_same_v<iv_of<plain>, counter_iv> && std::is_same_v<iv_of<chosen>, zero_iv>);
  static_assert(std::is_same_v<header_of<plain>, copied_header> && std::is_same_v<header_of<chosen>, blank_header>);
  static_assert(policy_rules<plain>::kept && policy_rules<chosen>::kept);
}

TEST_CASE("TunnelHeaderPolicy: fills the header, and does not throw") {
  using sa = outbound_sa<plain, int>;
  static_assert(TunnelHeaderPolicy<copied_header, sa> && TunnelHeaderPolicy<blank_header, sa>);
  static_assert(!TunnelHeaderPolicy<throwing_header, sa> && !TunnelHeaderPolicy<zero_iv, sa>);
}
