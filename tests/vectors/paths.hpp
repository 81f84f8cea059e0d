// The datapaths that cases run through, and the packets they run as.
#pragma once

#include "cases.hpp"

#ifdef VECTORS_OVER_IPSEC_MB
#include <esplanade/crypto/ipsec_mb.hpp>
#else
#include <esplanade/crypto/botan.hpp>
#endif
#include <esplanade/pipeline/datapath.hpp>
#include <esplanade/sa/flat_store.hpp>
#include <esplanade/testing/packets.hpp>
#include <esplanade/testing/policies.hpp>

#include <optional>

namespace vectors {

using namespace esplanade;
using testing::cut;

// One program for each: all paths once more would double what a change costs to build.
#ifdef VECTORS_OVER_IPSEC_MB
using cipher = ipsec_mb_all;
inline constexpr const char* cipher_words = "intel-ipsec-mb";
#else
using cipher = botan_all;
inline constexpr const char* cipher_words = "Botan";
#endif

/// Those of the suites that the cipher has.
template <class... Chosen> constexpr auto supported(suite_list<>, suite_list<Chosen...> chosen) { return chosen; }
template <class S, class... Others, class... Chosen> constexpr auto supported(suite_list<S, Others...>, suite_list<Chosen...>) {
  if constexpr (cipher::template supports<S>) return supported(suite_list<Others...>{}, suite_list<Chosen..., S>{});
  else return supported(suite_list<Others...>{}, suite_list<Chosen...>{});
}

/// Everything that a case may ask for, in one profile.
struct every_suite : profile {
  static constexpr auto suites = supported(esp_suites, suite_list<>{});
  static constexpr bool legacy_algorithms = true;
  static constexpr bool encryption_without_integrity = true;
  static constexpr bool caller_set_iv = true;
  using iv = testing::given_iv;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr auto esn = per_sa;
  using replay = window<64>;
};
struct verifies_padding : every_suite {
  using padding = padding_verified;
};
struct ignores_padding : every_suite {
  using padding = padding_ignored;
};
/// Sends what was recorded.
struct as_recorded : every_suite {
  using header = testing::given_header;
  using padding = testing::fixed_padding;
};
/// The same, with a UDP checksum of zero over IPv6 too.
struct as_recorded_with_zero : as_recorded {
  using udp_checksum = udp_checksum_zero;
};
/// Sends as it would without being told, but for the IV.
struct our_own : every_suite {};

/// As many segments as a test packet may have.
inline constexpr std::size_t segments_most = 64;
using chained = chain_packet<segments_most>;

// A packet in heap blocks of exactly its size, so that a sanitizer sees an access one octet beyond.
template <class P> typename testing::detail::owner_of<P>::type packet_of(const octets_held& content, const cut& segments, std::size_t headroom = 0, std::size_t tailroom = 0) {
  return typename testing::detail::owner_of<P>::type(testing::packet_form{content, segments, headroom, tailroom});
}

/// What became of one packet.
struct outcome {
  verdict said = verdict::pending;
  octets_held content;
  std::uint64_t highest = 0;  ///< of the window afterwards; 0 where no SA was found
};

inline sa_parameters parameters_of(const esp_case& c) {
  return {.spi = c.spi, .suite = c.suite, .key = c.key, .salt = c.salt, .mode = c.tunnel ? mode::tunnel : mode::transport, .esn = c.esn};
}

/// A receiving datapath with room for one SA at a time.
template <class Profile, class P, class Cipher = cipher> class receiver {
  using path = datapath<Profile, P, flat_store<4>, Cipher>;

 public:
  /// The SA of the case, in place of the one before.
  ///   Errors   throws unreadable when the SA cannot be installed
  void install(const sa_parameters& parameters) {
    if (handle_) {
      static_cast<void>(store_.remove(*handle_));
      store_.reclaim(crypto_);
      handle_.reset();
    }
    auto added = store_.add(crypto_, parameters);
    if (!added) throw unreadable(joined("the SA cannot be installed: ", added.why().field, ": ", added.why().reason));
    handle_ = *added;
  }
  /// The window as if `highest` had come and nothing else.
  void start_at(std::uint64_t highest) { store_.at(*handle_)->window().start_at(highest); }
  outcome receive(const octets_held& wire, const cut& segments = {}) {
    auto packet = packet_of<P>(wire, segments);
    P* packets[] = {&packet};
    verdict verdicts[] = {verdict::pending};
    path_.inbound({packets, verdicts});
    return {verdicts[0], testing::octets_of<P>(packet), store_.at(*handle_)->window().highest()};
  }
  outcome receive_at(std::uint64_t highest, const octets_held& wire, const cut& segments = {}) {
    start_at(highest);
    return receive(wire, segments);
  }

 private:
  Cipher crypto_{4};
  typename path::inbound_store store_;
  typename path::outbound_store unused_;
  path path_{{store_, unused_, crypto_}};
  std::optional<inbound_handle> handle_;
};

/// A sending datapath; every packet goes out under an SA of its own.
template <class Profile, class P, class Cipher = cipher> class sender {
  using path = datapath<Profile, P, flat_store<4>, Cipher>;

 public:
  outcome send(const sa_parameters& parameters, const octets_held& plaintext, const cut& segments = {}) {
    auto added = store_.add(crypto_, parameters);
    if (!added) throw unreadable(joined("the SA cannot be installed: ", added.why().field, ": ", added.why().reason));
    auto packet = packet_of<P>(plaintext, segments, 128, 320);
    P* packets[] = {&packet};
    verdict verdicts[] = {verdict::pending};
    const outbound_handle handles[] = {*added};
    path_.outbound({packets, verdicts, handles});
    static_cast<void>(store_.remove(*added));
    store_.reclaim(crypto_);
    return {verdicts[0], testing::octets_of<P>(packet), 0};
  }

 private:
  Cipher crypto_{4};
  typename path::inbound_store unused_;
  typename path::outbound_store store_;
  path path_{{unused_, store_, crypto_}};
};

}  // namespace vectors
