// A whole datapath of the least profile; with -DSELECTS_… one that selects a feature, to show that check.py would see it.
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct ticking {
  static constexpr const char* name = "ticking";
  [[nodiscard]] std::uint64_t now() const noexcept { return 1; }
};

struct gateway : profile {
#ifdef SELECTS_MACS
  static constexpr auto suites = esplanade::suites<esp_null<hmac_sha1_96>>;
#elif defined(SELECTS_AH)
  static constexpr auto suites = esplanade::suites<ah<hmac_sha1_96>>;
#else
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
#endif
#ifdef SELECTS_LIFETIME
  using lifetime = exact_lifetime;
#endif
#ifdef SELECTS_LEASED_LIFETIME
  using lifetime = leased_lifetime<16, 20000>;
#endif
#ifdef SELECTS_CLOCK
  using clock = ticking;
#endif
#ifdef SELECTS_AUDIT
  using audit = audit_ring<64>;
#endif
#ifdef SELECTS_TRACE
  using trace = stage_trace<64>;
#endif
#ifdef SELECTS_RESYNC
  using resync = esn_resync<8, 4>;
#endif
#ifdef SELECTS_OVERRIDES
  static constexpr bool overrides = true;
#endif
#ifdef SELECTS_UDP
  static constexpr auto encapsulations = encapsulation::udp;
#endif
#ifdef SELECTS_WESP
  static constexpr auto encapsulations = encapsulation::wesp;
#endif
#ifdef SELECTS_TRANSPORT
  static constexpr auto modes = mode::transport;
#endif
#ifdef SELECTS_ATOMIC_SEQUENCE
  using sequence = atomic_sequence;
#endif
#ifdef SELECTS_RESERVED_BLOCK
  using sequence = reserved_block<32, 512, 1024>;
#endif
#ifdef SELECTS_SHARED_WINDOW
  using replay = shared_window<1024>;
#endif
#ifdef SELECTS_COUNTED_WINDOW
  using replay = counted_window<1024>;
#endif
#ifdef SELECTS_POLICY
  using policy = linear_policy<4>;
#endif
};

#ifdef SELECTS_EPOCH
using store = flat_store<64, by_spi, epoch<2>>;
#else
using store = flat_store<64>;
#endif

using path = datapath<gateway, flat_packet, store, null_crypto>;

path::inbound_store receiving;
path::outbound_store sending;
null_crypto crypto;

std::size_t protect(path& p, const batch_view<flat_packet>& b) { return p.outbound(b); }
std::size_t open(path& p, const batch_view<flat_packet>& b) { return p.inbound(b); }
bool install(const sa_parameters& sa) { return static_cast<bool>(sending.add(crypto, sa)) && static_cast<bool>(receiving.add(crypto, sa)); }
