// gcm128-iptfs: packets in payloads of one size that leave at a constant rate, so that neither size nor time tells anything.
#include "../aggregate_engine.hpp"
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_iptfs : esplanade::profile {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  static constexpr auto esn = esplanade::off;
  static constexpr std::uint64_t payload_interval = 100'000;  // nanoseconds: ten thousand payloads in a second
};

profile_entry gcm128_iptfs_entry() {
  profile_entry made = facts_of_profile<gcm128_iptfs, flat>("gcm128-iptfs");
  made.aggregates = true;
  // Around a whole payload, and its header (RFC 9347 6.1); what is left is for packets and parts of packets.
  made.overhead_of = [](const esplanade::suite_sizes& suite, esplanade::mode mode, esplanade::family outer) -> overhead {
    const std::size_t payload = payload_octets<gcm128_iptfs>(suite, outer), inside = payload - esplanade::aggfrag_header_octets;
    const std::size_t around = esplanade::overhead<gcm128_iptfs>::of(suite, mode, outer).sealed(payload) - inside;
    return {around, around, inside};
  };
  made.make = [](std::size_t) -> std::unique_ptr<engine> { return std::make_unique<aggregate_engine<gcm128_iptfs, flat>>(); };
  return made;
}

}  // namespace capture_tunnel
