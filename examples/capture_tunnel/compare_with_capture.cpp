#include "packet_headers.hpp"
#include "passes.hpp"
#include "stop_signal.hpp"

#include <algorithm>

namespace capture_tunnel {
namespace {

/// The frame without what the link layer put behind the IP packet: that is not part of what is protected.
esplanade::const_octets meaning_of(link_type link, const record& frame) {
  const esplanade::const_octets all(frame.octets);
  const auto at = find_ip(link, all);
  return at ? all.first(at->header + without_padding(all.subspan(at->header)).size()) : all;
}

bool same(link_type link, const choice& what, const record& captured, const record& restored) {
  const esplanade::const_octets wanted = meaning_of(link, captured), got(restored.octets);
  if (captured.seconds != restored.seconds || captured.fraction != restored.fraction || restored.length != got.size()) return false;
  if (const auto at = find_ip(link, captured.octets); what.mode == esplanade::mode::beet && at && at->header <= got.size()) {
    return std::equal(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(at->header), got.begin()) &&
           as_beet_carries(wanted.subspan(at->header), what.outer) == as_beet_carries(got.subspan(at->header), what.outer);
  }
  return std::equal(wanted.begin(), wanted.end(), got.begin(), got.end());
}

/// What came out of payloads: the carried IP packets in order. Where payloads were corrupted some are lost with them, and no
/// more than their neighbourhood can hold.
void compare_in_order(session& s, capture_reader& captured, capture_reader& restored) {
  const link_type link = captured.form().link;
  comparison& result = s.result.compared;
  record one, other;
  const auto packet_of = [link](const record& frame) {
    const auto meant = meaning_of(link, frame);
    const auto at = find_ip(link, frame.octets);
    return at ? meant.subspan(at->header) : esplanade::const_octets{};
  };
  bool more = restored.next(other);
  for (std::size_t i = 0; i < s.carried.size() && captured.next(one); ++i) {
    if (i % 1024 == 0) stop_if_asked();
    if (!s.carried[i]) continue;
    ++result.expected;
    const auto wanted = packet_of(one), got = more ? packet_of(other) : esplanade::const_octets{};
    if (more && std::equal(wanted.begin(), wanted.end(), got.begin(), got.end())) {
      ++result.equal;
      more = restored.next(other);
    } else {
      ++result.missing;
      if (result.first_bad == 0) result.first_bad = i + 1;
    }
  }
  for (; more; more = restored.next(other)) ++result.different;
  constexpr std::uint64_t in_payload = usual_path / esplanade::ipv4_header_octets, waiting = 4;  // payloads that wait for a lost one
  if (const std::uint64_t corrupt = s.asked.wire.corrupt; corrupt != 0 && result.missing <= (corrupt + waiting) * in_payload) {
    result.expected -= result.missing;
    result.lost = std::exchange(result.missing, 0);
  }
}

}  // namespace

void compare_with_capture(session& s, const output_file& restored_file) {
  capture_reader captured(s.asked.capture), restored(restored_file.written_to());
  const link_type link = captured.form().link;
  comparison& result = s.result.compared;
  record one, other;
  std::uint64_t ordinal = 0;
  const auto note = [&result](std::uint64_t& which, std::uint64_t number) {
    ++which;
    if (result.first_bad == 0) result.first_bad = number;
  };
  s.bar.begin("comparing", captured.size());
  if (s.what.profile.aggregates) return compare_in_order(s, captured, restored);
  for (std::size_t i = 0; i < s.carried.size() && captured.next(one); ++i) {
    if (i % 1024 == 0) {
      stop_if_asked();
      s.bar.at(captured.position());
    }
    if (!s.carried[i]) continue;
    const bool expected = !s.corrupted[ordinal], delivered = s.delivered[ordinal];
    ++ordinal;
    if (expected) ++result.expected;
    if (!delivered) {
      if (expected) note(result.missing, i + 1);
    } else if (expected && restored.next(other) && same(link, s.what, one, other)) {
      ++result.equal;
    } else {
      if (!expected) static_cast<void>(restored.next(other));  // somebody delivered what was forged
      note(result.different, i + 1);
    }
  }
  while (restored.next(other)) note(result.different, s.carried.size());
}

}  // namespace capture_tunnel
