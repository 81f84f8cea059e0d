#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/capability/offload_settings.hpp>

using namespace esplanade;
using enum offload_setting;

namespace {
offload_settings with(offload_setting which, std::uint32_t value) {
  offload_settings s;
  CHECK(s.set(which, value));
  return s;
}
}  // namespace

TEST_CASE("offload_settings: by default every keyword says that everything is on, and no two have one name") {
  const offload_settings s;
  for (std::size_t i = 0; i < offload_setting_count; ++i) {
    CHECK(s[static_cast<offload_setting>(i)] == offload_keywords[i].value_max);
    CHECK(offload_keywords[i].name[0] == '*');
    for (std::size_t k = 0; k < i; ++k) CHECK_FALSE(same_text(offload_keywords[i].name, offload_keywords[k].name));
  }
}

TEST_CASE("offload_settings: each turns off what it names and nothing else") {
  const offload_report full = reports::full();
  CHECK(configured(full, with(tcp_ipv4_checksum, 1)).ipv4_receive_checksum.kinds == (0x3ffu & ~0x30u));
  CHECK(configured(full, with(tcp_ipv4_checksum, 1)).ipv4_send_checksum.kinds == 0x3ffu);
  CHECK(configured(full, with(udp_ipv4_checksum, 2)).ipv4_send_checksum.kinds == (0x3ffu & ~0xc0u));
  CHECK(configured(full, with(ipv4_checksum, 0)).ipv4_send_checksum.kinds == (0x3ffu & ~0x300u));
  CHECK(configured(full, with(tcp_ipv6_checksum, 0)).ipv6_send_checksum.kinds == (0xffu & ~0x30u));
  CHECK(configured(full, with(udp_ipv6_checksum, 0)).ipv6_receive_checksum.kinds == (0xffu & ~0xc0u));
  CHECK(configured(full, with(large_send_v1, 0)).large_send_v1 == large_send_limits{});
  CHECK(configured(full, with(large_send_v2_ipv4, 0)).large_send_v2_ipv4 == large_send_limits{});
  CHECK(configured(full, with(large_send_v2_ipv6, 0)).large_send_v2_ipv6 == large_send_limits{});
  CHECK(configured(full, with(ipsec_v1, 0)).ipsec_v1 == ipsec_v1_words{});
  CHECK(configured(full, with(ipsec_v1, 1)).ipsec_v1.esp == 0);
  CHECK(configured(full, with(ipsec_v1, 1)).ipsec_v1.ah == full.ipsec_v1.ah);
  CHECK(configured(full, with(ipsec_v1, 2)).ipsec_v1.ah == 0xf);
  CHECK(configured(full, {}) == full);
}

TEST_CASE("offload_settings: a value that its keyword may not have is refused, and in a store counts as the default") {
  offload_settings s;
  CHECK_FALSE(s.set(ipsec_v2, 4));
  CHECK_FALSE(s.set(large_send_v1, 2));
  CHECK(s == offload_settings{});
  struct {
    void write(const char*, std::uint32_t) noexcept {}
    std::uint32_t read(const char* name, std::uint32_t fallback) noexcept { return same_text(name, "*IPsecOffloadV2") ? 1 : same_text(name, "*LsoV1IPv4") ? 77 : fallback; }
  } keywords;
  CHECK(settings_from(keywords) == with(ipsec_v2, 1));
}
