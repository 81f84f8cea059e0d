// What a tunnel may carry besides IP: MPLS, Ethernet, GRE … by next header, with an outcome of its own.
#pragma once

#include <esplanade/transform/select_sa.hpp>

namespace esplanade {
inline namespace v0 {

/// Selects the SA by the handle beside each packet, whatever the packet is: it travels whole, under this next header. Tunnels
/// only. Begins an SA level.
///   Shape    select_sa_for_payload<137>: MPLS in IP (RFC 4023); 143 is Ethernet, 47 GRE, 97 EtherIP
///   Errors   no_sa; bad_next_header (an SA of another mode); too_long
///   Source   RFC 4303 2.6: the next header is an IP protocol number, and says what stands at the front of the text
template <octet NextHeader> struct select_sa_for_payload final : detail::select_sa_base {
  static_assert(NextHeader != protocol_number::ipv4 && NextHeader != protocol_number::ipv6, "IP packets are selected by select_sa or select_sa_by_handle, which read their headers");
  static_assert(NextHeader != protocol_number::none, "next header 59 is a dummy, which receivers drop: originate_dummies makes such (transform/dummies.hpp)");
  static constexpr const char* name = "select_sa_for_payload";
  static constexpr const char* because = "the handle beside the payload names the SA";

  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept { c.look_up_given(); }
  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    auto* const record = c.found[i];
    if (record == nullptr) return verdict::no_sa;
    const auto& sa = association(*record).core();
    if (!is_tunnel<config>(sa)) return verdict::bad_next_header;
    auto& s = c.state[i];
    s.payload = s.length;
    s.version = sa.outer;
    s.traffic_class = 0;
    s.flow_label = 0;
    s.dont_fragment = false;
    const verdict v = this->enter(c, i, record);
    s.next_header = NextHeader;
    return v;
  }
};

}  // namespace v0
}  // namespace esplanade
