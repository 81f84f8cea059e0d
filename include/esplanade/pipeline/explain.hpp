// What a composition came to: stage by stage, where it runs, in which pass, and why.
#pragma once

#include <esplanade/pipeline/walk.hpp>

namespace esplanade {
inline namespace v0 {

/// One stage of a plan. All texts are literals.
struct plan_row {
  const char* stage = "";
  const char* runs_on = "host";
  const char* works = "";    ///< per packet, per batch, or in the provider
  unsigned pass = 0;         ///< stages of one pass share one loop over the packets
  const char* because = "";
};

/// The plan of a list over a context; `provider` and `adapters` say who does the cryptography.
template <std::size_t Stages> struct plan {
  plan_row rows[Stages]{};
  const char* provider = "";
  const char* adapters = "none";
  static constexpr std::size_t size = Stages;
};

namespace detail {
template <class Walk, class List, class Context, std::size_t I> constexpr void explain_from(plan<List::size>& out, unsigned pass) noexcept {
  if constexpr (I < List::size) {
    using stage = typename List::template stage_type<I>;
    plan_row& row = out.rows[I];
    row.stage = stage::name;
    row.pass = pass;
    if constexpr (requires { stage::because; }) row.because = stage::because;
    else row.because = "a stage of the caller";
    if constexpr (PerPacketStage<stage, Context>) {
      row.works = "per packet";
      explain_from<Walk, List, Context, I + 1>(out, pass);
    } else {
      row.works = suspends<stage>() ? "batch in the provider" : "batch";
      explain_from<Walk, List, Context, I + 1>(out, pass + 1);
    }
  }
}
}  // namespace detail

/// Explains what a lane does, e.g. `explain<path::inbound_lane>()`; print it with format.hpp.
template <class Lane> [[nodiscard]] constexpr auto explain() noexcept {
  using list = typename Lane::list_type;
  using context = typename Lane::context;
  plan<list::size> out;
  detail::explain_from<detail::walk_of<list, context>, list, context, 0>(out, 1);
  using crypto = typename context::crypto_type;
  if constexpr (requires { crypto::name; }) out.provider = crypto::name;
  else out.provider = "a provider of the caller";
  if constexpr (requires { crypto::adapted; }) out.adapters = crypto::adapted;
  return out;
}

}  // namespace v0
}  // namespace esplanade
