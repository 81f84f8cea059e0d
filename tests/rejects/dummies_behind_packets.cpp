// expect: what this stage originates would leave without having passed the SA before it
#include <esplanade/esplanade.hpp>
#include <esplanade/transform/dummies.hpp>

using namespace esplanade;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr std::size_t levels = 2;
};
using orders = bounded_ring<dummy_order, 16>;

#ifdef GOOD
inline constexpr auto list = outbound<gateway>(originate_dummies<orders>{nullptr}, assign_sequence, write_trailer, esp_seal, write_outer_header);
#else
inline constexpr auto list = outbound<gateway>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header,
                                               originate_dummies<orders>{nullptr}, assign_sequence, write_trailer, esp_seal, write_outer_header);
#endif
