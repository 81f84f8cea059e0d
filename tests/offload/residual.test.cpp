#include "support/stub_device.hpp"

#include <esplanade/offload/residual.hpp>

using namespace support;

namespace residual_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
struct mixed : profile {
  static constexpr auto suites = esplanade::suites<gcm128, esp_chacha20_poly1305>;
};
template <class P> using path = host<P, flat_packet, flat_store<4>, testing::mixing_crypto>;
consteval device_capabilities without_esn() {
  device_capabilities c = whole_device;
  c.esn = false;
  return c;
}
template <class Plan> const plan_row& row(const Plan& p, const char* stage) {
  for (const plan_row& r : p.rows)
    if (r.stage == std::string(stage)) return r;
  return p.rows[0];
}
}  // namespace residual_test
using namespace residual_test;

TEST_CASE("residual: a device that does everything leaves the host all but the cryptography") {
  constexpr auto out = residual<path<gateway>::outbound_lane>(whole_device);
  static_assert(out.count == 5);
  const char* const stays[] = {"select_sa_by_handle", "complete_checksum", "assign_sequence", "write_trailer", "write_outer_header"};
  for (std::size_t i = 0; i < 5; ++i) CHECK(out.names[i] == std::string(stays[i]));
  constexpr auto in = residual<path<gateway>::inbound_lane>(whole_device);
  static_assert(in.count == decltype(path<gateway>::inbound_lane::list_type{})::size - 1);
  constexpr auto none = residual<path<gateway>::outbound_lane>(device_capabilities{});
  static_assert(none.count == 6);
}

TEST_CASE("residual: the plan says where each stage runs, and what keeps it here") {
  constexpr auto whole = explain<path<gateway>::outbound_lane>(whole_device);
  CHECK(row(whole, "frame_or_seal").runs_on == std::string("device"));
  CHECK(row(whole, "assign_sequence").runs_on == std::string("host"));
  CHECK(whole.adapters == std::string("none"));
  constexpr auto part = explain<path<gateway>::outbound_lane>(without_esn());
  CHECK(row(part, "frame_or_seal").runs_on == std::string("device or host"));
  CHECK(row(part, "frame_or_seal").because != row(whole, "frame_or_seal").because);
  constexpr auto nothing = explain<path<gateway>::inbound_lane>(device_capabilities{});
  CHECK(row(nothing, "take_device_result").runs_on == std::string("host"));
  CHECK(row(nothing, "take_device_result").because == std::string("the device does no IPsec at present"));
}

TEST_CASE("residual: a suite without a name in reports stays here, and the others go") {
  static_assert(share_of<mixed>(whole_device) == device_share::some);
  static_assert(share_of<gateway>(whole_device) == device_share::all);
  static_assert(!shares(whole_device, esp_chacha20_poly1305::sizes) && shares(whole_device, gcm128::sizes));
}
