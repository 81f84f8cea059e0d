// expect: what a device's list yields has met no replay window and no policy
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct opens_in_place {
  static constexpr const char* name = "opens_in_place";
  static constexpr fact needs = fact::none, gives = fact::sa_selected | fact::device_opened;
  static constexpr bool begins_level = true;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using trusted = trusted_stages<opens_in_place>;
};
#ifdef GOOD
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
#else
inline constexpr auto list = device_inbound<gateway>(opens_in_place{});
#endif
using store = flat_store<8>::inbound<inbound_sa<gateway, null_crypto>>;
inline constexpr std::size_t size = sizeof(lane<std::remove_cv_t<decltype(list)>, flat_packet, store, null_crypto>);
