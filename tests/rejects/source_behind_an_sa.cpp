// expect: what this stage originates would leave without having passed the SA before it
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

struct dummies {
  static constexpr const char* name = "dummies";
  static constexpr fact needs = fact::none, gives = fact::none;
  static constexpr esplanade::arity arity = esplanade::arity::source;
  static constexpr std::size_t fan_out = 2;
  template <class Context> void operator()(Context&) const noexcept {}
};

#ifdef GOOD
inline constexpr auto list = outbound<gateway>(dummies{}, select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
#else
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header, dummies{});
#endif
