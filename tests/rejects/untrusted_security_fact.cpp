// expect: only our transform stages may say that a packet is authentic, sealed or checked.*name this stage in the profile
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

struct trust_me {
  static constexpr const char* name = "trust_me";
  static constexpr fact needs = fact::sa_selected, gives = fact::authenticated;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};
struct naming_it : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using trusted = trusted_stages<trust_me>;
};

#ifdef GOOD
inline constexpr auto list = inbound<naming_it>(find_sa, check_replay, trust_me{}, update_replay, remove_trailer, remove_outer_header, check_selectors);
#else
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, trust_me{}, update_replay, remove_trailer, remove_outer_header, check_selectors);
#endif
