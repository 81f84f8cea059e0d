// What must become of received packets, worked out the slow way: the set model for the window, the inference as RFC 4303 A2.2
// writes it down, headers as tables. Slow, and written without a look at the stages it judges.
#pragma once

#include <esplanade/testing/fuzz/ground.hpp>
#include <esplanade/testing/window_model.hpp>
#include <esplanade/transform/check_selectors.hpp>
#include <esplanade/transform/policies.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// RFC 4303 A2.2, case by case. Nothing when the high half would be -1 or 2^32. `window` is 1 to 2^31.
[[nodiscard]] inline std::optional<std::uint64_t> inferred_number(std::uint32_t low, std::uint64_t highest, std::uint32_t window) {
  const std::uint64_t th = highest >> 32, tl = highest & 0xffffffff;
  const std::uint32_t bl = static_cast<std::uint32_t>(tl - (window - 1));
  std::uint64_t high = th;
  if (tl >= window - 1) {  // case A: the window lies in one subspace
    if (low < bl) {
      if (th == 0xffffffff) return std::nullopt;
      high = th + 1;
    }
  } else if (low >= bl) {  // case B: it spans two
    if (th == 0) return std::nullopt;
    high = th - 1;
  }
  return high << 32 | low;
}

/// What must become of one packet.
struct expectation {
  /// Of the IPv4 header checksum of what is delivered: as it came; right, because a right one was updated; or whatever comes
  /// of updating a wrong one, which is nobody's business here.
  enum class checksum : std::uint8_t { same, right, any };

  verdict said = verdict::forwarded;
  bytes content{};                         ///< where it is forwarded: the packet as it is delivered
  checksum sum = checksum::same;
  std::size_t text_at = 0, text_size = 0;  ///< where its ICV does not match: what must be zero
  bool may_be_unknown = false;             ///< it goes to another address than its SA: a store may know no SA for it
};

/// Whether a list has this stage.
template <class List, class Stage, std::size_t I = 0> consteval bool list_has() {
  if constexpr (I == List::size) return false;
  else if constexpr (std::is_same_v<typename List::template stage_type<I>, Stage>) return true;
  else return list_has<List, Stage, I + 1>();
}
template <class C> using receiving_lane = std::remove_reference_t<decltype(std::declval<C&>().path().receiving())>;
template <class C> using sending_lane = std::remove_reference_t<decltype(std::declval<C&>().path().sending())>;

/// The receiving end of a ground's SAs.
template <class C> class plain_receiver {
  using profile = typename C::profile;
  static constexpr std::uint32_t window = replay_of<profile>::packets;

 public:
  explicit plain_receiver(ground<C>& on) : ground_(on) {
    for (std::size_t i = 0; i < 2; ++i) {
      windows_.emplace_back(window);
      windows_[i].start_at(on.sa(i).parameters.sequence_start);
    }
  }

  /// Of the SA: the right edge of its window.
  [[nodiscard]] std::uint64_t highest(std::size_t sa) const { return windows_[sa].highest(); }

  /// What becomes of packets that arrive as one burst: numbers are inferred and filtered for all of them before the first is opened.
  std::vector<expectation> receive(const std::vector<bytes>& burst) {
    std::vector<arrival> arrivals;
    for (const bytes& wire : burst) arrivals.push_back(filter(wire));
    std::vector<expectation> all;
    for (arrival& a : arrivals) {
      all.push_back(a.said == verdict::forwarded ? open(a) : expectation{.said = a.said});
      all.back().may_be_unknown = a.sa < 2 && !may_be_for(ground_.sa(a.sa).parameters, a.wire);
    }
    return all;
  }

  /// Whether the store must find this SA for a packet with its SPI: a store may key on the outer destination too.
  static bool may_be_for(const sa_parameters& sa, const bytes& wire) {
    if (std::is_same_v<typename receiving_lane<C>::context::key_type, std::uint32_t>) return true;
    const std::size_t at = wire[0] / 16 == 4 ? 16 : 24;
    return wire[0] / 16 == static_cast<unsigned>(sa.destination.version) && std::equal(sa.destination.value, sa.destination.value + sa.destination.size(), wire.begin() + static_cast<bytes::difference_type>(at));
  }

 private:
  struct arrival {
    verdict said = verdict::forwarded;
    bytes wire{};
    plain_headers outer{};
    std::size_t sa = 2;
    std::uint64_t number = 0;
  };
  static verdict verdict_of(replay_answer answer) {
    if (answer == replay_answer::replayed) return verdict::replayed;
    return answer == replay_answer::too_old ? verdict::too_old : verdict::forwarded;
  }

  arrival filter(const bytes& wire) {
    arrival a{.wire = wire, .outer = read_headers(wire)};
    const auto refused = [&a](verdict why) {
      a.said = why;
      return a;
    };
    if (a.outer.said != verdict::forwarded) return refused(a.outer.said);
    if (a.outer.fragment) return refused(verdict::ip_fragment);
    if (a.outer.protocol != 50) return refused(verdict::not_protected);
    if (a.outer.total - a.outer.end < 8) return refused(verdict::runt);
    a.wire.resize(a.outer.total);
    const std::size_t spi = be16_at(a.wire, a.outer.end) << 16 | be16_at(a.wire, a.outer.end + 2);
    for (std::size_t i = 0; i < 2; ++i)
      if (ground_.sa(i).parameters.spi == spi) a.sa = i;
    if (a.sa == 2) return refused(verdict::no_sa);
    const std::uint32_t low = static_cast<std::uint32_t>(be16_at(a.wire, a.outer.end + 4) << 16 | be16_at(a.wire, a.outer.end + 6));
    a.number = low;
    if (window == 0) return a;
    if (ground_.sa(a.sa).parameters.esn) {
      const auto number = inferred_number(low, highest(a.sa), window == 0 ? 1 : window);
      if (!number) return refused(verdict::too_old);
      a.number = *number;
    }
    return refused(verdict_of(windows_[a.sa].check(a.number)));
  }

  expectation open(const arrival& a) {
    const sa_parameters& sa = ground_.sa(a.sa).parameters;
    const suite_sizes& suite = sa.suite;
    const std::size_t head = a.outer.end + 8 + suite.iv;
    if (a.wire.size() < head + suite.alignment + suite.icv) return {.said = verdict::runt};
    const std::size_t size = a.wire.size() - suite.icv - head;
    if (size % suite.alignment != 0) return {.said = verdict::bad_alignment};
    const auto text = ground_.signs(a.sa).open(part_of(a.wire, a.outer.end, a.wire.size() - a.outer.end), a.number);
    if (!text) return {.said = verdict::icv_mismatch, .text_at = head, .text_size = size};
    if (window != 0)
      if (const verdict late = verdict_of(windows_[a.sa].update(a.number)); late != verdict::forwarded) return {.said = late};

    const std::size_t padding = (*text)[size - 2];
    const octet next_header = (*text)[size - 1];
    if (padding > size - 2) return {.said = verdict::bad_padding};
    const bytes inner = part_of(*text, 0, size - 2 - padding);
    if (padding_of<profile>::verifies && *text != text_of(inner, padding, static_cast<octet>(padding), next_header)) return {.said = verdict::bad_padding};
    if (next_header == 59) return {.said = verdict::dummy};
    return sa.mode == mode::tunnel ? from_tunnel(a, inner, next_header) : from_transport(a, inner, next_header);
  }

  expectation from_tunnel(const arrival& a, bytes inner, octet next_header) {
    if (next_header != 4 && next_header != 41) return {.said = verdict::bad_next_header};
    if (inner.empty()) return {.said = verdict::bad_inner_packet};
    if (inner[0] / 16 != (next_header == 4 ? 4 : 6)) return {.said = verdict::bad_next_header};
    if (inner.size() < (next_header == 4 ? 20u : 40u)) return {.said = verdict::bad_inner_packet};
    const std::size_t total = next_header == 4 ? be16_at(inner, 2) : 40 + be16_at(inner, 4);
    if (next_header == 4 && (inner[0] % 16 < 5 || total < inner[0] % 16u * 4)) return {.said = verdict::bad_inner_packet};
    if (total > inner.size()) return {.said = verdict::bad_inner_packet};
    inner.resize(total);

    // RFC 6040 figure 4: rows are the inner mark, columns the outer; 4 is "drop".
    constexpr unsigned arriving[4][4] = {{0, 0, 0, 4}, {1, 1, 1, 3}, {2, 1, 2, 3}, {3, 3, 3, 3}};
    const bool v4 = next_header == 4;
    const unsigned before = v4 ? inner[1] % 4u : inner[1] / 16 % 4u;
    const unsigned mark = arriving[before][a.outer.traffic_class % 4];
    if (mark == 4) return {.said = verdict::bad_ecn};
    expectation::checksum sum = expectation::checksum::same;
    if (mark != before) {
      if (v4) sum = updated(inner, inner[0] % 16u * 4);
      if (v4) inner[1] = static_cast<octet>(inner[1] / 4 * 4 + mark);
      else inner[1] = static_cast<octet>(inner[1] / 64 * 64 + mark * 16 + inner[1] % 16);
      if (v4) set_ipv4_checksum(inner);
    }
    return selected(a, inner, sum);
  }

  expectation from_transport(const arrival& a, const bytes& inner, octet next_header) {
    const expectation::checksum sum = a.outer.version == 4 ? updated(a.wire, a.outer.end) : expectation::checksum::same;
    return selected(a, joined(part_of(a.wire, 0, a.outer.end), a.outer.named_at, next_header, inner), sum);
  }
  static expectation::checksum updated(const bytes& before, std::size_t header) {
    return ones_sum(before, header) == 0xffff ? expectation::checksum::right : expectation::checksum::any;
  }

  expectation selected(const arrival& a, const bytes& packet, expectation::checksum sum) {
    if constexpr (list_has<typename receiving_lane<C>::list_type, selectors_checked_by_caller_stage>()) return {.content = packet, .sum = sum};
    const plain_headers h = read_headers(packet);
    if (h.said != verdict::forwarded) return {.said = verdict::bad_inner_packet};
    if (!covers(ground_.sa(a.sa).selects, packet, h)) return {.said = verdict::wrong_selectors};
    return {.content = packet, .sum = sum};
  }

  ground<C>& ground_;
  std::vector<window_model> windows_{};
};

/// True when nothing can be said of what became of this packet, nor of those behind it.
inline bool is_beyond_us(const expectation& expected, verdict said) { return is_of_the_user(said) || (said == verdict::no_sa && expected.may_be_unknown); }

/// What is wrong with what became of a packet; empty when it is as expected.
inline std::string wrong_in(const expectation& expected, verdict said, const bytes& content) {
  if (said != expected.said) return std::string("verdict ") + name_of(said) + " where it must be " + name_of(expected.said);
  if (said == verdict::icv_mismatch) {
    if (content.size() < expected.text_at + expected.text_size) return "a refused packet is shorter than it came";
    for (std::size_t i = 0; i < expected.text_size; ++i)
      if (content[expected.text_at + i] != 0) return "the text of a packet whose ICV does not match is not scrubbed";
  }
  if (said != verdict::forwarded) return {};
  if (content.size() != expected.content.size()) return "delivered " + std::to_string(content.size()) + " octets of " + std::to_string(expected.content.size());
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (expected.sum != expectation::checksum::same && (i == 10 || i == 11)) continue;
    if (content[i] != expected.content[i]) return "octet " + std::to_string(i) + " is delivered wrong";
  }
  if (expected.sum == expectation::checksum::right && ones_sum(content, content[0] % 16u * 4) != 0xffff) return "the header checksum is updated wrong";
  return {};
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
