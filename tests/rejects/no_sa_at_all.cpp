// expect: a list without find_sa or select_sa has no SA to work with
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

struct mark {
  static constexpr const char* name = "mark";
  static constexpr fact needs = fact::none, gives = fact::user_0;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};

#ifdef GOOD
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors, mark{});
#else
inline constexpr auto list = inbound<gateway>(mark{});
#endif
