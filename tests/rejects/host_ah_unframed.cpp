// expect: what leaves a host's outbound list must be framed or sealed, and the profile has suites of AH
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/host.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah<hmac_sha2_256_128>>;
};
#ifdef GOOD
inline constexpr auto list = host_outbound<gateway>(select_sa, assign_sequence, write_ah_header, write_trailer, frame_or_seal, write_outer_header, frame_or_seal_ah);
#else
inline constexpr auto list = host_outbound<gateway>(select_sa, assign_sequence, write_ah_header, write_trailer, frame_or_seal, write_outer_header);
#endif
