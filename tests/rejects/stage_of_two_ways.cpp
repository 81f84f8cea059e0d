// expect: this stage works in two ways, and one of them would never run
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

struct refuse_all {
  static constexpr const char* name = "refuse_all";
  static constexpr fact needs = fact::header_removed, gives = fact::user_0;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::user_0; }
#ifndef GOOD
  template <class Context> void operator()(Context&) const noexcept {}
#endif
};

inline constexpr auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors, refuse_all{});
using store = flat_store<4>::inbound<inbound_sa<gateway, null_crypto>>;
using my_lane = lane<std::remove_const_t<decltype(list)>, flat_packet, store, null_crypto>;
std::size_t run(my_lane& r, const batch_view<flat_packet>& batch) { return r(batch); }
