// expect: fragments that wait for others must not wait for ever .* and this profile has no clock
#include <esplanade/esplanade.hpp>
#include <esplanade/testing/manual_clock.hpp>
#include <esplanade/transform/reassemble_ip.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#ifdef GOOD
  using clock = testing::manual_clock;
#endif
};
struct packets {
  flat_packet* take() noexcept { return nullptr; }
  void give(flat_packet*) noexcept {}
};
using contexts = reassembly<flat_packet, 4>;
using list = decltype(inbound<gateway>(reassemble_ip<contexts>{}, find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors));

std::size_t run(lane<list, flat_packet, flat_sad<inbound_sa<gateway, null_crypto>, 4>, null_crypto, no_policy_store, packets>& in, const batch_view<flat_packet>& batch) {
  return in(batch, batch).survivors;
}
