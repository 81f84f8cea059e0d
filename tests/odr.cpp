// Includes everything once more and is compiled with the opposite of the tests' NDEBUG. Linked into every test program, it
// finds what lacks `inline`; linked with -flto against itself (odr.py), it finds what means two things in one program.
#include "everything.hpp"

namespace esplanade_odr {

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
};
using path = esplanade::datapath<gateway, esplanade::flat_packet, esplanade::flat_store<16>, esplanade::null_crypto>;

// Templates mean something only when they are used: a whole datapath, both directions.
inline std::size_t both_ways(path& p, const esplanade::batch_view<esplanade::flat_packet>& batch) noexcept {
  return p.outbound(batch) + p.inbound(batch);
}

}  // namespace esplanade_odr
