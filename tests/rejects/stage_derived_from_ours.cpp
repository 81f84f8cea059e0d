// expect: (cannot derive from 'final' base|base '.*' is marked 'final'|cannot derive from .final. base)
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

struct credulous
#ifndef GOOD
    : esp_open_stage
#endif
{
  template <class Context> verdict finish(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};

#ifdef GOOD
inline constexpr auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
#else
inline constexpr bool done = true;
#endif
