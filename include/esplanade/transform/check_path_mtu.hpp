// Outbound, behind select_sa: a packet that will not fit its path once it is sealed is refused, and its sender told
#pragma once

#include <esplanade/transform/overhead.hpp>
#include <esplanade/transform/stage.hpp>
#include <esplanade/transform/too_big.hpp>

namespace esplanade {
inline namespace v0 {

/// Compares each packet with what its SA's path leaves for it (RFC 4301 8.1, 8.2.1). What may be fragmented passes: an IPv4
/// packet without DF, whose outer packet fragment_ip cuts; so does an IPv6 packet of up to 1280 octets (RFC 8200 5, RFC 2473 7.1).
///   Shape    path      octets that every path carries, where the store's record does not say it: a record with
///                      `path_mtu()` (sa/path_mtu.hpp) answers for its own SA
///            answers   where the ICMP errors go, with the MTU that would have fitted; none when it is nullptr
///   Cost     one comparison; an answer only for what is refused
///   Errors   packet_too_big, before a sequence number is spent
template <class Answers = no_answers> struct check_path_mtu {
  static constexpr const char* name = "check_path_mtu";
  static constexpr const char* because = "a packet that cannot arrive is answered, not sent (RFC 4301 8.2.1)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::none;
  static constexpr fact excludes = fact::sequence_leased | fact::trailer_written | fact::sealed;

  std::uint32_t path = 1500;
  Answers* answers = nullptr;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    const auto& s = c.state[i];
    const std::size_t most = inner_mtu<config>(c.sa(i).core(), path_of(c, i), s.esp_at);
    if (s.length <= most || !s.dont_fragment) [[likely]] return verdict::forwarded;
    if (s.version == family::ipv6 && s.length <= mtu_least(family::ipv6)) return verdict::forwarded;
    if constexpr (!std::is_same_v<Answers, no_answers>) {
      if (answers != nullptr) answers->answer(c, i, most);
    }
    return verdict::packet_too_big;
  }

 private:
  template <class Context> ESPLANADE_INLINE std::size_t path_of(Context& c, std::size_t i) const noexcept {
    if constexpr (requires { c.state[i].record->path_mtu(); }) return c.state[i].record->path_mtu().octets(c.time.now);
    else return path;
  }
};

}  // namespace v0
}  // namespace esplanade
