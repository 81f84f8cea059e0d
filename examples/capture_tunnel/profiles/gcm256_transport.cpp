// gcm256-transport: transport mode, 256-bit keys.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm256_transport : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<256>>;
  static constexpr auto modes = esplanade::mode::transport;
  static constexpr auto esn = esplanade::off;
};

profile_entry gcm256_transport_entry() { return entry_of<gcm256_transport, flat>("gcm256-transport"); }

}  // namespace capture_tunnel
