// expect: what a device sends must be sealed, or it leaves in clear
#include <esplanade/esplanade.hpp>
#include <esplanade/offload/boundary.hpp>

using namespace esplanade;

struct finds {
  static constexpr const char* name = "finds";
  static constexpr fact needs = fact::none, gives = fact::sa_selected;
  static constexpr bool begins_level = true;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
struct seals {
  static constexpr const char* name = "seals";
  static constexpr fact needs = fact::sa_selected, gives = fact::device_sealed;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
struct nic_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using trusted = trusted_stages<finds, seals>;
};
#ifdef GOOD
inline constexpr auto list = device_outbound<nic_profile>(from_host<fact::framed>, finds{}, seals{});
#else
inline constexpr auto list = device_outbound<nic_profile>(from_host<fact::framed>, finds{});
#endif
