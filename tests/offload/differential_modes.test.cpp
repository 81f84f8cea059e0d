// Host and NICs are a datapath in every mode and encapsulation of the examples.
#include "support/offload_walks.hpp"

using namespace offload_walks;

TEST_CASE("differential: every mode and encapsulation of the examples, over every NIC") {
  walk<transports<esp_aes_gcm_16<128>>, chain>("gcm128-transport");
  walk<transports<esp_aes_gcm_16<256>>, flat>("gcm256-transport");
  walk<gcm128_udp, chain>("gcm128-udp");
}
