#include "../rivals/families.hpp"
#include "rows.hpp"

void bench::families_rows() {
  using namespace esplanade;
  for (const direction way : {direction::outbound, direction::inbound}) {
    for (const std::size_t octets : inner_sizes) {
      for_each_family([&]<class Suite>(const char* name) {
        using crypto = botan_for<gateway_with<Suite>>;
        add<family_raw_rounds<Suite, crypto>>(std::string("botan/families/") + name + "/raw", way, octets);
        add<round_trips<gateway_with_over<Suite, crypto>>>(std::string("botan/families/") + name + "/datapath", way, octets);
      });
      // Without a cipher: what is left is the IV, and eight octets of it.
      if (way != direction::outbound) continue;
      add<round_trips<gateway_with_over<esp_aes_cbc<128, hmac_sha1_96>, null_crypto>>>("null/iv/random", way, octets);
      add<round_trips<gateway_with_over<esp_aes_ctr<128, hmac_sha1_96>, null_crypto>>>("null/iv/counter", way, octets);
    }
  }
}
