// expect: this stage works neither
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

struct refuse_all {
  static constexpr const char* name = "refuse_all";
  static constexpr fact needs = fact::header_removed, gives = fact::user_0;
#ifdef GOOD
  template <class Context> verdict prepare(Context&, std::size_t) const noexcept { return verdict::user_0; }
#else
  verdict prepare(int&, std::size_t) const noexcept { return verdict::user_0; }
#endif
  template <class Context> void work(Context&) const noexcept {}
  template <class Context> verdict finish(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};

inline constexpr auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors, refuse_all{});
using store = flat_store<4>::inbound<inbound_sa<gateway, null_crypto>>;
using my_lane = lane<std::remove_const_t<decltype(list)>, flat_packet, store, null_crypto>;
std::size_t run(my_lane& r, const batch_view<flat_packet>& batch) { return r(batch); }
