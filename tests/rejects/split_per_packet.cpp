// expect: a stage that splits, merges or originates packets sees all of them at once
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
#ifdef GOOD
  template <class Context> void operator()(Context&) const noexcept {}
#else
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept { return verdict::forwarded; }
#endif
};
using list = decltype(outbound<gateway>(cut_in_two{}, select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header));

std::size_t run(lane<list, flat_packet, slot_table<outbound_sa<gateway, null_crypto>, 4>, null_crypto>& out, const batch_view<flat_packet>& batch) {
  return out(batch, batch).survivors;
}
