// expect: add check_selectors, or say selectors_checked_by_caller
#include <esplanade/esplanade.hpp>
#include <esplanade/transform/deaggregate.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
using tunnels = aggregate_receivers<flat_packet>;
#ifdef GOOD
inline auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, open_payload, deaggregate<tunnels>{});
#else
inline auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, open_payload);
#endif
