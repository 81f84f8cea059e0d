// expect: this stage works on what a device knows of a packet
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/boundary.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
#ifdef GOOD
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
#else
inline constexpr auto list = outbound<gateway>(from_host<fact::framed>, select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
#endif
