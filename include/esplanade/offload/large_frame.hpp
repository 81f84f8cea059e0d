// One frame of a host for a device that cuts it: all is asked first, then the numbers are leased, then the packet is written.
//
//   1 the headers of its SAs, beside the packet   2 does the device take it?   3 room in front   4 counted as given
//   5 a run of numbers from each SA               6 its lifetime               7 headers and words
//
// Until 5 a refusal changes nothing. What is given back then is cut on the host.
#pragma once

#include <esplanade/offload/eligible.hpp>
#include <esplanade/offload/large_template.hpp>
#include <esplanade/transform/ah_crypto.hpp>
#include <esplanade/transform/check_lifetime.hpp>
#include <esplanade/transform/select_sa.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Works on slot 0 of a host's context.
///   Errors   absorbed: to be cut on the host; sequence_exhausted, lifetime_expired
template <class Context> class large_frame {
  using config = typename Context::profile;
  using packet_type = typename Context::packet_type;
  using record_type = typename Context::record_type;
  using traits = packet_traits<packet_type>;
  static constexpr std::size_t levels = Context::levels;

 public:
  large_frame(Context& c, packet_type& p, const large_send_header& plain, const send_large& large) noexcept
      : c_(c), p_(p), plain_(plain), large_(large), largest_(plain.payload() < plain.mss() ? plain.payload() : plain.mss()),
        last_(plain.payload() - (plain.segments() - 1) * plain.mss()) {}

  /// `select(head, at)` finds the record of the next SA out, or nullptr.
  template <class Select> [[nodiscard]] verdict make(large_template& head, ip_layout at, record_type* first, Select select, send_words& w) noexcept {
    const bool ip_options = at.insert_at != header_octets(at.version);
    for (std::size_t k = 0; k < levels; ++k) {
      if (k != 0) {
        at = head.layout();
        first = at.status == verdict::forwarded ? select(head, at) : nullptr;
      }
      if (first == nullptr || !add(level_[k], first, head, at)) return verdict::absorbed;
    }
    // A bundle goes whole or not at all, and nothing goes into another portion.
    if (levels != 1 ? !bundle() : level_[0].seen.bundled) return verdict::absorbed;
    const large_shape shape{large_.version_2, plain_.payload(), plain_.segments(), plain_.octets() - large_.tcp_offset > 20, ip_options};
    for (const level& l : level_)
      if (!eligible(shape, l.sa().place().limits())) return verdict::absorbed;
    const std::size_t longest = head.octets() + largest_ + behind(largest_);
    if (longest > (at.version == family::ipv6 ? 0xffffu + ipv6_header_octets : 0xffffu) || !head.finish(head.octets() + plain_.payload(), large_.version_2)) return verdict::absorbed;
    return take(head, w);
  }

  /// Octets that its segments count for on its SAs, and on the wire.
  [[nodiscard]] std::uint64_t counted() const noexcept { return all(level_[levels - 1].before, levels > 1); }

 private:
  struct level {
    record_type* record = nullptr;
    placed seen{};
    std::uintptr_t handle = 0;
    std::uint32_t before = 0;  ///< octets of headers in each of its packets
    sequence_run run{};
    [[nodiscard]] auto& sa() const noexcept { return association(*record); }
  };

  [[nodiscard]] bool add(level& l, record_type* record, large_template& head, const ip_layout& at) noexcept {
    l.record = record;
    l.before = static_cast<std::uint32_t>(head.octets());
    auto& sa = l.sa();
    const auto& core = sa.core();
    l.seen = sa.place().now();
    l.handle = sa.place().handle().word;
    if (l.seen.where != placement::offloaded || !l.seen.large || is_tunnel<config>(core) || is_beet<config>(core) || at.insert_at != at.header_length) return false;
    packet_shape shape{.outer = at.version, .headers = at.insert_at, .tunnelled = false, .udp_checksum = false};
    if (is_ah<config>(core)) {
      // What AH makes of options and extension headers is each packet's own affair.
      return at.insert_at == header_octets(at.version) && eligible(shape, l.seen) && head.insert_ah(at, core.spi, ah_octets_of<config>(core, at.version));
    }
    const encapsulation wrapped = encapsulation_of<config>(core);
    if (wrapped != encapsulation::none && wrapped != encapsulation::udp) return false;
    std::uint16_t source = 0, destination = 0;
    if constexpr (encapsulates_in_udp<config>) {
      if (wrapped == encapsulation::udp) {
        shape.udp_checksum = udp_checksum_policy_of<config>::computes(at.version);
        source = sa.udp().ports.source;
        destination = sa.udp().ports.destination;
      }
    }
    if (!eligible(shape, l.seen)) return false;
    tcp_ = static_cast<std::uint32_t>(head.octets() - at.insert_at);
    icv_ = static_cast<std::uint32_t>(icv_octets<config>(core));
    alignment_ = static_cast<std::uint32_t>(alignment_octets<config>(core));
    for (const std::uint32_t size : {largest_, last_})  // a device writes the least padding
      if (padding_of<config>::octets(tcp_ + size, alignment_) != esp_padding(tcp_ + size, alignment_)) return false;
    return head.insert_esp(at, core.spi, iv_octets<config>(core), wrapped == encapsulation::udp, source, destination);
  }
  [[nodiscard]] bool bundle() const noexcept {
    if constexpr (levels == 2 && has_ah<config>)
      return level_[0].seen.bundled && level_[1].seen.bundled && level_[0].handle == level_[1].handle && level_[0].sa().place().same_device(level_[1].sa().place()) && !is_ah<config>(level_[0].sa().core()) && is_ah<config>(level_[1].sa().core());
    else return false;
  }

  /// Octets behind the payload of a segment of this size, when ESP is there.
  [[nodiscard]] std::size_t behind(std::uint32_t size) const noexcept { return alignment_ == 0 ? 0 : esp_padding(tcp_ + size, alignment_) + esp_trailer_octets + icv_; }
  /// Of all segments together.
  [[nodiscard]] std::uint64_t all(std::size_t before, bool sealed) const noexcept {
    const std::uint64_t n = plain_.segments();
    return n * before + plain_.payload() + (sealed ? (n - 1) * behind(largest_) + behind(last_) : 0);
  }

  [[nodiscard]] verdict take(large_template& head, send_words& w) noexcept {
    const std::size_t growth = head.octets() - plain_.octets();
    if (!is_writable(p_) || !traits::retreat(p_, growth)) return verdict::absorbed;
    std::size_t given = 0;
    const auto back = [&](verdict v) noexcept {
      while (given != 0) level_[--given].sa().place().take_back();
      traits::advance(p_, growth);
      return v;
    };
    if (together(p_, 0, head.octets()) == nullptr) return back(verdict::absorbed);  // headers stand in one piece (ipsecov2.md 4.5)
    for (level& l : level_) {
      auto& place = l.sa().place();
      if (!place.give(l.seen)) return back(verdict::absorbed);
      ++given;
      if (l.handle == 0 || place.handle().word != l.handle) return back(verdict::absorbed);
    }
    if (const verdict v = lease(); v != verdict::forwarded) return back(v);
    if (const verdict v = spend(); v != verdict::forwarded) return back(v);
    write(head, w);
    return verdict::forwarded;
  }

  /// Whether a run from `first` on lies where the device's word says, or runs on from there.
  [[nodiscard]] bool reaches(level& l, std::uint64_t first) noexcept {
    if (!uses_esn<config>(l.sa().core())) return true;
    if (first >> 32 != l.seen.high) {
      l.sa().place().ask_update();
      return false;
    }
    return l.seen.large_crosses || (first + plain_.segments() - 1) >> 32 == l.seen.high;
  }
  [[nodiscard]] verdict lease() noexcept {
    for (level& l : level_) {
      auto& sequence = l.sa().sequence();
      if (sequence.left() < plain_.segments()) {
        c_.state[0].record = l.record;
        return verdict::sequence_exhausted;
      }
      if (!reaches(l, sequence.used() + 1)) return verdict::absorbed;
    }
    for (level& l : level_) {
      l.run = take_numbers(l.sa().sequence(), c_.lane->number, plain_.segments());
      if (!l.run || !reaches(l, l.run.first())) return verdict::absorbed;  // another lane was there in between; gaps are no harm
    }
    return verdict::forwarded;
  }
  /// Counts every segment against the limits, as each would be counted by itself.
  [[nodiscard]] verdict spend() noexcept {
    if constexpr (counts_lifetime<config>) {
      for (std::size_t k = 0; k < levels; ++k) {
        c_.state[0].record = level_[k].record;
        for (std::uint32_t n = plain_.segments(); n != 0; --n) {
          const std::uint32_t size = n == 1 ? last_ : largest_;
          c_.state[0].payload = static_cast<std::uint32_t>(level_[k].before + size + (k == 0 ? 0 : behind(size)));
          if (const verdict v = check_lifetime(c_, 0); v != verdict::forwarded) return v;
        }
      }
    }
    return verdict::forwarded;
  }

  void write(large_template& head, send_words& w) noexcept {
    for (level& l : level_) {
      const std::uint64_t first = l.run.consume();
      if (is_ah<config>(l.sa().core())) head.put_ah_number(first);
      else head.put_esp_number(first);
      auto& traffic = l.sa().traffic(c_.lane->number);
      traffic.packets.add(plain_.segments());
      traffic.octets.add(counted());
      (void)c_.enter_level(0, l.record);
      w.given[&l - level_] = l.sa().place().template self<outbound_direction>();
      c_.state[0].number = first;
    }
    copy_in(p_, 0, head.data(), head.octets());
    w.ipsec.handle = level_[0].handle;
    w.headers = head.headers();
    w.adapter = level_[0].seen.adapter;
    send_large moved = large_;
    moved.tcp_offset = static_cast<std::uint16_t>(large_.tcp_offset + head.octets() - plain_.octets());
    w.large = static_cast<std::uint32_t>(moved.pack());
    c_.forwarded = plain_.segments();
    c_.carried = all(head.octets(), true);
    c_.device->framed.add(plain_.segments());
    c_.device->large.add(1);
    c_.device->large_segments.add(plain_.segments());
  }

  Context& c_;
  packet_type& p_;
  const large_send_header& plain_;
  const send_large& large_;
  std::uint32_t largest_, last_;
  std::uint32_t tcp_ = 0, icv_ = 0, alignment_ = 0;  // of ESP
  level level_[levels]{};
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
