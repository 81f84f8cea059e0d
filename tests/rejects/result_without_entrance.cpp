// expect: a device's words enter a host's list by name and are checked where they do: put from_device<fact::device_result> before find_sa
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/host.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
#ifdef GOOD
inline constexpr auto list = host_inbound<gateway>(from_device<fact::device_result>, find_sa, check_replay, take_device_result, update_replay, remove_trailer, remove_outer_header, check_selectors);
#else
inline constexpr auto list = host_inbound<gateway>(find_sa, check_replay, take_device_result, update_replay, remove_trailer, remove_outer_header, check_selectors);
#endif
