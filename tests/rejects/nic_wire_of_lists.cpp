// expect: WireSink: be callable as on_wire\(frame\), noexcept, with a net buffer
#include <esplanade/offload.hpp>

using namespace esplanade;

struct card : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using adapter = nic<card, net_buffer_list, null_crypto, 8>;

#ifdef GOOD
inline constexpr auto on_wire = [](const net_buffer&) noexcept {};
#else
inline constexpr auto on_wire = [](const net_buffer_list&) noexcept {};
#endif
void send(adapter::send_queue& queue, net_buffer_list& list) {
  queue.send(&list, on_wire, [](net_buffer_list&) noexcept {});
}
