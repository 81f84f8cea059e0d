// Outbound, step 1: from the packet to the SA it leaves under, by policy or by the handle that came with it.
//
//   1 walk the headers   2 policy or handle   3 ask the store for the whole batch   4 trim link padding   5 does it fit?
#pragma once

#include <esplanade/sa/policy_store.hpp>
#include <esplanade/transform/ah_crypto.hpp>
#include <esplanade/transform/beet.hpp>
#include <esplanade/transform/policies.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

template <class Context> ESPLANADE_INLINE policy_decision decide(Context& c, const flow& f) noexcept {
  if constexpr (DecidesByReader<typename Context::policy_type>) return c.policy->decide(f);
  else return c.lane->policy.decide(f);
}

/// The SA was gone when the store was asked, perhaps because it was rekeyed since the policy named it: then its successor
/// stands there by now. So a rekey with traffic flowing loses nothing, and it need not wait for the lanes.
template <class Context> ESPLANADE_COLD typename Context::record_type* ask_for_successor(Context& c, std::size_t i) noexcept {
  auto& s = c.state[i];
  outbound_handle asked = c.handles[s.asked];
  packet_reader read(c.packet(i));
  flow f;
  (void)visit_ip(read, s.length, [&](const ip_layout& at) noexcept -> verdict {
    if (at.status == verdict::forwarded) f = flow_of(read, at);
    return at.status;
  });
  for (unsigned tries = 0; tries < 4; ++tries) {  // bounded, however fast SAs are changed
    const policy_decision decided = decide(c, f);
    if (decided.action != policy_action::protect) return nullptr;
    const outbound_handle now = decided.sa_for(c.lane->number);
    if (now == asked) return nullptr;
    asked = now;
    typename Context::record_type* found = nullptr;
    c.lane->store.find({&asked, 1}, {&found, 1});
    if (found != nullptr) return found;
  }
  return nullptr;
}

/// What both ways of selecting share.
struct select_sa_base : transform_stage {
  static constexpr fact needs = fact::none;
  static constexpr fact gives = fact::sa_selected;
  static constexpr bool begins_level = true;

 protected:
  // Outer IP header, encapsulation, ESP header, IV, padding, trailer and ICV together.
  static constexpr std::size_t grows_by_less = 512;
  static_assert(ipv6_header_octets + 16 + esp_header_octets + iv_max + esp_pad_max + esp_trailer_octets + icv_max < grows_by_less);

  /// Notes what the headers say; the layout was found sound.
  template <class Context> static ESPLANADE_INLINE void note(Context& c, std::size_t i, const ip_layout& at) noexcept {
    auto& s = c.state[i];
    s.payload = at.total_length;
    s.version = at.version;
    s.traffic_class = at.traffic_class;
    s.dont_fragment = at.version == family::ipv6 || at.dont_fragment;
    s.flow_label = 0;
    if (at.version == family::ipv6) {
      octet scratch[4];
      s.flow_label = load_be32(peek(c.packet(i), 0, 4, scratch)) & 0xfffffu;
    }
    using config = typename Context::profile;
    if constexpr (modes_of<config> != set_of<mode>(mode::tunnel)) {
      s.esp_at = at.insert_at;  // taken back when the SA is a tunnel
      s.protocol_at = at.insert_protocol_at;
      s.next_header = at.insert_protocol;
      // Bit 0 of `trailer` carries "an IP fragment" to `enter`; write_trailer overwrites it.
      s.trailer = at.fragment ? 1 : 0;
    }
  }

  /// Puts the packet under the SA that was found, if there is one and the outcome will fit.
  template <class Context> static ESPLANADE_INLINE verdict enter(Context& c, std::size_t i, typename Context::record_type* record) noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    if (record == nullptr) return verdict::no_sa;
    if (!c.enter_level(i, record)) return verdict::too_many_levels;
    if (s.length != s.payload) {  // link padding; a packet that is not protected keeps it
      packet_traits<typename Context::packet_type>::trim(c.packet(i), s.length - s.payload);
      s.length = s.payload;
    }
    const auto& sa = association(*s.record).core();
    // RFC 4303 3.1.1 and 3.3.4: transport mode protects whole datagrams; a tunnel may carry IP fragments.
    if (is_tunnel<config>(sa)) {
      s.esp_at = 0;
      s.next_header = tunnelled(s.version);
    } else if ((s.trailer & 1) != 0) {
      return verdict::ip_fragment;
    }
    if constexpr (modes_of<config>.has(mode::beet)) {
      if (is_beet<config>(sa)) {
        if (const verdict v = enter_beet(c, i); v != verdict::forwarded) return v;
      }
    }
    const std::size_t text = s.length - s.esp_at;
    const std::size_t limit = is_tunnel<config>(sa) || is_beet<config>(sa) ? (sa.outer == family::ipv4 ? ip_length_max - ipv4_header_octets : ip_length_max)
                                                     : (s.version == family::ipv4 ? ip_length_max - s.esp_at : ip_length_max + ipv6_header_octets - s.esp_at);
    if (is_ah<config>(sa)) {
      if (s.esp_at > config::ah_headers) return verdict::beyond_ah;
      return ah_octets_of<config>(sa, outer_family<config>(sa, s.version)) + text <= limit ? verdict::forwarded : verdict::too_long;
    }
    const std::size_t padding = padding_of<config>::octets(text, alignment_octets<config>(sa));
    s.trailer = static_cast<std::uint16_t>(padding + esp_trailer_octets + icv_octets<config>(sa));
    // The outcome must fit its length field; refused before a sequence number is spent.
    if (s.length <= ip_length_max - grows_by_less) [[likely]] return verdict::forwarded;
    std::size_t esp = esp_header_octets + iv_octets<config>(sa) + text + padding + esp_trailer_octets + icv_octets<config>(sa);
    if constexpr (encapsulates<config>) esp += encapsulation_octets(encapsulation_of<config>(sa), outer_family<config>(sa, s.version));
    return esp <= limit ? verdict::forwarded : verdict::too_long;
  }
};
}  // namespace detail

/// Selects the SA by the lane's policy store. Begins an SA level.
///   Errors   not_ip, runt, bad_header; no_policy, discarded, bypassed (packet unchanged); no_sa (the policy's SA is gone
///            and has no successor: fails closed); ip_fragment (transport mode); wrong_selectors (mode::beet: other addresses than the SA's); too_long; beyond_ah (transport mode)
///   Source   RFC 4301 5.1
struct select_sa_stage final : detail::select_sa_base {
  static constexpr const char* name = "select_sa";
  static constexpr const char* because = "policy names the SA (RFC 4301 5.1)";

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    packet_reader read(c.packet(i));
    return visit_ip(read, c.state[i].length, [&](const ip_layout& at) ESPLANADE_INLINE_LAMBDA -> verdict {
      if (at.status != verdict::forwarded) return at.status;
      note(c, i, at);
      const policy_decision decided = detail::decide(c, flow_of(read, at));
      if (decided.action == policy_action::bypass) return verdict::bypassed;
      if (decided.action != policy_action::protect) return decided.matched ? verdict::discarded : verdict::no_policy;
      c.handles[c.key_count] = decided.sa_for(c.lane->number);
      c.ask(i);
      return verdict::forwarded;
    });
  }
  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept { c.look_up(c.handles); }
  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    auto* record = c.answer(i);
    if (record == nullptr) [[unlikely]] record = detail::ask_for_successor(c, i);
    return enter(c, i, record);
  }
};
inline constexpr select_sa_stage select_sa{};

/// Selects the SA by the handle that came beside each packet (batch_view::handles). Begins an SA level.
///   Cost     one pass: the store is asked before any packet is looked at
///   Errors   as select_sa; no_sa also for a packet without a handle or with a stale one
struct select_sa_by_handle_stage final : detail::select_sa_base {
  static constexpr const char* name = "select_sa_by_handle";
  static constexpr const char* because = "the handle beside the packet names the SA";

  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept { c.look_up_given(); }
  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    packet_reader read(c.packet(i), c.state[i].length);
    const verdict walked = visit_ip(read, c.state[i].length, [&](const ip_layout& at) ESPLANADE_INLINE_LAMBDA -> verdict {
      if (at.status == verdict::forwarded) note(c, i, at);
      return at.status;
    });
    return walked == verdict::forwarded ? enter(c, i, c.found[i]) : walked;
  }
};
inline constexpr select_sa_by_handle_stage select_sa_by_handle{};

}  // namespace v0
}  // namespace esplanade
