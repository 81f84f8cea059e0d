// Inbound anti-replay: a filter before the ICV is checked, test-and-set after it matched.
//
//                RFC 4303 3.4.3                                    here
//   before open  "the receiver cannot yet modify its local counter"   check_replay reads the window, changes nothing
//   after open   the window moves only if the ICV verified           update_replay; its answer is final
#pragma once

#include <esplanade/sa/esn.hpp>
#include <esplanade/transform/context.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
[[nodiscard]] constexpr verdict verdict_of(replay_answer answer) noexcept {
  return answer == replay_answer::fresh ? verdict::forwarded : answer == replay_answer::replayed ? verdict::replayed : verdict::too_old;
}
}  // namespace detail

/// Infers the 64-bit number (RFC 4303 A2 with ESN) and refuses what the window has seen or left behind, before it costs a decryption.
///   Errors   replayed, too_old
struct check_replay_stage final : detail::transform_stage {
  static constexpr const char* name = "check_replay";
  static constexpr const char* because = "a replay must not cost a decryption (RFC 4303 3.4.3)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::replay_checked;
  // Behind esp_open the number is the one that the ICV covers: inferring it again could make another of it.
  static constexpr fact excludes = fact::replay_checked | fact::authenticated;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    auto& s = c.state[i];
    auto& sa = c.sa(i);
    const auto& window = sa.window();
    if (uses_esn<typename Context::profile>(sa.core()))
      s.number = infer_number(static_cast<std::uint32_t>(s.number), window.highest(), std::remove_cvref_t<decltype(window)>::packets);
    if constexpr (requires { window.expect(s.number); }) window.expect(s.number);
    return detail::verdict_of(window.check(s.number));
  }
};
inline constexpr check_replay_stage check_replay{};

/// Records the number of an authentic packet. Of several copies in one batch, or in flight, one passes.
///   Errors   replayed, too_old (the window moved since check_replay)
struct update_replay_stage final : detail::transform_stage {
  static constexpr const char* name = "update_replay";
  static constexpr const char* because = "the window moves only after the ICV matched (RFC 4303 3.4.3)";
  static constexpr fact needs = fact::sa_selected | fact::authenticated;
  static constexpr fact gives = fact::replay_updated;
  static constexpr fact excludes = fact::replay_updated;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    return detail::verdict_of(c.sa(i).window().update(c.state[i].number));
  }
};
inline constexpr update_replay_stage update_replay{};

}  // namespace v0
}  // namespace esplanade
