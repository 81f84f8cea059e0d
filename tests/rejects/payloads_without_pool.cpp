// expect: payloads are built in packets of a pool, and this lane has none
#include <esplanade/esplanade.hpp>
#include <esplanade/transform/aggregate.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct packets {
  flat_packet* take() noexcept { return nullptr; }
  void give(flat_packet*) noexcept {}
};
#ifdef GOOD
using pool = packets;
#else
using pool = no_pool;
#endif
using to_peer = aggregate_tunnel<flat_packet>;
using list = decltype(outbound<gateway>(aggregate<to_peer>{}, select_payload_sa, assign_sequence, write_trailer, esp_seal, write_outer_header));

std::size_t run(lane<list, flat_packet, slot_table<outbound_sa<gateway, null_crypto>, 4>, null_crypto, no_policy_store, pool>& out, const batch_view<flat_packet>& batch) {
  return out(batch, batch).survivors;
}
