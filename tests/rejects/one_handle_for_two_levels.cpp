// expect: packets bring one handle, and this profile puts several SAs on each: name a policy in the profile
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct twice : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr std::size_t levels = 2;
};
#ifdef GOOD
inline constexpr auto list = outbound_recipe<twice>();
#else
inline constexpr auto list = outbound_recipe<twice, true>();
#endif
