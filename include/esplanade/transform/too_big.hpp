// Answers to packets that do not fit their path: ICMP errors, built in packets of the pool and kept for the caller to send
#pragma once

#include <esplanade/base/bounded_ring.hpp>
#include <esplanade/buffer/copy.hpp>
#include <esplanade/buffer/pool.hpp>
#include <esplanade/net/icmp.hpp>
#include <esplanade/transform/context.hpp>

namespace esplanade {
inline namespace v0 {

/// Nobody is told: a packet that does not fit has its verdict, and that is all.
struct no_answers {};

/// Up to `N` ICMP errors on their way to the caller, who sends each as a packet of its own and gives it back to the pool.
///   Shape    take()         the next answer, nullptr when there is none
///            made()         answers so far; suppressed() those that were not made: too many, no packet, no room in it or here
///   Units    packets; `per_second` answers at most where the profile has a clock (RFC 4443 2.4 (f), RFC 1812 4.3.2.8), and
///            without one as many as there is room for
///   Errors   none: an answer that cannot be made is left out
///   Threads  one lane puts, one thread takes
template <Packet P, std::size_t N = 16> class too_big_answers {
 public:
  using packet_type = P;
  /// Answers come from these addresses; of a family whose address is unspecified there are none.
  explicit too_big_answers(const address& ours_ipv4, const address& ours_ipv6, std::uint32_t per_second = 100) noexcept
      : ipv4_(ours_ipv4), ipv6_(ours_ipv6), per_second_(per_second) {}
  too_big_answers(const too_big_answers&) = delete;
  too_big_answers& operator=(const too_big_answers&) = delete;

  [[nodiscard]] P* take() noexcept {
    P* next = nullptr;
    return waiting_.take(next) ? next : nullptr;
  }
  [[nodiscard]] std::uint64_t made() const noexcept { return made_.get(); }
  [[nodiscard]] std::uint64_t suppressed() const noexcept { return suppressed_.get(); }

  /// Answers slot i of the context, whose packet is larger than `mtu`. The packet is not changed.
  template <class Context> ESPLANADE_COLD void answer(Context& c, std::size_t i, std::size_t mtu) noexcept {
    static_assert(TakesPackets<Context>, "answers are built in packets of a pool, and this lane has none: name a PacketPool (buffer/pool.hpp)");
    const P& about = c.packet(i);
    packet_reader read(about);
    const ip_layout at = walk_ip(read, c.state[i].length);
    const address& from = at.version == family::ipv4 ? ipv4_ : ipv6_;
    if (!may_answer_too_big(read, at) || from.unspecified()) return;
    if (has_clock<typename Context::profile> && !in_time(c.time.now)) return suppressed_.add(1);
    P* const made = c.lane->pool.take();
    if (made == nullptr) return suppressed_.add(1);
    if (!build(*made, about, at, from, mtu) || !waiting_.put(made)) {
      c.lane->pool.give(made);
      return suppressed_.add(1);
    }
    made_.add(1);
  }

 private:
  [[nodiscard]] bool in_time(std::uint64_t now) noexcept {
    if (now != second_) {
      second_ = now;
      in_second_ = 0;
    }
    return in_second_++ < per_second_;
  }
  [[nodiscard]] static bool build(P& made, const P& about, const ip_layout& at, const address& from, std::size_t mtu) noexcept {
    const std::size_t head = icmp_error_octets(at.version), room = icmp_error_max(at.version) - head;
    const std::size_t quoted = at.total_length < room ? at.total_length : room;
    if (!detail::extend_by(made, head + quoted)) return false;
    octet scratch[40];
    const std::size_t source = at.version == family::ipv4 ? 12 : 8;
    const address to = address::from(at.version, peek(about, source, address::octets_of(at.version), scratch));
    octet headers[ipv6_header_octets + icmp_header_octets];
    write_too_big(headers, from, to, mtu < mtu_least(at.version) ? mtu_least(at.version) : mtu, quoted, checksum_sum_of(about, 0, quoted));
    copy_in(made, 0, headers, head);
    copy_between(made, head, about, 0, quoted);
    return true;
  }

  bounded_ring<P*, N> waiting_{};
  address ipv4_, ipv6_;
  std::uint32_t per_second_;
  std::uint32_t in_second_ = 0;
  std::uint64_t second_ = 0;
  counter made_{}, suppressed_{};
};

}  // namespace v0
}  // namespace esplanade
