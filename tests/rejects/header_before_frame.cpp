// expect: this stage is for packets that a host has framed: in a host's list put frame_or_seal before it
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/host.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
#ifdef GOOD
inline constexpr auto list = host_outbound<gateway>(select_sa, assign_sequence, write_trailer, frame_or_seal, write_outer_header);
#else
inline constexpr auto list = host_outbound<gateway>(select_sa, assign_sequence, write_trailer, write_outer_header, frame_or_seal);
#endif
