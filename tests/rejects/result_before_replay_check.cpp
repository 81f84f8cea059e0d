// expect: a replayed packet must not cost a decryption
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
inline constexpr auto list = host_inbound<gateway>(entrance, find_sa, take_device_result, check_replay, update_replay, remove_trailer, remove_outer_header, check_selectors);
#endif
