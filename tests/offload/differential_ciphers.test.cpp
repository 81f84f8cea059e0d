// Host and NICs are a datapath under every cipher of the examples.
#include "support/offload_walks.hpp"

using namespace offload_walks;

TEST_CASE("differential: every cipher of the examples, over every NIC") {
  walk<tunnels<esp_aes_gcm_16<128>>, flat>("gcm128-tunnel");
  walk<tunnels<esp_aes_gcm_16<192>>, chain>("gcm192-tunnel");
  walk<tunnels<esp_aes_gcm_16<256>>, flat>("gcm256-tunnel");
  walk<tunnels<esp_aes_gcm_8<128>>, flat>("gcm128-8");
  walk<tunnels<esp_aes_gcm_12<128>>, chain>("gcm128-12");
  walk<tunnels<esp_chacha20_poly1305>, flat>("chacha20-tunnel");
  walk<tunnels<esp_aes_ccm_16<128>>, flat>("ccm128-tunnel");
}
