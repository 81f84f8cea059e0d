// expect: must be sealed, or it leaves in clear
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};

struct stamp {  // writes a mark into the payload
  static constexpr const char* name = "stamp";
  static constexpr fact needs = fact::none, gives = fact::user_0, voids = fact::sealed | fact::authenticated;
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
};

#ifdef GOOD
inline constexpr auto list = outbound<gateway>(select_sa, stamp{}, assign_sequence, write_trailer, esp_seal, write_outer_header);
#else
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header, stamp{});
#endif
