// expect: this stage divides work with a device, and this is a whole datapath: write esp_seal or esp_open here
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/host.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
#ifdef GOOD
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
#else
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, frame_or_seal, write_outer_header);
#endif
