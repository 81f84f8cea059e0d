#include "../rivals/families.hpp"
#include "rows.hpp"

void bench::families_rows() {
  using namespace esplanade;
  for (const direction way : {direction::outbound, direction::inbound}) {
    for (const std::size_t octets : inner_sizes) {
      for_each_family([&]<class Suite>(const char* name) {
        const auto rows_of = [&]<class Crypto>(const char* provider) {
          add<family_raw_rounds<Suite, Crypto>>(std::string(provider) + "/families/" + name + "/raw", way, octets);
          add<round_trips<gateway_with_over<Suite, Crypto>>>(std::string(provider) + "/families/" + name + "/datapath", way, octets);
        };
        rows_of.template operator()<botan_for<gateway_with<Suite>>>("botan");
#ifdef BENCH_IPSEC_MB
        rows_of.template operator()<ipsec_mb_for<gateway_with<Suite>>>("ipsec_mb");
#endif
      });
      // Without a cipher: AH copies and mutes the headers in front of it, ESP writes a trailer behind the packet.
      add<round_trips<gateway_with_over<ah<hmac_sha2_256_128>, null_crypto>>>("null/headers/ah", way, octets);
      add<round_trips<gateway_with_over<esp_null<hmac_sha2_256_128>, null_crypto>>>("null/headers/esp", way, octets);
      // Likewise: what is left is the IV, and eight octets of it.
      if (way != direction::outbound) continue;
      add<round_trips<gateway_with_over<esp_aes_cbc<128, hmac_sha1_96>, null_crypto>>>("null/iv/random", way, octets);
      add<round_trips<gateway_with_over<esp_aes_ctr<128, hmac_sha1_96>, null_crypto>>>("null/iv/counter", way, octets);
    }
  }
}
