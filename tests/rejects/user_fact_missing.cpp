// expect: needs a user fact that no stage before it gives
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

struct gives_mark {
  static constexpr const char* name = "gives_mark";
  static constexpr fact needs = fact::none, gives = fact::user_3;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
struct reads_mark {
  static constexpr const char* name = "reads_mark";
  static constexpr fact needs = fact::user_3, gives = fact::none;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};

#ifdef GOOD
inline constexpr auto list = inbound<gateway>(find_sa, gives_mark{}, reads_mark{}, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
#else
inline constexpr auto list = inbound<gateway>(find_sa, reads_mark{}, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
#endif
