// Every suite that the toolkit has, for programs that talk to other implementations.
#pragma once

#include <esplanade/crypto/suite.hpp>

namespace support {

using namespace esplanade;

/// Several lists in one.
template <class... As> constexpr auto together(suite_list<As...> only) { return only; }
template <class... As, class... Bs> constexpr auto together(suite_list<As...>, suite_list<Bs...>) { return suite_list<As..., Bs...>{}; }
template <class First, class Second, class... More> constexpr auto together(First first, Second second, More... more) { return together(together(first, second), more...); }

template <template <unsigned> class... Of> inline constexpr auto of_every_key = together(suites<Of<128>, Of<192>, Of<256>>...);
template <class Mac> inline constexpr auto with_mac = suites<esp_aes_cbc<128, Mac>, esp_aes_cbc<192, Mac>, esp_aes_cbc<256, Mac>, esp_aes_ctr<128, Mac>, esp_aes_ctr<192, Mac>,
                                                             esp_aes_ctr<256, Mac>, esp_null<Mac>>;

inline constexpr auto every_aead = together(of_every_key<esp_aes_gcm_16, esp_aes_gcm_12, esp_aes_gcm_8>, of_every_key<esp_aes_ccm_16, esp_aes_ccm_12, esp_aes_ccm_8>,
                                          suites<esp_chacha20_poly1305>, of_every_key<esp_null_aes_gmac>);
inline constexpr auto every_implicit_iv = together(of_every_key<esp_aes_gcm_16_implicit_iv, esp_aes_ccm_8_implicit_iv>, suites<esp_chacha20_poly1305_implicit_iv>);
inline constexpr auto every_mac = together(with_mac<hmac_sha1_96>, with_mac<hmac_sha2_256_128>, with_mac<hmac_sha2_384_192>, with_mac<hmac_sha2_512_256>,
                                         with_mac<aes_cmac_96>, with_mac<aes_xcbc_96>);
inline constexpr auto every_ah = suites<ah<hmac_sha2_256_128>, ah<hmac_sha1_96>, ah<hmac_sha2_384_192>, ah<hmac_sha2_512_256>, ah<aes_cmac_96>, ah<aes_xcbc_96>,
                                           ah_aes_gmac<128>, ah_aes_gmac<192>, ah_aes_gmac<256>>;
inline constexpr auto every_legacy = together(with_mac<legacy::hmac_md5_96>, suites<legacy::esp_des_cbc<hmac_sha1_96>, legacy::esp_3des_cbc<hmac_sha1_96>,
                                                                                   legacy::esp_des_cbc<legacy::hmac_md5_96>, legacy::esp_3des_cbc<hmac_sha2_256_128>>);

}  // namespace support
