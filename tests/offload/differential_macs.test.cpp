// Host and NICs are a datapath under every MAC of the examples, with ESP and with AH.
#include "support/offload_walks.hpp"

using namespace offload_walks;

TEST_CASE("differential: every MAC of the examples, over every NIC") {
  walk<tunnels<esp_null_aes_gmac<128>>, flat>("gmac128-tunnel");
  walk<chained_tunnels<esp_aes_cbc<128, hmac_sha2_256_128>>, flat>("cbc128-sha256-tunnel");
  walk<tunnels<esp_aes_ctr<128, hmac_sha2_256_128>>, flat>("ctr128-sha256-tunnel");
  walk<tunnels<esp_null<hmac_sha2_256_128>>, flat>("null-sha256-tunnel");
  walk<chained_tunnels<legacy::esp_3des_cbc<hmac_sha1_96>>, flat>("legacy-3des-sha1-tunnel");
  walk<ah_sha256, chain>("ah-sha256");
  walk<ah_gmac128, flat>("ah-gmac128");
}
