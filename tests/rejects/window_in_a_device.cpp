// expect: this stage is the host's work, and a device has no policy, numbers, window or selectors
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct opens_in_place {
  static constexpr const char* name = "opens_in_place";
  static constexpr fact needs = fact::none, gives = fact::sa_selected | fact::device_opened;
  static constexpr bool begins_level = true;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
struct nic_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using trusted = trusted_stages<opens_in_place>;
};
#ifdef GOOD
inline constexpr auto list = device_inbound<nic_profile>(opens_in_place{});
#else
inline constexpr auto list = device_inbound<nic_profile>(opens_in_place{}, check_replay);
#endif
