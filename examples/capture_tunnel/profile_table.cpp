#include "profile_entry.hpp"

#include <algorithm>

namespace capture_tunnel {

// profiles/<name>.cpp
profile_entry gcm128_tunnel_entry();
profile_entry gcm192_tunnel_entry();
profile_entry gcm256_tunnel_entry();
profile_entry gcm128_transport_entry();
profile_entry gcm256_transport_entry();
profile_entry gcm128_8_entry();
profile_entry gcm128_12_entry();
profile_entry gcm128_esn_entry();
profile_entry gcm128_window64_entry();
profile_entry gcm_any_entry();
profile_entry chacha20_tunnel_entry();
profile_entry ccm128_tunnel_entry();
profile_entry gmac128_tunnel_entry();
profile_entry cbc128_sha256_tunnel_entry();
profile_entry ctr128_sha256_tunnel_entry();
profile_entry null_sha256_tunnel_entry();
profile_entry legacy_3des_sha1_tunnel_entry();
profile_entry gcm128_udp_entry();
profile_entry gmac128_wesp_entry();
profile_entry gcm128_tfc_entry();
profile_entry gcm128_beet_entry();
profile_entry gcm128_iptfs_entry();
profile_entry gcm128_verified_entry();
profile_entry ah_sha256_entry();
profile_entry ah_gmac128_entry();

std::span<const profile_entry> profiles() {
  static const profile_entry all[] = {
      gcm128_tunnel_entry(),    gcm192_tunnel_entry(), gcm256_tunnel_entry(), gcm128_transport_entry(), gcm256_transport_entry(),
      gcm128_8_entry(),         gcm128_12_entry(),     gcm128_esn_entry(),    gcm128_window64_entry(),  gcm_any_entry(),
      chacha20_tunnel_entry(),  ccm128_tunnel_entry(), gmac128_tunnel_entry(), cbc128_sha256_tunnel_entry(), ctr128_sha256_tunnel_entry(),
      null_sha256_tunnel_entry(), legacy_3des_sha1_tunnel_entry(), gcm128_udp_entry(), gmac128_wesp_entry(), gcm128_tfc_entry(), gcm128_beet_entry(), gcm128_iptfs_entry(), gcm128_verified_entry(), ah_sha256_entry(), ah_gmac128_entry(),
  };
  return all;
}

overhead overhead_of(const profile_entry& profile, esplanade::mode mode, esplanade::family outer) {
  overhead all{SIZE_MAX, 0, SIZE_MAX};
  // In transport mode packets of both families travel, and AH is not as long for both.
  for (const esplanade::suite_sizes& suite : profile.suites)
    for (const esplanade::family version : {esplanade::family::ipv4, esplanade::family::ipv6}) {
      if (mode != esplanade::mode::transport && version != outer) continue;
      const overhead one = profile.overhead_of(suite, mode, version);
      all = {std::min(all.least, one.least), std::max(all.most, one.most), std::min(all.inner_mtu, one.inner_mtu)};
    }
  return all;
}

}  // namespace capture_tunnel
