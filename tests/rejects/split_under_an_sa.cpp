// expect: this stage splits or merges packets that are half done under an SA
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

struct cut_in_two {
  static constexpr const char* name = "cut_in_two";
  static constexpr fact needs = fact::none, gives = fact::none;
  static constexpr esplanade::arity arity = esplanade::arity::split;
  static constexpr std::size_t fan_out = 2;
  template <class Context> void operator()(Context&) const noexcept {}
};

#ifdef GOOD
inline constexpr auto list = outbound<gateway>(cut_in_two{}, select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
#else
inline constexpr auto list = outbound<gateway>(select_sa, cut_in_two{}, assign_sequence, write_trailer, esp_seal, write_outer_header);
#endif
