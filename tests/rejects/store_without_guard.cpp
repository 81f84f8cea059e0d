// expect: add enter.. noexcept
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct my_store {
  using sa_type = inbound_sa<gateway, null_crypto>;
  using key_type = std::uint32_t;
  static key_type key_of(const outer_view& outer) noexcept { return outer.spi; }
  void find(std::span<const key_type>, std::span<sa_type*>) noexcept {}
#ifdef GOOD
  struct guard {};
  guard enter() noexcept { return {}; }
#endif
};
template <SaStore S> void take(S&) {}
void use(my_store& s) { take(s); }
