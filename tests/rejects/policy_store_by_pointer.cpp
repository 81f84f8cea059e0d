// expect: PolicyStore: add policy_decision decide.const flow&. const noexcept
#include <esplanade/esplanade.hpp>

using namespace esplanade;

struct one_for_all {
  policy only{};
#ifdef GOOD
  policy_decision decide(const flow&) const noexcept { return policy_decision::of(only); }
#else
  const policy* decide(const flow&) const noexcept { return &only; }
#endif
};
template <PolicyStore S> void take(const S&) {}
void use(const one_for_all& s) { take(s); }
