// expect: ListDone: be callable as completed\(list\), noexcept, with one buffer list
#include <esplanade/offload.hpp>

using namespace esplanade;

struct card : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using adapter = nic<card, net_buffer_list, null_crypto, 8>;

#ifdef GOOD
inline constexpr auto completed = [](net_buffer_list&) noexcept {};
#else
inline constexpr auto completed = [](net_buffer_list&) {};
#endif
void post(adapter::send_queue& queue, net_buffer_list& list) {
  queue.post(&list, completed);
}
