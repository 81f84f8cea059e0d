// expect: ListsUp: be callable as up\(chain, flags\), noexcept, with the first of the lists
#include <esplanade/offload.hpp>

using namespace esplanade;

struct card : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using adapter = nic<card, net_buffer_list, null_crypto, 8>;

#ifdef GOOD
inline constexpr auto up = [](net_buffer_list*, receive_flags) noexcept {};
#else
inline constexpr auto up = [](net_buffer_list&) noexcept {};
#endif
void receive(adapter::receive_queue& queue, net_buffer_list& list) {
  queue.receive(&list, {}, up, [](net_buffer_list&) noexcept {});
}
