// Outbound, step 2: a sequence number for the packet, leased once.
#pragma once

#include <esplanade/transform/context.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// Leases the next number of the packet's SA, in list order.
///   Errors   sequence_exhausted: nothing of the packet or the SA changed, however often it is tried (RFC 4303 3.3.3)
struct assign_sequence_stage final : detail::transform_stage {
  static constexpr const char* name = "assign_sequence";
  static constexpr const char* because = "each number is leased once (RFC 4303 3.3.3)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::sequence_leased;
  static constexpr fact excludes = fact::sequence_leased | fact::sealed;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    auto& lease = c.state[i].lease;
    lease = take_number(c.sa(i).sequence(), c.lane->number);
    return lease ? verdict::forwarded : verdict::sequence_exhausted;
  }
};
inline constexpr assign_sequence_stage assign_sequence{};

}  // namespace v0
}  // namespace esplanade
