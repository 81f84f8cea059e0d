// expect: AES has keys of 128, 192 or 256 bits
#include <esplanade/esplanade.hpp>

using namespace esplanade;

#ifdef GOOD
inline constexpr auto sizes = esp_aes_gcm_16<192>::sizes;
#else
inline constexpr auto sizes = esp_aes_gcm_16<100>::sizes;
#endif
