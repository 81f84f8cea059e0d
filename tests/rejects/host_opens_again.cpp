// expect: this stage would open again what the device has opened: put take_device_result in its place
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/host.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
inline constexpr auto entrance = from_device<fact::device_result>;
#ifdef GOOD
inline constexpr auto list = host_inbound<gateway>(entrance, find_sa, check_replay, take_device_result, update_replay, remove_trailer, remove_outer_header, check_selectors);
#else
inline constexpr auto list = host_inbound<gateway>(entrance, find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
#endif
