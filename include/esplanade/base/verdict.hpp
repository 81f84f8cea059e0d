// What became of a packet: the only error type of the datapath.
#pragma once

#include <cstddef>
#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// What became of one packet. `forwarded` survives; every other value says why it did not, and there is no "other".
/// Each value has words (`describe`), a counter of the same name (`counters`) and an audit class (`audited`).
enum class verdict : std::uint8_t {
  forwarded,            ///< survived the whole list
  pending,              ///< handed to an asynchronous provider; not a final answer
  bypassed,             ///< outbound: policy says to send it in clear; the caller does, we changed nothing
  discarded,            ///< outbound: policy says to discard it
  no_policy,            ///< outbound: no policy matches, so it must not leave (RFC 4301 5.1)
  no_sa,                ///< inbound: no SA for this SPI; outbound: the handle names none
  not_ip,               ///< neither IPv4 nor IPv6
  not_protected,        ///< inbound: an IP packet without ESP or AH; what to do with it is the caller's policy
  keep_alive,           ///< inbound: a NAT keep-alive, which says nothing (RFC 3948 2.3)
  runt,                 ///< shorter than its headers say, or than ESP or AH needs
  bad_header,           ///< an IP, option, extension or AH header that contradicts itself, or AH of another length than its SA's
  beyond_ah,            ///< headers in front of AH that it cannot cover: longer than its memory, or a route whose end is not known
  ip_fragment,          ///< an IP fragment where a whole packet is needed (RFC 4303 3.4.1)
  bad_checksum,         ///< the UDP checksum around ESP is wrong, or missing where it must not be (RFC 8200 8.1)
  bad_wesp,             ///< a WESP header that contradicts itself or its SA (RFC 5840 2)
  bad_alignment,        ///< ciphertext is not a multiple of the cipher's alignment
  replayed,             ///< this sequence number was accepted before
  too_old,              ///< the sequence number lies left of the window, or can never have been sent
  icv_mismatch,         ///< the integrity check value does not match
  crypto_failed,        ///< the provider could not do its work; nothing is known about the packet
  bad_padding,          ///< pad length exceeds the payload, or the pad octets are not 1, 2, 3 …
  dummy,                ///< next header 59: a dummy packet, dropped silently (RFC 4303 2.6)
  other_payload,        ///< inbound: authentic and no IP packet; it stands at the front, for whoever knows its next header
  bad_next_header,      ///< next header does not suit the SA's mode or the inner packet
  bad_inner_packet,     ///< the inner packet's header contradicts its length
  bad_ecn,              ///< outer CE over a Not-ECT inner packet (RFC 6040 4.2)
  wrong_selectors,      ///< authentic, but not a packet this SA may carry (RFC 4301 5.2)
  sequence_exhausted,   ///< no sequence number is left; rekey (RFC 4303 3.3.3)
  lifetime_expired,     ///< the SA's hard lifetime is over
  too_long,             ///< the protected packet would exceed 65,535 octets
  packet_too_big,       ///< larger than the path's MTU, and nobody here may fragment it (RFC 4301 8.2)
  bad_fragment,         ///< an IP fragment that overlaps another, lies beyond the packet's end, or is smaller than fragments are
  absorbed,             ///< nothing is lost: what it carried goes on in other packets
  too_many_segments,    ///< more segments than its packet type declares
  too_many_levels,      ///< more SAs on one packet than the profile's levels
  no_room,              ///< no headroom or tailroom, and none to be had
  no_packet,            ///< the pool had no packet to give
  not_writable,         ///< the packet may not be written and the provider works in place
  batch_full,           ///< more packets in flight than contexts
  beyond_device,        ///< a NIC: it needs what the NIC's current configuration does not do
  withheld,             ///< a stage of the caller's list refused it without naming a reason of its own
  user_0, user_1, user_2, user_3, user_4, user_5, user_6, user_7,  ///< for stages of the caller
  last_ = user_7
};

inline constexpr std::size_t verdict_count = static_cast<std::size_t>(verdict::last_) + 1;

/// Words for a verdict; also the vocabulary of counters, tests and messages.
[[nodiscard]] constexpr const char* describe(verdict v) noexcept {
  switch (v) {
    case verdict::forwarded: return "forwarded";
    case verdict::pending: return "still with the provider";
    case verdict::bypassed: return "policy lets it pass in clear";
    case verdict::discarded: return "policy discards it";
    case verdict::no_policy: return "no policy matches";
    case verdict::no_sa: return "no SA";
    case verdict::not_ip: return "neither IPv4 nor IPv6";
    case verdict::not_protected: return "an IP packet without ESP or AH";
    case verdict::keep_alive: return "a NAT keep-alive";
    case verdict::runt: return "shorter than its headers say or ESP or AH needs";
    case verdict::bad_header: return "an IP, option, extension or AH header that contradicts itself";
    case verdict::beyond_ah: return "headers in front of AH that it cannot cover";
    case verdict::ip_fragment: return "an IP fragment where a whole packet is needed";
    case verdict::bad_checksum: return "UDP checksum around ESP wrong or missing";
    case verdict::bad_wesp: return "WESP header contradicts itself or its SA";
    case verdict::bad_alignment: return "ciphertext not a multiple of the alignment";
    case verdict::replayed: return "sequence number accepted before";
    case verdict::too_old: return "sequence number left of the window";
    case verdict::icv_mismatch: return "integrity check value does not match";
    case verdict::crypto_failed: return "the crypto provider failed";
    case verdict::bad_padding: return "pad length or pad octets wrong";
    case verdict::dummy: return "a dummy packet (next header 59)";
    case verdict::other_payload: return "authentic, and no IP packet";
    case verdict::bad_next_header: return "next header does not suit the SA or the inner packet";
    case verdict::bad_inner_packet: return "the inner packet's header contradicts its length";
    case verdict::bad_ecn: return "outer CE over a Not-ECT inner packet";
    case verdict::wrong_selectors: return "authentic, but outside the SA's selectors";
    case verdict::sequence_exhausted: return "no sequence number left; rekey the SA";
    case verdict::lifetime_expired: return "the SA's hard lifetime is over";
    case verdict::too_long: return "the protected packet would exceed 65535 octets";
    case verdict::packet_too_big: return "larger than the path's MTU and not to be fragmented";
    case verdict::bad_fragment: return "an IP fragment that contradicts the others";
    case verdict::absorbed: return "what it carried goes on in other packets";
    case verdict::too_many_segments: return "more segments than its packet type declares";
    case verdict::too_many_levels: return "more SAs on one packet than the profile's levels";
    case verdict::no_room: return "no headroom or tailroom";
    case verdict::no_packet: return "the packet pool is empty";
    case verdict::not_writable: return "the packet may not be written";
    case verdict::batch_full: return "more packets in flight than contexts";
    case verdict::beyond_device: return "needs what the NIC does not do at present";
    case verdict::withheld: return "refused by a stage of the list";
    case verdict::user_0: return "user verdict 0";
    case verdict::user_1: return "user verdict 1";
    case verdict::user_2: return "user verdict 2";
    case verdict::user_3: return "user verdict 3";
    case verdict::user_4: return "user verdict 4";
    case verdict::user_5: return "user verdict 5";
    case verdict::user_6: return "user verdict 6";
    case verdict::user_7: return "user verdict 7";
  }
  return "unknown verdict";
}

static_assert([] {
  for (std::size_t v = 0; v < verdict_count; ++v) {
    const char* words = describe(static_cast<verdict>(v));
    if (words[0] == 'u' && words[1] == 'n') return false;  // "unknown verdict"
  }
  return true;
}(), "every verdict needs words in describe()");

/// The name of the enumerator, as counters and JSON spell it.
[[nodiscard]] constexpr const char* name_of(verdict v) noexcept {
  constexpr const char* names[] = {
      "forwarded", "pending", "bypassed", "discarded", "no_policy", "no_sa", "not_ip", "not_protected", "keep_alive", "runt",
      "bad_header", "beyond_ah", "ip_fragment", "bad_checksum", "bad_wesp", "bad_alignment", "replayed", "too_old", "icv_mismatch", "crypto_failed",
      "bad_padding", "dummy", "other_payload", "bad_next_header", "bad_inner_packet", "bad_ecn", "wrong_selectors",
      "sequence_exhausted", "lifetime_expired", "too_long", "packet_too_big", "bad_fragment", "absorbed", "too_many_segments", "too_many_levels", "no_room", "no_packet",
      "not_writable", "batch_full", "beyond_device", "withheld", "user_0", "user_1", "user_2", "user_3", "user_4", "user_5",
      "user_6", "user_7"};
  static_assert(sizeof names / sizeof names[0] == verdict_count, "every verdict needs a name");
  return names[static_cast<std::size_t>(v)];
}

/// RFC 4301 4.4.2, 5.1 and 5.2, RFC 4303 3.3.3 and 3.4: the verdicts an implementation should be able to audit.
[[nodiscard]] constexpr bool audited(verdict v) noexcept {
  switch (v) {
    case verdict::discarded: case verdict::no_policy: case verdict::no_sa: case verdict::ip_fragment:
    case verdict::replayed: case verdict::too_old: case verdict::icv_mismatch: case verdict::bad_padding:
    case verdict::wrong_selectors: case verdict::sequence_exhausted: case verdict::bad_ecn: case verdict::runt:
    case verdict::bad_wesp: case verdict::bad_next_header: case verdict::bad_inner_packet: case verdict::bad_alignment: case verdict::bad_fragment: return true;
    default: return false;
  }
}

}  // namespace v0
}  // namespace esplanade
