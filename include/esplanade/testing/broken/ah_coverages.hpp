// Coverages of AH with one fault each, to show that every AH law can fail and that none speaks for another.
#pragma once

#include <esplanade/testing/ah_laws.hpp>
#include <esplanade/testing/plain_ah.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class ah_fault : std::uint8_t {
  none,
  omits_identification,   ///< IPv4
  omits_next_header,      ///< IPv6
  covers_ttl,
  covers_flow_label,
  covers_dont_fragment,   ///< AHv1 did not
  zeroes_security,        ///< the commercial security option
  zeroes_behind_the_end,  ///< reads on behind the end of the list
  keeps_record_route,     ///< as its type and length
  keeps_the_unknown,      ///< an option that it does not know
  zeroes_option_type,     ///< IPv6: as IPv4 does
  looks_at_another_bit,   ///< of an IPv6 option's type
  stays_with_first_hop,   ///< an IPv4 source route
  rotates_once,           ///< a routing header, as its next node would
  covers_fragment_header,
  keeps_payload_length,   ///< as if the fragment header still counted
  believes_lengths,       ///< takes what is there
};
inline constexpr ah_fault ah_faults[] = {
    ah_fault::omits_identification, ah_fault::omits_next_header, ah_fault::covers_ttl, ah_fault::covers_flow_label, ah_fault::covers_dont_fragment,
    ah_fault::zeroes_security, ah_fault::zeroes_behind_the_end, ah_fault::keeps_record_route, ah_fault::keeps_the_unknown, ah_fault::zeroes_option_type,
    ah_fault::looks_at_another_bit, ah_fault::stays_with_first_hop, ah_fault::rotates_once, ah_fault::covers_fragment_header, ah_fault::keeps_payload_length,
    ah_fault::believes_lengths};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(ah_fault fault) noexcept {
  switch (fault) {
    case ah_fault::none: return "";
    case ah_fault::omits_identification: case ah_fault::omits_next_header: return ah_law::immutable;
    case ah_fault::covers_ttl: case ah_fault::covers_flow_label: case ah_fault::covers_dont_fragment: return ah_law::zeroed;
    case ah_fault::zeroes_security: case ah_fault::zeroes_behind_the_end: return ah_law::kept_option;
    case ah_fault::keeps_record_route: case ah_fault::keeps_the_unknown: return ah_law::zeroed_option;
    case ah_fault::zeroes_option_type: case ah_fault::looks_at_another_bit: return ah_law::option_data;
    case ah_fault::stays_with_first_hop: case ah_fault::rotates_once: return ah_law::route;
    case ah_fault::covers_fragment_header: case ah_fault::keeps_payload_length: return ah_law::fragment;
    case ah_fault::believes_lengths: return ah_law::lengths;
  }
  return "";
}

/// The plain coverage with a fault in it.
class faulty_ah_coverage {
 public:
  explicit faulty_ah_coverage(ah_fault fault) : fault_(fault) {}

  bool operator()(std::vector<octet>& headers, bool sends) const {
    const auto right = plain_ah_coverage(headers, sends);
    const bool ipv4 = headers[0] >> 4 == 4;
    if (!right) {
      // Not what it cannot foresee: only what contradicts itself.
      return fault_ == ah_fault::believes_lengths && !(!ipv4 && headers[6] == 43 && headers[42] > 2);
    }
    const std::vector<octet> in = headers;
    headers = *right;
    ipv4 ? spoil_ipv4(in, headers) : spoil_ipv6(in, headers);
    return true;
  }

 private:
  void spoil_ipv4(const std::vector<octet>& in, std::vector<octet>& out) const {
    const bool bare = in.size() == 20;
    switch (bare ? fault_ : ah_fault::none) {
      case ah_fault::omits_identification: out[4] = out[5] = 0; break;
      case ah_fault::covers_ttl: out[8] = in[8]; break;
      case ah_fault::covers_dont_fragment: out[6] = in[6] & 0x40; break;
      default: break;
    }
    if (fault_ == ah_fault::stays_with_first_hop) std::copy(in.begin() + 16, in.begin() + 20, out.begin() + 16);
    bool over = false;
    for (std::size_t at = 20; at < in.size();) {
      if (in[at] <= 1) {
        over = over || in[at] == 0;
        ++at;
        continue;
      }
      if (at + 1 == in.size() || in[at + 1] < 2 || at + in[at + 1] > in.size()) break;
      const auto first = static_cast<std::ptrdiff_t>(at), last = static_cast<std::ptrdiff_t>(at + in[at + 1]);
      if (fault_ == ah_fault::zeroes_behind_the_end && over && in[at] == 7) std::fill(out.begin() + first, out.begin() + last, octet{0});
      if (!over && fault_ == ah_fault::zeroes_security && in[at] == 134) std::fill(out.begin() + first, out.begin() + last, octet{0});
      if (!over && fault_ == ah_fault::keeps_record_route && in[at] == 7 && in[at + 1] > 7) out[at] = in[at], out[at + 1] = in[at + 1];
      if (!over && fault_ == ah_fault::keeps_the_unknown && in[at] == 0x5e) std::copy(in.begin() + first, in.begin() + last, out.begin() + first);
      at += in[at + 1];
    }
  }
  void spoil_ipv6(const std::vector<octet>& in, std::vector<octet>& out) const {
    const bool options = in.size() > 44 && (in[6] == 0 || in[6] == 60);
    switch (fault_) {
      case ah_fault::omits_next_header:
        if (in.size() == 40) out[6] = 0;
        break;
      case ah_fault::covers_flow_label:
        if (in.size() == 40) out[3] = in[3];
        break;
      case ah_fault::zeroes_option_type:
        if (options && in[42] == 0 && (in[43] & 0x20) != 0) out[43] = out[44] = 0;
        break;
      case ah_fault::looks_at_another_bit:
        if (options && in[42] == 0) {
          const bool zeroes = (in[43] & 0x40) != 0;
          for (std::size_t at = 45; at < 48; ++at) out[at] = zeroes ? octet{0} : in[at];
        }
        break;
      case ah_fault::rotates_once:
        if (in[6] == 43 && in[42] == 0 && in[43] > 1 && out[43] == 0) {
          std::copy(in.begin() + 24, in.end(), out.begin() + 24);
          const auto next = static_cast<std::ptrdiff_t>(48 + 16 * (in[41] / 2u - in[43]));
          std::swap_ranges(out.begin() + 24, out.begin() + 40, out.begin() + next);
          --out[43];
        }
        break;
      case ah_fault::covers_fragment_header:
        if (out.size() != in.size()) {
          out = in;
          out[0] = 0x60;
          out[1] = out[2] = out[3] = out[7] = 0;
        }
        break;
      case ah_fault::keeps_payload_length: out[4] = in[4], out[5] = in[5]; break;
      default: break;
    }
  }

  ah_fault fault_;
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
