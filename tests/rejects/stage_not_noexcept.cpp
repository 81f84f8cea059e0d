// expect: this stage works neither on .context, i. nor on the context, or not noexcept
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

struct my_stage {
  static constexpr const char* name = "my_stage";
  static constexpr fact needs = fact::none, gives = fact::user_0;
#ifdef GOOD
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
#else
  template <class Context> verdict operator()(Context&, std::size_t) const { return verdict::forwarded; }
#endif
};
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors, my_stage{});
using store = flat_store<4>::inbound<inbound_sa<gateway, null_crypto>>;
using my_lane = lane<std::remove_const_t<decltype(list)>, flat_packet, store, null_crypto>;
std::size_t run(my_lane& l, const batch_view<flat_packet>& batch) { return l(batch); }
