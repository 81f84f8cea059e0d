// expect: AH covers the ESP of its bundle
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/boundary.hpp>

using namespace esplanade;

struct finds {
  static constexpr const char* name = "finds";
  static constexpr fact needs = fact::none, gives = fact::sa_selected;
  static constexpr bool begins_level = true;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
template <fact Sealed> struct seals {
  static constexpr const char* name = "seals";
  static constexpr fact needs = fact::sa_selected, gives = Sealed;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
using esp_in_place = seals<fact::device_sealed>;
using ah_in_place = seals<fact::device_ah_sealed>;
struct nic_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah<hmac_sha1_96>>;
  using trusted = trusted_stages<finds, esp_in_place, ah_in_place>;
};
#ifdef GOOD
inline constexpr auto list = device_outbound<nic_profile>(from_host<fact::framed, fact::ah_framed>, finds{}, esp_in_place{}, ah_in_place{});
#else
inline constexpr auto list = device_outbound<nic_profile>(from_host<fact::framed, fact::ah_framed>, finds{}, ah_in_place{}, esp_in_place{});
#endif
