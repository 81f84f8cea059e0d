// What an endpoint wants to be: a named type whose members are sets and policies.
#pragma once

#include <esplanade/base/set_of.hpp>
#include <esplanade/crypto/suite.hpp>

namespace esplanade {
inline namespace v0 {

/// Tunnel mode protects a whole packet in a new one; transport mode what follows the IP header (RFC 4301 4.1). A bound
/// end-to-end tunnel sends what follows the IP header of a packet whose addresses the SA knows (RFC 7402 B).
enum class mode : std::uint8_t { tunnel = 1, transport = 2, beet = 4 };
[[nodiscard]] constexpr set_of<mode> operator|(mode a, mode b) noexcept { return set_of<mode>(a) | set_of<mode>(b); }

/// What stands between the IP header and ESP. The value is one bit, so that an SA keeps a set of them in an octet.
enum class encapsulation : std::uint8_t {
  none = 1,
  udp = 2,       ///< RFC 3948, through NATs
  wesp = 4,      ///< RFC 5840: tells middleboxes where the payload is
  udp_wesp = 8,  ///< RFC 5840 2.1: both
};
[[nodiscard]] constexpr set_of<encapsulation> operator|(encapsulation a, encapsulation b) noexcept { return set_of<encapsulation>(a) | set_of<encapsulation>(b); }

/// Extended (64-bit) sequence numbers: RFC 4303 2.2.1.
enum class esn_use : std::uint8_t {
  off,     ///< 32-bit numbers only
  per_sa,  ///< every SA says
  always,  ///< 64-bit numbers only
};
inline constexpr esn_use off = esn_use::off;
inline constexpr esn_use per_sa = esn_use::per_sa;
inline constexpr esn_use always = esn_use::always;

/// Stage types of the caller that may give security facts (see transform/stage.hpp).
template <class... Stages> struct trusted_stages {
  template <class S> static constexpr bool has = (std::is_same_v<S, Stages> || ...);
};

/// The base of every profile. Derive a named struct from it and say what differs: sets by member constant, policies by
/// member alias. An absent member means the default written here.
///
///     struct gateway : esplanade::profile {
///       static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
///       using replay = esplanade::window<1024>;
///     };
///
/// | member          | default            | says
/// | suites          | none: say it       | the algorithm suites an SA may have
/// | modes           | mode::tunnel       | tunnel, transport, beet, or several
/// | encapsulations  | encapsulation::none| none, udp, wesp, udp_wesp, or several
/// | esn             | per_sa             | off, per_sa, always
/// | levels          | 1                  | SAs on one packet, 1 to 4
/// | burst           | 16                 | packets worked on at a time, 1 to 256; so few that their first lines stay in the first cache
/// | lanes           | 1                  | cores that may work on one SA at a time, 1 to 64
/// | using replay    | window<1024>       | sa/replay_window.hpp
/// | using sequence  | sequential         | sa/sequence.hpp
/// | ah_headers      | 256                | octets of headers in front of AH that it covers; more is refused
/// | using ah_padding| ah_padding_by_family | transform/ah_padding.hpp: AH a multiple of 4 or 8
/// | using padding   | padding_verified   | transform/padding.hpp
/// | using lifetime  | no_lifetime        | sa/lifetime.hpp: limits in packets, octets and seconds
/// | using clock     | no_clock           | base/clock.hpp: what seconds are counted with
/// | using resync    | no_resync          | sa/resync.hpp: ESN after 2^32 lost packets
/// | using drops     | drops_in_brief     | sa/drops.hpp: which losses an SA counts apart
/// | using audit     | no_audit           | transform/audit.hpp: events for a log
/// | using trace     | no_trace           | transform/trace.hpp: how far each packet came
/// | using checks    | checks_trap        | base/checks.hpp: what becomes of callers who break a contract
/// | overrides       | false              | packets bring options for their outer header (buffer/packet_options.hpp)
/// | using iv        | counter_iv         | transform/iv.hpp: of counter-type ciphers
/// | using random    | no_random          | base/random.hpp: where the IVs of CBC come from
/// | legacy_algorithms             | false  | crypto/suite.hpp: DES, 3DES and MD5 may be named
/// | encryption_without_integrity  | false  | CBC with no_integrity may be named
/// | using header    | copied_header      | transform/tunnel_header.hpp
/// | using payload   | ip_payload         | transform/payload_policy.hpp: what tunnels deliver besides IP
/// | using tfc       | no_tfc             | transform/tfc.hpp: padding that hides lengths
/// | using udp_port  | esp_ports<4500>    | transform/udp_policies.hpp: where UDP-encapsulated ESP arrives
/// | using udp_checksum | udp_checksum_by_family | transform/udp_policies.hpp: computed or zero
/// | using nat_fix   | checksum_adjusted  | transform/udp_policies.hpp: transport mode behind a NAT
/// | using trusted   | trusted_stages<>   | stages of the caller that may give security facts
struct profile {
  static constexpr auto modes = mode::tunnel;
  static constexpr auto encapsulations = encapsulation::none;
  static constexpr esn_use esn = esn_use::per_sa;
  static constexpr std::size_t levels = 1;
  static constexpr std::size_t burst = 16;
  static constexpr std::size_t lanes = 1;
  static constexpr std::size_t ah_headers = 256;
  static constexpr bool overrides = false;
  using trusted = trusted_stages<>;
};

/// A profile: a named type derived from `esplanade::profile` that names its suites.
template <class P>
concept Profile = std::is_base_of_v<profile, P> && requires {
  { set_of<mode>(P::modes) };
  { set_of<encapsulation>(P::encapsulations) };
  { P::esn } -> std::convertible_to<esn_use>;
  { P::suites.count } -> std::convertible_to<std::size_t>;
};

/// The modes of a profile as a set, however they were written.
template <class P> inline constexpr set_of<mode> modes_of = set_of<mode>(P::modes);
/// Its encapsulations likewise, and whether there is any.
template <class P> inline constexpr set_of<encapsulation> encapsulations_of = set_of<encapsulation>(P::encapsulations);
template <class P> inline constexpr bool encapsulates = encapsulations_of<P> != set_of<encapsulation>(encapsulation::none);
template <class P> inline constexpr bool encapsulates_in_udp = !(encapsulations_of<P> & (encapsulation::udp | encapsulation::udp_wesp)).empty();
template <class P> inline constexpr bool encapsulates_in_wesp = !(encapsulations_of<P> & (encapsulation::wesp | encapsulation::udp_wesp)).empty();

}  // namespace v0
}  // namespace esplanade
